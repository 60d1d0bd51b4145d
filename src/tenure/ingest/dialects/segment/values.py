"""Single values of an event: ids, times, names, and how deep and wide what it carries may be."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

ID_LENGTH = 255
NAME_LENGTH = 200
EVENT_NAMES = 256
EVENT_DEPTH = 12
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LEAD = timedelta(days=1)
_MILLISECONDS_FROM = 100_000_000_000
"""A number of this size or more is milliseconds since 1970, a smaller one seconds (until the year 5138)."""

_NESTING = frozenset({dict, list})


class Bad(Exception):
    """This value makes the event unusable: a reason, where, and what to do."""

    def __init__(self, reason: str, path: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.path, self.detail = reason, path, detail


def identifier(value: object, path: str) -> str | None:
    """An id as text; None when it is missing or empty. Numbers are written as they are."""
    if isinstance(value, str):
        found = value.strip()
        if len(found) > ID_LENGTH:
            raise Bad("bad_id", path, f"{path} has {len(found):,} characters; send at most {ID_LENGTH}.")
        return found or None
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**ID_LENGTH:
        raise Bad("bad_id", path, f"{path} must be a text or a whole number.")
    return str(value)


def moment(value: object, path: str) -> datetime | None:
    """A time: ISO 8601, or a number of (milli)seconds since 1970; without a zone it is UTC. None when missing."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC)
    except (OverflowError, OSError):
        raise Bad("out_of_range", path, f"{path} is outside of the years we can keep (1990 to tomorrow).") from None
    except ValueError:
        pass
    raise Bad("bad_timestamp", path, f"{path} is not a time: send ISO 8601, such as 2026-03-01T12:00:00Z.")


def in_range(at: datetime, received_at: datetime, path: str) -> datetime:
    """The time itself, if events may have it."""
    if EARLIEST <= at <= received_at + LEAD:
        return at
    said = "before 1990" if at < EARLIEST else "more than a day after it was received"
    raise Bad("out_of_range", path, f"{path} is {at.isoformat()}, {said}. Check the clock or the field.")


def carried(value: object, path: str) -> dict[str, object]:
    """Traits or properties: an object within bounds. An absent one is empty."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Bad("bad_properties", path, f'{path} must be an object, such as {{"plan": "pro"}}.')
    names = len(value)
    if not _NESTING.isdisjoint(map(type, value.values())):
        names += sum(_names(inner, f"{path}.{name}", 2) for name, inner in value.items() if _holds(inner))
    if names > EVENT_NAMES:
        raise Bad("too_many_names", path, f"{path} has {names:,} names; send at most {EVENT_NAMES} in one event.")
    return value


def _names(value: object, path: str, depth: int) -> int:
    """How many names are inside; refuses what is nested too deep."""
    if depth > EVENT_DEPTH:
        raise Bad("too_deep", path, f"Nested deeper than {EVENT_DEPTH} levels. Flatten it.")
    if isinstance(value, dict):
        return len(value) + sum(_names(inner, path, depth + 1) for inner in value.values() if _holds(inner))
    assert isinstance(value, list)
    return sum(_names(inner, path, depth + 1) for inner in value if _holds(inner))


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)


def address(*holders: Mapping[str, object]) -> str | None:
    """The first e-mail address said, in small letters."""
    for holder in holders:
        found = holder.get("email")
        if isinstance(found, str) and "@" in found and len(found) <= 254:
            return found.strip().lower() or None
    return None


def title(value: object, path: str) -> str:
    """A name of an event or page, "" when missing."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > NAME_LENGTH:
        raise Bad("bad_name", path, f"{path} must be a text of at most {NAME_LENGTH} characters.")
    return value.strip()
