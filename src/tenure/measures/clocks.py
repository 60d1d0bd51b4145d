"""The clock a feed lives by: the as-of days themselves, or the day of its silence once it is late.

`docs/measures.md` ("When a source falls silent") is the rule in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tenure.measures.document import Feed

MEMORY = 84  # days over which a feed's habit is learned
HABIT = 0.9  # a weekday is expected on which it delivered at least so often
EPOCH = date(1970, 1, 1)
THURSDAY = 3  # the weekday of that day

type Numbers = NDArray[np.int64]
type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A day on which a feed has rows, and the day on which the first of them were known."""

    day: date
    known_day: date


@dataclass(frozen=True, slots=True)
class Days:
    """Many of them as columns, in days since 1970."""

    day: Numbers
    known: Numbers

    @classmethod
    def listed(cls, delivered: Iterable[Delivered]) -> Self:
        """From single ones."""
        rows = [(day_number(each.day), day_number(each.known_day)) for each in delivered]
        return cls(*np.array(rows, np.int64).reshape(-1, 2).T)

    def __len__(self) -> int:
        return len(self.day)

    def of(self, kept: Flags) -> Self:
        """Those marked."""
        return type(self)(self.day[kept], self.known[kept])

    def known_by(self, as_of: date) -> Flags:
        """Marks what happened and was known up to a day."""
        return (self.day <= day_number(as_of)) & (self.known <= day_number(as_of))

    def each_once(self) -> Self:
        """Each day once, oldest first, with the day on which anything of it was known first."""
        order = np.lexsort((self.known, self.day))
        day, first = np.unique(self.day[order], return_index=True)
        return type(self)(day, self.known[order][first])


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


def clock(feed: Feed, as_of: Sequence[date], delivered: Days, limit: int | None) -> Clock:
    """The clock of a feed by the days it delivered; `limit` None learns on which weekdays it is expected.

    On each as-of day only what was known then is looked at.
    """
    known = delivered.each_once()
    at: list[date] = []
    since: list[date | None] = []
    stale: list[date | None] = []
    for day in as_of:
        days = known.day[(known.day < day_number(day)) & (known.known <= day_number(day))]
        frozen = _frozen_since(days, day, limit) if len(days) else None
        at.append(frozen or day)
        since.append(dated(days[0]) if len(days) else None)
        stale.append(frozen)
    return Clock(feed, tuple(at), tuple(since), tuple(stale))


def _frozen_since(days: Numbers, as_of: date, limit: int | None) -> date | None:
    """The day from which on the feed is late: windows read until the day before it."""
    silent = range(int(days[-1]) + 1, day_number(as_of))
    if limit is not None or not silent:
        return dated(silent[0]) if limit is not None and len(silent) > limit else None
    expected = expected_weekdays(days)
    return next((dated(day) for day in silent if (day + THURSDAY) % 7 in expected), None)


def expected_weekdays(days: Numbers) -> frozenset[int]:
    """The weekdays (0 is Monday) on which a feed delivered nearly always in its last twelve weeks; none if seldom.

    `days` are those on which it delivered: ascending, each once, at least one.
    """
    last = int(days[-1])
    span = np.arange(max(int(days[0]), last - MEMORY + 1), last + 1)
    times = np.bincount(weekday(span), minlength=7)
    delivered = np.bincount(weekday(days[days >= span[0]]), minlength=7)
    return frozenset(np.flatnonzero((times >= 2) & (delivered >= HABIT * times)).tolist())


def weekday(day: Numbers) -> Numbers:
    """0 is Monday."""
    return (day + THURSDAY) % 7


def day_number(day: date) -> int:
    """A day as days since 1970."""
    return (day - EPOCH).days


def dated(day: int | np.int64) -> date:
    """Days since 1970 as a day."""
    return EPOCH + timedelta(days=int(day))
