"""When a source speaks, learned from the hours in which it was heard: is it silent, is an hour unusual? Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median

HOUR = timedelta(hours=1)
MEMORY = timedelta(days=28)
"""How far back a habit is learned."""
KNOWN = timedelta(days=14)
"""A source has habits when it was first heard so long ago."""
HABIT = 0.9
"""An hour of the week belongs to the habit when something was heard in this share of the weeks."""
MISSED = 6
"""So many hours of the habit without a message are a silence."""
AT_LEAST = timedelta(hours=24)
"""How long a source without habitual hours may be quiet at the least."""
UNUSUAL = 3.5
"""The modified z-score from which on a value is called an outlier (Iglewicz & Hoaglin 1993, "How to Detect and Handle
Outliers", section 3.3)."""
DAYS_NEEDED = 7
"""So many days of the same kind have to be known before an hour can be unusual."""
FEW = 20
"""A difference of fewer messages is never worth a word."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """An hour in which far more or fewer messages came than in this hour of other days; `usual` is their median."""

    hour: datetime
    messages: int
    usual: float


def hour_of(moment: datetime) -> datetime:
    """The hour a moment lies in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def is_silent(heard: Collection[datetime], *, last: datetime, now: datetime) -> bool:
    """Whether a source should have been heard since `last`. `heard` are the hours of the last 28 days it was heard in.

    A source with habitual hours is silent after six of them without a word: one that rests at night and on Sundays may
    rest. One that comes when it comes is silent after twice its longest pause, and never within a day.
    """
    habit = expected_hours(heard, until=last)
    if habit:
        missed = sum(1 for hour in _hours(hour_of(last) + HOUR, min(now, last + MEMORY)) if _of_week(hour) in habit)
        return missed >= MISSED
    pauses = [later - earlier for earlier, later in _pairs(sorted(heard))]
    return now - last > max(AT_LEAST, 2 * max(pauses, default=timedelta()))


def expected_hours(heard: Collection[datetime], *, until: datetime) -> frozenset[int]:
    """The hours of the week (0 is Monday, midnight to one, UTC) in which the source is habitually heard."""
    if not heard or until - min(heard) < KNOWN:
        return frozenset()
    weeks = (hour_of(until) - hour_of(min(heard))) // timedelta(days=7)
    since = hour_of(until) - weeks * timedelta(days=7)
    counts: dict[int, int] = {}
    for hour in heard:
        if since < hour <= until:
            counts[_of_week(hour)] = counts.get(_of_week(hour), 0) + 1
    return frozenset(hour for hour, count in counts.items() if count >= HABIT * weeks)


def unusual_hours(messages: Mapping[datetime, int], *, first: datetime, now: datetime) -> tuple[Unusual, ...]:
    """Of the last 24 complete hours those that are outliers among the same hour of earlier days, working days and
    weekends apart. `first` is when the source was heard first; hours that `messages` leaves out had none.

    The modified z-score is 0.6745 (x - median) / MAD, and where more than half of the values are equal (MAD = 0)
    (x - median) / (1.2533 mean absolute deviation).
    """
    found = []
    for hour in _hours(hour_of(now) - timedelta(days=1), hour_of(now)):
        earlier = [
            messages.get(day, 0)
            for back in range(1, MEMORY.days + 1)
            if (day := hour - timedelta(days=back)) > first and (day.weekday() >= 5) == (hour.weekday() >= 5)
        ]
        if len(earlier) >= DAYS_NEEDED and _is_outlier(messages.get(hour, 0), earlier):
            found.append(Unusual(hour, messages.get(hour, 0), median(earlier)))
    return tuple(found)


def _is_outlier(value: int, others: Collection[int]) -> bool:
    middle = median(others)
    away = [abs(other - middle) for other in others]
    if abs(value - middle) < FEW:
        return False
    spread = median(away) / 0.6745 or 1.2533 * mean(away)
    return abs(value - middle) > UNUSUAL * spread


def _of_week(hour: datetime) -> int:
    return hour.weekday() * 24 + hour.hour


def _hours(first: datetime, end: datetime) -> Iterator[datetime]:
    """Complete hours from `first` on that are over at `end`."""
    while first + HOUR <= end:
        yield first
        first += HOUR


def _pairs(moments: list[datetime]) -> Iterator[tuple[datetime, datetime]]:
    return pairwise(moments)
