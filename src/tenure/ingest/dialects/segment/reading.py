"""A body → what is said and refused events, in the batch's order."""

from datetime import datetime, timedelta
from typing import cast

import msgspec

from tenure.ingest.dialects.segment.decoding import Event, decode
from tenure.ingest.dialects.segment.envelope import BATCHES, open_body
from tenure.ingest.dialects.segment.usual import clock, usual
from tenure.ingest.dialects.segment.values import Bad, address, carried, identifier, in_range, moment, title
from tenure.ingest.messages import RAW_LIMIT, Message, MessageType, Reading, Refused, Spoken, whole

TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})
_NO_SKEW = timedelta(0)


class Batch(msgspec.Struct, frozen=True):
    """What holds for all events of a body. `skew` is how far the client's clock is behind ours."""

    kind: str
    received_at: datetime
    seed: str
    skew: timedelta


def read(body: bytes, *, kind: str, received_at: datetime, message_id_seed: str) -> Reading:
    """What the body says, as messages; the rest is told at `said`."""
    spoken, refused = said(body, kind=kind, received_at=received_at, message_id_seed=message_id_seed)
    gone = {each.index for each in refused}
    places = (place for place in range(len(spoken) + len(refused)) if place not in gone)
    messages = tuple(whole(each, index) for each, index in zip(spoken, places, strict=True))
    return Reading(messages=messages, refused=tuple(refused))


def said(body: bytes, *, kind: str, received_at: datetime, message_id_seed: str) -> tuple[list[Spoken], list[Refused]]:
    """What the body says, and what is refused of it. Events without a message id get `{message_id_seed}:{index}`.

    Raises `Unreadable` for a body that `check` refuses: none of those is ever stored.
    """
    opened = open_body(body, kind)
    skew = _NO_SKEW if kind == "import" else _skew(opened.sent_at, received_at)
    batch = Batch(kind, received_at, message_id_seed, skew)
    spoken: list[Spoken] = []
    refused: list[Refused] = []
    clean = b"\\u0000" in body
    quick, times = kind in BATCHES and not clean, clock(received_at, skew)
    for index, raw in enumerate(opened.events):
        if quick and (found := usual(raw, index, times)) is not None:
            spoken.append(found)
            continue
        try:
            spoken.append(_message(decode(raw, clean=clean), index, batch))
        except Bad as bad:
            kept = bytes(memoryview(raw)[:RAW_LIMIT])
            refused.append(Refused(index=index, reason=bad.reason, detail=bad.detail, path=bad.path, raw=kept))
    return spoken, refused


def _skew(sent_at: object, received_at: datetime) -> timedelta:
    """How much later by our clock it was when the client sent; none when it does not say."""
    try:
        sent = moment(sent_at, "sentAt")
    except Bad:
        return _NO_SKEW
    return received_at - sent if sent else _NO_SKEW


def _message(event: Event, index: int, batch: Batch) -> Message:
    call = _type(event, batch.kind)
    context = event.context if isinstance(event.context, dict) else {}
    about = carried(told, "context.traits") if isinstance(told := context.get("traits"), dict) else {}
    traits = carried(event.traits, "traits") if call in ("identify", "group") else {}
    message = Message(
        type=call,
        index=index,
        message_id=identifier(event.message_id, "messageId") or f"{batch.seed}:{index}",
        at=_at(event, batch),
        user_id=identifier(event.user_id, "userId"),
        anonymous_id=identifier(event.anonymous_id, "anonymousId"),
        previous_id=identifier(event.previous_id, "previousId"),
        group_id=identifier(event.group_id, "groupId") or _group_in(context),
        name=_name(event, call),
        # RudderStack's clients say an identify's traits in the context, some of them only there.
        traits={**about, **traits} if about and call == "identify" else traits,
        properties=_properties(event) if call in ("track", "page", "screen") else {},
        email=address(traits, about) if call == "identify" else address(about),
    )
    _require(message)
    return message


def _type(event: Event, kind: str) -> MessageType:
    """The path says it for single events; in a batch each says its own."""
    said = event.type if kind in BATCHES else kind
    if isinstance(said, str) and said in TYPES:
        return cast("MessageType", said)
    raise Bad("unknown_type", "type", "type must be identify, track, page, screen, group or alias.")


def _at(event: Event, batch: Batch) -> datetime:
    """When it happened by our clock: receivedAt − (sentAt − timestamp).

    RudderStack's clients say in originalTimestamp when they were called, beside a time that their caller gave.
    """
    path = "originalTimestamp" if event.timestamp in (None, "") else "timestamp"
    said = moment(event.timestamp if path == "timestamp" else event.original_timestamp, path)
    if said is None:
        return batch.received_at
    if batch.kind == "import":
        return in_range(said, batch.received_at, path)
    skew = batch.skew if event.sent_at is None else _skew(event.sent_at, batch.received_at)
    try:
        return in_range(said + skew, batch.received_at, path)
    except OverflowError:
        raise Bad("out_of_range", path, f"{path} is outside of the years we can keep (1990 to tomorrow).") from None


def _group_in(context: dict[str, object]) -> str | None:
    """The account that a call other than `group` is about."""
    return identifier(context.get("groupId"), "context.groupId") or identifier(
        context.get("group_id"), "context.group_id"
    )


def _name(event: Event, call: MessageType) -> str:
    """The event's name; a page or screen is an event "Viewed Pricing page"."""
    if call == "track":
        return title(event.event, "event")
    if call in ("page", "screen"):
        name = title(event.name, "name")
        return f"Viewed {name} {call}" if name else f"Viewed a {call}"
    return ""


def _properties(event: Event) -> dict[str, object]:
    """The properties; a page's category, said beside them, is one of them."""
    found = carried(event.properties, "properties")
    return {"category": event.category, **found} if isinstance(event.category, str) and event.category else found


def _require(message: Message) -> None:
    """Refuse what says too little to be of use."""
    if message.type == "group":
        if message.group_id is None:
            raise Bad("no_group", "groupId", "A group call needs groupId, the account.")
        return
    if message.type == "alias":
        if message.previous_id is None:
            raise Bad("no_previous_id", "previousId", "An alias call needs previousId, the id used until now.")
        if message.user_id is None:
            raise Bad("no_identity", "userId", "An alias call needs userId, the id used from now on.")
        return
    if message.user_id is None and message.anonymous_id is None:
        raise Bad("no_identity", "userId", "Send userId (who) or anonymousId (which visitor).")
    if message.type == "track" and not message.name:
        raise Bad("no_event_name", "event", 'A track call needs event, such as "Report Exported".')
