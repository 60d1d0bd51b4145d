"""The arithmetic of months, which `datetime` has not. A month is told by its first day, or by its number."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date


def number_of(day: date) -> int:
    """The months since year 0 of the month that a day lies in: numbers add, subtract and compare."""
    return day.year * 12 + day.month - 1


def date_of(number: int) -> date:
    """The first day of a month of `number_of`."""
    return date(number // 12, number % 12 + 1, 1)


def first_day(day: date) -> date:
    """The first day of the month that a day lies in."""
    return day.replace(day=1)


def last_day(day: date) -> date:
    """The last day of the month that a day lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_back(day: date, count: int) -> date:
    """The first day of the month that was so many before a day's."""
    return date_of(number_of(day) - count)


def months_after[Day: date](day: Day, count: int) -> Day:
    """The same day (and time of day) so many months later, or that month's last where it has no such day: a month after
    31 January is the end of February. A negative count goes back."""
    month = months_back(day, -count)
    return day.replace(year=month.year, month=month.month, day=min(day.day, last_day(month).day))


def each_month(first: date, last: date) -> Iterator[date]:
    """The first days of the months from `first`'s to `last`'s."""
    return map(date_of, range(number_of(first), number_of(last) + 1))
