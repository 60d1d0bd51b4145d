"""The quick way for usual events of a batch: texts where texts belong. Anything else is left to `reading`.

Half as many events again a second, and the same messages, as a test checks. None means: ask `reading`.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from tenure.ingest.dialects.segment.decoding import EVENT_BYTES
from tenure.ingest.dialects.segment.values import EARLIEST, ID_LENGTH, LEAD, NAME_LENGTH, Bad, address, carried
from tenure.ingest.messages import Message

type _Id = Annotated[str, msgspec.Meta(max_length=ID_LENGTH)]
type _Name = Annotated[str, msgspec.Meta(max_length=NAME_LENGTH)]
type _Said = dict[str, object]

_NOTHING: _Said = {}


class _Context(msgspec.Struct, gc=False):
    groupId: _Id | None = None  # noqa: N815 - both spellings are in use
    group_id: _Id | None = None
    traits: _Said | None = None


class _Usual(msgspec.Struct, rename="camel", gc=False):
    type: Literal["identify", "track", "page", "screen", "group"]
    message_id: _Id
    user_id: _Id | None = None
    anonymous_id: _Id | None = None
    previous_id: None = None
    group_id: _Id | None = None
    event: _Name | None = None
    name: _Name | None = None
    category: str | None = None
    traits: _Said | None = None
    properties: _Said | None = None
    context: _Context | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: None = None


_decode = msgspec.json.Decoder(_Usual).decode
_iso = datetime.fromisoformat


def usual(raw: bytes | msgspec.Raw, index: int, *, received_at: datetime, skew: timedelta) -> Message | None:
    """The message, if the event is a usual one and nothing is wrong with it."""
    if len(memoryview(raw)) > EVENT_BYTES:
        return None
    try:
        event = _decode(raw)
        at = received_at
        if said := event.timestamp or event.original_timestamp:
            at = _iso(said.strip())
            if at.tzinfo is not UTC:
                at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
            at += skew
            if not EARLIEST <= at <= received_at + LEAD:
                return None
        return _message(event, at, index)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError, Bad):
        return None


def _message(event: _Usual, at: datetime, index: int) -> Message | None:
    """Runs for every event there is: no call is made that is not needed."""
    call, context = event.type, event.context
    user, anonymous, group = event.user_id, event.anonymous_id, event.group_id
    user = (user and user.strip()) or None
    anonymous = (anonymous and anonymous.strip()) or None
    group = (group and group.strip()) or None
    about = _NOTHING
    if context is not None:
        if group is None and context.groupId:
            group = context.groupId.strip() or None
        if group is None and context.group_id:
            group = context.group_id.strip() or None
        if context.traits:
            about = carried(context.traits, "context.traits")
    name, traits, properties = "", _NOTHING, _NOTHING
    if call == "identify" or call == "group":
        traits = carried(event.traits, "traits")
    else:
        if event.properties:
            properties = carried(event.properties, "properties")
        if event.category:
            properties = {"category": event.category, **properties}
        if call == "track":
            name = (event.event or "").strip()
        else:
            said = (event.name or "").strip()
            name = f"Viewed {said} {call}" if said else f"Viewed a {call}"
    message_id = event.message_id.strip()
    if not message_id or (not name and call == "track") or (group if call == "group" else user or anonymous) is None:
        return None
    email = None
    if call == "identify":
        email = address(traits, about)
        traits = {**about, **traits} if about else traits
    elif about:
        email = address(about)
    return Message(
        type=call,
        index=index,
        message_id=message_id,
        at=at,
        user_id=user,
        anonymous_id=anonymous,
        group_id=group,
        name=name,
        traits=traits,
        properties=properties,
        email=email,
    )
