"""The addresses: five kinds of facts, each an upsert of rows."""

from collections.abc import Callable
from typing import Protocol, cast

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import Router
from pydantic import BaseModel

from tenure.base import tenancy
from tenure.ingest.facts import actions, kinds, reading, repeats
from tenure.ingest.facts.contracts import Answer, Batch, ProblemDetails
from tenure.ingest.facts.kinds import Kind
from tenure.ingest.facts.refusals import NotJson, NotJsonType
from tenure.ingest.facts.senders import BasicKey, BearerKey
from tenure.ingest.receiving.keys import Sender
from tenure.ingest.receiving.refusals import TooLarge, UnsupportedEncoding

BODY_BYTES = 5_000_000
REFUSED = (400, 401, 403, 405, 409, 413, 415, 422, 429, 500, 503)
REPLAYED = "Idempotent-Replayed"
_TOO_LARGE = f"A request may have {BODY_BYTES:,} bytes. Send smaller batches."
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "A name for this request: sent again with the same body, it gets the same answer for 48 hours.",
}
_HEADERS = {
    REPLAYED: {
        "schema": {"type": "string", "enum": ["true"]},
        "description": "Present when this is the answer to an earlier request with the same Idempotency-Key.",
    }
}

router = Router(auth=[BearerKey(), BasicKey()], tags=["Facts"])


class _WithSender(Protocol):
    auth: Sender


def _address(kind: Kind, *, summary: str, more: str = "") -> None:
    """Make the address of a kind."""

    def post(request: HttpRequest) -> HttpResponse:
        return _take_in(request, kind)

    name = kind.name.replace("-", "_")
    post.__name__ = f"upsert_{name}"
    router.post(
        f"/{kind.name}",
        response={200: Answer, **dict.fromkeys(REFUSED, ProblemDetails)},
        operation_id=f"upsert_{name}",
        summary=summary,
        description="Up to 5,000 rows, each an upsert by `external_id`; a new one needs"
        f" {', '.join(kind.needs)}. {more}The answer is 200 also when rows are rejected: each row has its result.",
        url_name=f"facts-{kind.name}",
        openapi_extra=described(
            Batch[kind.row],  # type: ignore[name-defined]
            title=f"Batch of {kind.row.__name__}",
            about=str(Batch.__doc__),
        ),
    )(post)


def described(batch: type[BaseModel], *, title: str, about: str) -> dict[str, object]:
    """What an address of batches is sent and answers with, beyond its answers' bodies."""
    schema = batch.model_json_schema(ref_template="#/components/schemas/{model}")
    schema |= {"title": title, "description": about}
    return {
        "parameters": [_KEY],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {200: {"headers": _HEADERS}},
    }


def _take_in(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Body → rows → answer. Whatever is wrong with the whole raises a refusal."""
    return answered(request, kind.name, lambda sent: actions.take_in(kind, sent))


def answered(request: HttpRequest, name: str, take_in: Callable[[reading.Sent], Answer]) -> HttpResponse:
    """The answer to a batch in its sender's workspace; that of before to a request that is repeated with its key."""
    sender = cast("_WithSender", request).auth
    body = _body(request)
    sent = reading.unpacked(body)

    def work() -> bytes:
        return take_in(sent).model_dump_json(exclude_none=False).encode()

    with tenancy.workspace(sender.workspace_id):
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return _json(work())
        answer, replayed = repeats.once(key, name=name, body=body, work=work)
    return _json(answer, replayed=replayed)


def _body(request: HttpRequest) -> bytes:
    """At most `BODY_BYTES` of JSON. Read past `request.body`, which has a smaller limit of its own."""
    if request.content_type != "application/json":
        raise NotJsonType("Send JSON, with Content-Type: application/json.")
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedEncoding("Send the body as it is, without Content-Encoding.")
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > BODY_BYTES:
        raise TooLarge(_TOO_LARGE)
    try:
        found: bytes = request.read(BODY_BYTES + 1)
    except UnreadablePostError:
        raise NotJson("The body ended before its Content-Length.") from None
    if len(found) > BODY_BYTES:
        raise TooLarge(_TOO_LARGE)
    return found


def _json(body: bytes, *, replayed: bool = False) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", headers={REPLAYED: "true"} if replayed else {})


_address(
    kinds.SUBSCRIPTIONS,
    summary="Subscriptions and changes of their terms",
    more="With `effective_on`, a row changes the terms from that day on; without it, it says what held at the start. ",
)
_address(kinds.INVOICES, summary="Invoices and their payment")
_address(kinds.TICKETS, summary="Support tickets", more="It also needs an account, or a person. ")
_address(kinds.SURVEY_ANSWERS, summary="Answers to surveys", more="It also needs an account, or a person. ")
_address(kinds.CHURN, summary="Accounts that were lost")
