"""Webhooks: a bare WSGI callable beside that of events. What it acknowledges is on disk."""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from tenure.base import clock, tenancy, vault
from tenure.base.refusals import Refusal
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.stripe import signatures
from tenure.ingest.receiving import answers, bodies
from tenure.ingest.receiving.answers import Answer, Environ, StartResponse
from tenure.ingest.receiving.refusals import Unavailable, UnknownPath, WrongMethod

_PATH = re.compile(r"/v1/stripe/(?P<token>[A-Za-z0-9_-]{20,60})/webhook/?")
_log = logging.getLogger(__name__)


class WrongSignature(Refusal):
    """It is not proved that Stripe sent this, just now."""

    status, code = 400, "wrong_signature"


class NoEvent(Refusal):
    """Signed, and yet no event."""

    status, code = 400, "no_event"


class _Bug(Refusal):
    status, code = 500, "error"


class _Event(msgspec.Struct):
    id: str
    type: str


def handles(path: str) -> bool:
    """Whether the address is a webhook's."""
    return path.startswith("/v1/stripe/")


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request. Nothing that anybody sends raises."""
    try:
        answer = _answer(environ)
    except Refusal as refusal:
        answer = answers.refused(refusal)
    except DatabaseError:
        _log.exception("A webhook's event could not be kept")
        answer = answers.refused(Unavailable("The event cannot be kept now; send it again."))
    except Exception:
        _log.exception("A webhook failed")
        answer = answers.refused(_Bug("This is our fault. Send again later."))
    return answers.send(answer, environ, start_response)


def path_of(token: str) -> str:
    """The path of a connector's webhook."""
    return f"/v1/stripe/{token}/webhook"


def _answer(environ: Environ) -> Answer:
    found = _PATH.fullmatch(str(environ.get("PATH_INFO") or ""))
    if found is None:
        raise UnknownPath("No webhook is here. Copy its address from Sources, Stripe.")
    if environ.get("REQUEST_METHOD") != "POST":
        raise WrongMethod("Stripe posts its events here.")
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    connector = Connector.every_workspace.filter(token=found["token"]).first()
    if connector is None:
        raise UnknownPath("No webhook is here, or it was disconnected. Copy its address from Sources, Stripe.")
    with tenancy.workspace(connector.workspace_id):
        return _receive(connector, environ)


def _receive(connector: Connector, environ: Environ) -> Answer:
    body, now = bodies.read(environ), clock.now()
    secrets = vault.opened(each["sealed"] for each in connector.secrets)
    if not secrets:
        why = "was kept under another TENURE_SECRET_KEY" if connector.secrets else "is not known yet"
        told: str | None = f"The signing secret {why}. Copy it (whsec_…) from Stripe to Sources, Stripe."
    else:
        header = str(environ.get("HTTP_STRIPE_SIGNATURE") or "")
        told = signatures.wrong(body, header, secrets=secrets, now=int(now.timestamp()))
    try:
        if told is not None:
            raise WrongSignature(told)
        event = msgspec.json.decode(body, type=_Event)
        if not event.id or len(event.id) > 200:
            raise NoEvent("The event has no id of its own.")
    except (msgspec.DecodeError, msgspec.ValidationError):
        _refuse(connector, "The body is signed and no event of Stripe.")
        raise NoEvent("The body is signed and no event of Stripe: an object with id and type is expected.") from None
    except Refusal as refusal:
        _refuse(connector, refusal.message)
        raise
    return answers.as_json({"received": True, "repeated": not _keep(connector, event, body)})


def _refuse(connector: Connector, why: str) -> None:
    Connector.objects.filter(pk=connector.pk).update(refused=F("refused") + 1, refused_at=clock.now(), refusal=why)


def _keep(connector: Connector, event: _Event, body: bytes) -> bool:
    """Keep the event; False when it was there."""
    now = clock.now()
    with _on_disk():
        try:
            with transaction.atomic():
                row = ConnectorEvent(
                    connector=connector, external_id=event.id, type=event.type[:100], received_at=now, body=body
                )
                row.save(force_insert=True)
                Connector.objects.filter(pk=connector.pk).update(heard_at=now)
        except IntegrityError:
            return False
    return True


@contextmanager
def _on_disk() -> Iterator[None]:
    """Commits inside are on the disk before they are believed; elsewhere SQLite waits for its next checkpoint."""
    plain = connection.vendor != "sqlite" or connection.in_atomic_block
    if plain:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=NORMAL")
