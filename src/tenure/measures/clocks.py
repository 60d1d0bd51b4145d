"""The clock a feed lives by: the as-of days themselves, or the day of its silence once it is late.

`docs/measures.md` ("When a source falls silent") is the rule in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.measures.document import Feed

MEMORY = 84  # days over which a feed's habit is learned
STEADY = 0.5  # a feed that delivered on fewer of them cannot be told from a silent one


@dataclass(frozen=True, slots=True)
class Delivered:
    """A day on which a feed has rows, and the day on which the first of them were known."""

    day: date
    known_day: date


@dataclass(frozen=True, slots=True)
class Clock:
    """For each as-of day: the day the feed is read at, since when it delivers, and since when it is frozen."""

    feed: Feed
    at: tuple[date, ...]
    since: tuple[date | None, ...]
    stale_since: tuple[date | None, ...]


def on_time(feed: Feed, as_of: Sequence[date], since: date | None) -> Clock:
    """The clock of a feed that cannot be late."""
    return Clock(feed, tuple(as_of), tuple(since for _ in as_of), tuple(None for _ in as_of))


def clock(feed: Feed, as_of: Sequence[date], delivered: Sequence[Delivered], limit: int | None) -> Clock:
    """The clock of a feed by the days it delivered; `limit` None learns how many silent days it usually has.

    On each as-of day only what was known then is looked at.
    """
    known: dict[date, date] = {}
    for each in delivered:
        known[each.day] = min(each.known_day, known.get(each.day, date.max))
    at: list[date] = []
    since: list[date | None] = []
    stale: list[date | None] = []
    for day in as_of:
        days = sorted(d for d, known_day in known.items() if d < day and known_day <= day)
        frozen = _frozen_since(days, day, limit) if days else None
        at.append(frozen or day)
        since.append(days[0] if days else None)
        stale.append(frozen)
    return Clock(feed, tuple(at), tuple(since), tuple(stale))


def _frozen_since(days: Sequence[date], as_of: date, limit: int | None) -> date | None:
    """The first silent day, when there are more of them than the feed may have."""
    silent = (as_of - days[-1]).days - 1
    allowed = usual_silence(days) if limit is None else limit
    return days[-1] + timedelta(days=1) if allowed is not None and silent > allowed else None


def usual_silence(days: Sequence[date]) -> int | None:
    """The longest silence among the last twelve weeks of deliveries, in days; None for a feed that is not steady."""
    first = max(days[0], days[-1] - timedelta(days=MEMORY - 1))
    recent = [day for day in days if day >= first]
    span = (days[-1] - first).days + 1
    if len(recent) < 2 or len(recent) < STEADY * span:
        return None
    return max((b - a).days - 1 for a, b in zip(recent, recent[1:], strict=False))
