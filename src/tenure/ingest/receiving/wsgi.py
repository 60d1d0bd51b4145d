"""The WSGI callable: an address → an answer."""

import logging
import re
import time
from collections.abc import Iterable
from urllib.parse import parse_qs, unquote

from tenure.base import clock
from tenure.base.refusals import Refusal
from tenure.ingest import inbox
from tenure.ingest.dialects import foreign, segment
from tenure.ingest.messages import Refused
from tenure.ingest.receiving import answers, bodies, clients, keys
from tenure.ingest.receiving.answers import Answer, Environ, StartResponse
from tenure.ingest.receiving.refusals import NoKey, UnknownPath, WrongDialect, WrongMethod

SHORT = {"t": "track", "p": "page", "i": "identify", "g": "group", "a": "alias", "s": "screen", "b": "batch"}
KINDS = {**{f"/v1/{kind}": kind for kind in segment.KINDS}, **{f"/v1/{short}": kind for short, kind in SHORT.items()}}
_SETTINGS = re.compile(r"/v1/projects/(?P<key>[^/]+)/settings")
_SOURCE_CONFIG = "/sourceConfig"
_log = logging.getLogger(__name__)


def handles(path: str) -> bool:
    """Whether the address is a client's: ours, or one of a dialect that we refuse by name."""
    return path.startswith(("/v1/", _SOURCE_CONFIG)) or foreign.of_path(path) is not None


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request. Nothing that a client sends raises."""
    try:
        answer = _answer(environ)
    except Refusal as refusal:
        answer = answers.refused(refusal)
    except Exception:
        _log.exception("A request with events failed")
        answer = answers.refused(_Bug("This is our fault. Send again later."))
    return answers.send(answer, environ, start_response)


class _Bug(Refusal):
    status, code = 500, "error"


def _answer(environ: Environ) -> Answer:
    path = str(environ.get("PATH_INFO") or "")
    if len(path) > 1:
        path = path.rstrip("/") if path.startswith(("/v1/", _SOURCE_CONFIG)) else path
    method = environ.get("REQUEST_METHOD")
    if method == "OPTIONS":
        return answers.preflight()
    kind = KINDS.get(path)
    if kind is None:
        return _beside(path, str(method), environ)
    if method != "POST":
        raise WrongMethod(f"Send events by POST to {path}.")
    return _receive(kind, environ)


def _receive(kind: str, environ: Environ) -> Answer:
    seconds = time.monotonic()
    given = keys.given(environ)
    sender = keys.authorised(given, environ, seconds=seconds) if given else None
    body = bodies.read(environ)
    checked = segment.check(body, kind)
    if sender is None:
        sender = keys.authorised(checked.write_key, environ, seconds=seconds)
    row = inbox.Row(
        workspace_id=sender.workspace_id,
        key_id=sender.key_id,
        trust=sender.trust,
        kind=kind,
        source=sender.source,
        received_at=clock.now(),
        body=body,
        events=checked.events,
    )
    if checked.events:
        inbox.store(row)
    return _strictly(row) if _strict(environ) else answers.ACCEPTED


def _strict(environ: Environ) -> bool:
    """Whether the client wants to know which events were refused."""
    if environ.get("HTTP_TENURE_STRICT") == "1":
        return True
    query = str(environ.get("QUERY_STRING") or "")
    return "strict=" in query and parse_qs(query).get("strict") == ["1"]


def _strictly(row: inbox.Row) -> Answer:
    """The same answer with the events that will be rejects, each with its reason."""
    reading = segment.read(row.body, kind=row.kind, received_at=row.received_at, message_id_seed="")
    return answers.as_json(
        {
            "success": not reading.refused,
            "accepted": len(reading.messages),
            "refused": [_shown(refused) for refused in reading.refused],
        }
    )


def _shown(refused: Refused) -> dict[str, object]:
    return {"index": refused.index, "reason": refused.reason, "detail": refused.detail, "path": refused.path}


def _beside(path: str, method: str, environ: Environ) -> Answer:
    """What is not sending: the settings that browser clients ask for, and what is not ours."""
    found = _SETTINGS.fullmatch(path)
    if found and method == "GET":
        key = unquote(found["key"])
        keys.KEYS.sender(key)
        return answers.as_json(clients.segment(key, environ))
    if path == _SOURCE_CONFIG and method == "GET":
        asked = keys.given(environ) or next(iter(parse_qs(str(environ.get("QUERY_STRING"))).get("writeKey", [])), "")
        if not asked:
            raise NoKey("Ask with the write key: sourceConfig?writeKey=….")
        sender = keys.KEYS.sender(asked)
        return answers.as_json(clients.rudderstack(asked, sender.key_id, sender.source, sender.workspace_id))
    if dialect := foreign.of_path(path):
        raise WrongDialect(foreign.told(dialect))
    raise UnknownPath(f"Nothing is received at {path[:100]}. Send events to /v1/batch, or /v1/track and its like.")
