"""Days on which the team works, when a task comes again, and what became of a promise."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Literal, get_args

from tenure.base.months import months_after
from tenure.tasks.contracts import Calendar, Repeat, State, Unit

LONGEST_MINUTES = 24 * 60
LONGEST_TITLE, LONGEST_DETAIL, LONGEST_ITEM, LONGEST_REASON = 200, 20_000, 300, 200
MOST_ITEMS = 50
MOST_EVERY = 52
NEVER = date(9999, 12, 31)
"""Stands in the table for "no day", so that those without one come last by an index."""
_A_YEAR = 366

type Kept = Literal["open", "overdue", "kept", "kept late", "broken"]


def is_working(day: date, calendar: Calendar) -> bool:
    """Whether the team works on the day. A calendar without any working day counts every day."""
    return not calendar.working or (day.weekday() in calendar.working and day not in calendar.holidays)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself, or the first one after it that the team works on; the day where a year has none."""
    days = (day + timedelta(days=step) for step in range(_A_YEAR))
    return next((each for each in days if is_working(each, calendar)), day)


def add_business_days(day: date, days: int, calendar: Calendar) -> date:
    """So many working days after the day; with 0 the day itself or the next working one."""
    day = next_working_day(day, calendar)
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), calendar)
    return day


def next_due(repeat: Repeat, *, anchor: date, last: date, today: date, calendar: Calendar) -> date:
    """When it is due again: the first day of the rhythm, begun on `anchor`, that is after `last` and not before
    `today`, moved to a working day. Moving never shifts the rhythm."""
    days = (next_working_day(day, calendar) for day in _rhythm(repeat, anchor=anchor, after=last, calendar=calendar))
    return next(day for day in days if day > last and day >= today)


def _rhythm(repeat: Repeat, *, anchor: date, after: date, calendar: Calendar) -> Iterator[date]:
    if repeat.unit == "daily":
        yield from (after + timedelta(days=step) for step in count(1))
    elif repeat.unit == "weekly":
        yield from (anchor + timedelta(weeks=repeat.every * step) for step in count(1))
    else:
        yield from (months_after(anchor, repeat.every * step) for step in count(1))


def written_repeat(repeat: Repeat | None) -> str:
    """As it is kept: `weekly:2`; empty for once."""
    return f"{repeat.unit}:{repeat.every}" if repeat else ""


def read_repeat(text: str) -> Repeat | None:
    """What `written_repeat` wrote; None for anything else."""
    unit, _, every = text.partition(":")
    units: tuple[Unit, ...] = get_args(Unit.__value__)
    for known in units:
        if unit == known:
            number = int(every) if every.isdecimal() else 1
            return Repeat(known, number) if 0 < number <= MOST_EVERY else None
    return None


def promise(state: State, *, due: date | None, finished_on: date | None, today: date) -> Kept:
    """What became of a promise: kept by its day, kept late, broken (dropped), or still to be kept."""
    if state is State.DROPPED:
        return "broken"
    late = due is not None and (finished_on or today) > due
    if state is State.DONE:
        return "kept late" if late else "kept"
    return "overdue" if late else "open"
