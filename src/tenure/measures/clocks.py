"""The clock a feed lives by: the as-of days themselves, or the day of its silence once it is late.

`docs/measures.md` ("When a source falls silent") is the rule in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.measures.document import Feed

MEMORY = 84  # days over which a feed's habit is learned
HABIT = 0.9  # a weekday is expected on which it delivered at least so often


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
    """The clock of a feed by the days it delivered; `limit` None learns on which weekdays it is expected.

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
    """The day from which on the feed is late: windows read until the day before it."""
    silent = [days[-1] + timedelta(days=n) for n in range(1, (as_of - days[-1]).days)]
    if limit is not None:
        return silent[0] if len(silent) > limit else None
    expected = expected_weekdays(days)
    return next((day for day in silent if day.weekday() in expected), None)


def expected_weekdays(days: Sequence[date]) -> frozenset[int]:
    """The weekdays (0 is Monday) on which a feed delivered nearly always in its last twelve weeks; none if seldom."""
    first = max(days[0], days[-1] - timedelta(days=MEMORY - 1))
    delivered = {day for day in days if day >= first}
    span = [first + timedelta(days=n) for n in range((days[-1] - first).days + 1)]
    found = set()
    for weekday in range(7):
        there = [day in delivered for day in span if day.weekday() == weekday]
        if len(there) >= 2 and sum(there) >= HABIT * len(there):
            found.add(weekday)
    return frozenset(found)
