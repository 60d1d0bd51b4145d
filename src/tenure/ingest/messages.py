"""The canonical message: what every dialect is read into, and what the drain works on.

A dialect knows the habits of clients; nothing after it does. Names follow Segment's spec, which the
field has agreed on: https://segment.com/docs/connections/spec/
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

type MessageType = Literal["identify", "track", "page", "screen", "group", "alias"]

EVENTS = frozenset({"track", "page", "screen"})
"""Types of messages that are events; the others say who is who."""
RAW_LIMIT = 4_096
"""Bytes of a refused event that are kept with its reason."""


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing a client said. Who may say it, and whom it means, is decided later.

    `at` is UTC, corrected for the clock of the client (receivedAt − (sentAt − timestamp)) and never
    more than a day after its receipt; it has no time zone object of its own beyond UTC.
    `name` is the event's name; "Viewed Pricing page" and "Viewed Home screen" for pages and screens; "" otherwise.
    `group_id` is the account: a group call's own, else the one in `context`.
    `email` is lower case and only said, not proven: identity believes it of server keys alone.
    `traits` describe the person (identify) or the account (group); empty for other types.
    """

    type: MessageType
    message_id: str
    at: datetime
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None
    name: str = ""
    traits: dict[str, object] = {}
    properties: dict[str, object] = {}
    email: str | None = None
    index: int = 0


type Plain = tuple[MessageType, str, int, str | None, str | None, str | None, str, dict[str, object]]
"""An event that tells nothing of anybody, as most do: type, message id, µs since 1970 UTC, user, visitor and account,
name, properties. A `Message` without its object: the drain reads tens of thousands a second."""
type Spoken = Plain | Message

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Since 1970 UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """The moment so long after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def whole(said: Spoken, index: int = 0) -> Message:
    """The message that an event is."""
    if isinstance(said, Message):
        return said
    call, message_id, at, user, visitor, group, name, properties = said
    return Message(
        type=call,
        index=index,
        message_id=message_id,
        at=moment_of(at),
        user_id=user,
        anonymous_id=visitor,
        group_id=group,
        name=name,
        properties=properties,
    )


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One event that was not taken; the others of its batch were.

    `reason` is a code of `REASONS`; `detail` is a sentence that says what to do; `path` is the offending part,
    such as `properties.total`; `raw` is the event as JSON, cut at `RAW_LIMIT` bytes.
    """

    index: int
    reason: str
    detail: str
    path: str = ""
    raw: bytes = b""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says: its messages and its refused events, both in the batch's order."""

    messages: tuple[Message, ...]
    refused: tuple[Refused, ...]


REASONS: dict[str, str] = {
    "not_an_object": "The event is not a JSON object",
    "unknown_type": "The event's type is not one of identify, track, page, screen, group, alias",
    "no_identity": "The event says neither who (userId) nor which visitor (anonymousId)",
    "no_event_name": "A track call has no event name",
    "no_group": "A group call has no groupId",
    "no_previous_id": "An alias call has no previousId",
    "bad_id": "An id is not a text or number of at most 255 characters",
    "bad_timestamp": "A time cannot be read",
    "out_of_range": "The time is before 1990 or after tomorrow",
    "bad_properties": "Traits or properties are not an object",
    "too_many_names": "The event has more names than one event may have",
    "bad_name": "The event's name is not a text of at most 200 characters",
    "bad_json": "The event is not JSON",
    "bad_utf8": "The event is not UTF-8",
    "not_a_number": "A number is NaN, infinite or too large",
    "too_large": "The event is larger than 32 kB",
    "too_deep": "The event is nested deeper than we read",
}
"""Reasons of the dialects, and what each means. Domains after them add their own."""
