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


class _Context(msgspec.Struct):
    groupId: _Id | None = None  # noqa: N815 - both spellings are in use
    group_id: _Id | None = None
    traits: _Said | None = None


class _Usual(msgspec.Struct, rename="camel"):
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


_decoder = msgspec.json.Decoder(_Usual)
_NOWHERE = _Context()


def usual(raw: bytes | msgspec.Raw, index: int, *, received_at: datetime, skew: timedelta) -> Message | None:
    """The message, if the event is a usual one and nothing is wrong with it."""
    if len(memoryview(raw)) > EVENT_BYTES:
        return None
    try:
        event = _decoder.decode(raw)
        at = _at(event.original_timestamp or event.timestamp, received_at, skew)
        return _message(event, event.context or _NOWHERE, at, index) if at is not None else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError, Bad):
        return None


def _at(said: str | None, received_at: datetime, skew: timedelta) -> datetime | None:
    if not said:
        return received_at
    found = datetime.fromisoformat(said.strip())
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    elif found.tzinfo is not UTC:
        found = found.astimezone(UTC)
    found += skew
    return found if EARLIEST <= found <= received_at + LEAD else None


def _message(event: _Usual, context: _Context, at: datetime, index: int) -> Message | None:
    call = event.type
    user = event.user_id and event.user_id.strip()
    anonymous = event.anonymous_id and event.anonymous_id.strip()
    group = (event.group_id and event.group_id.strip()) or (context.groupId and context.groupId.strip())
    group = group or (context.group_id and context.group_id.strip()) or None
    message_id = event.message_id.strip()
    about = carried(context.traits, "context.traits") if context.traits else {}
    traits: dict[str, object] = {}
    properties: dict[str, object] = {}
    name = ""
    if call == "identify" or call == "group":
        traits = carried(event.traits, "traits")
    else:
        properties = carried(event.properties, "properties")
        if event.category:
            properties = {"category": event.category, **properties}
    if call == "track":
        name = (event.event or "").strip()
    elif call == "page" or call == "screen":
        said = (event.name or "").strip()
        name = f"Viewed {said} {call}" if said else f"Viewed a {call}"
    if not message_id or not (group if call == "group" else user or anonymous) or (call == "track" and not name):
        return None
    return Message(
        type=call,
        index=index,
        message_id=message_id,
        at=at,
        user_id=user or None,
        anonymous_id=anonymous or None,
        group_id=group,
        name=name,
        traits={**about, **traits} if about and call == "identify" else traits,
        properties=properties,
        email=address(traits, about) if call == "identify" else address(about),
    )
