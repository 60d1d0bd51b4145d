"""The body as a whole: one event, or a batch of them with the time it was sent."""

import msgspec

from tenure.base.refusals import Refusal
from tenure.ingest.dialects import foreign
from tenure.ingest.dialects.segment import splitting

KINDS = frozenset({"identify", "track", "page", "screen", "group", "alias", "batch", "import"})
BATCHES = frozenset({"batch", "import"})
BODY_BYTES = 512_000
BATCH_EVENTS = 2_500


class Unreadable(Refusal):
    """Nothing of the body can be kept; clients give up on this answer."""

    def __init__(self, message: str, *, code: str = "bad_json", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status  # type: ignore[misc]


class Checked(msgspec.Struct, frozen=True):
    """How many events the body holds, and the key inside it, for clients that send none in the header."""

    events: int
    write_key: str | None


class Opened(msgspec.Struct, frozen=True):
    """A body taken apart: each event as its own bytes, and what holds for all of them."""

    events: list[bytes] | list[msgspec.Raw]
    sent_at: object = None
    write_key: str | None = None


class _Batch(msgspec.Struct, rename={"sent_at": "sentAt", "write_key": "writeKey"}):
    batch: list[msgspec.Raw] | None = None
    sent_at: object = None
    write_key: object = None
    api_key: object = None


class _One(msgspec.Struct, rename={"sent_at": "sentAt", "write_key": "writeKey"}):
    sent_at: object = None
    write_key: object = None
    api_key: object = None


_batch = msgspec.json.Decoder(_Batch)
_one = msgspec.json.Decoder(_One)


def check(body: bytes, kind: str) -> Checked:
    """Whether the body can be kept; refuses with `Unreadable`. Single bad events are kept, and refused by `read`."""
    opened = open_body(body, kind)
    if len(opened.events) > BATCH_EVENTS:
        raise Unreadable(
            f"A batch may hold {BATCH_EVENTS:,} events; this one has {len(opened.events):,}. Send it in parts.",
            code="too_many_events",
            status=413,
        )
    return Checked(len(opened.events), opened.write_key)


def open_body(body: bytes, kind: str) -> Opened:
    """Take the body apart. Where it is not well formed, every event that is still comes out whole."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        if not body.isascii():
            body.decode()
        return _batched(body) if kind in BATCHES else _single(body)
    except msgspec.ValidationError:
        raise _not_ours(body, kind) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _rescued(body, kind)


def _batched(body: bytes) -> Opened:
    found = _batch.decode(body)
    if not isinstance(found.batch, list) or found.api_key is not None:
        raise _not_ours(body, "batch")
    return Opened(found.batch, found.sent_at, _text(found.write_key))


def _single(body: bytes) -> Opened:
    found = _one.decode(body)
    if found.api_key is not None:
        raise _not_ours(body, "track")
    return Opened([body], found.sent_at, _text(found.write_key))


def _rescued(body: bytes, kind: str) -> Opened:
    parts = splitting.split(body)
    if parts is None:
        raise Unreadable("The body is not JSON: it ends too early, or its brackets do not match.")
    if kind not in BATCHES:
        return Opened([body], parts.sent_at, parts.write_key)
    if parts.events is None:
        raise _not_ours(body, kind)
    return Opened(parts.events, parts.sent_at, parts.write_key)


def _not_ours(body: bytes, kind: str) -> Unreadable:
    dialect = foreign.of_body(body)
    if dialect:
        return Unreadable(foreign.told(dialect), code="wrong_dialect")
    if kind in BATCHES:
        return Unreadable(
            'Send an object with the events in a list: {"batch": [{"type": "track", …}]}.', code="no_batch"
        )
    return Unreadable("Send the event as one JSON object.", code="not_an_object")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
