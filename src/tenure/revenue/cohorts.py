"""Cohorts: customers by when they first paid, and what is left of them month by month. Pure: a ledger in, counts out.

A cohort's *age* is whole months (or quarters) since the one in which it began, whose end is age 0. Customers count
while they have MRR at the end of a period, also those who left and came back; money is all that they pay then, rates
of exchange included, so that cohorts add up to the MRR of each month.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

type Whole = NDArray[np.int64]

MONTH, QUARTER = 1, 3


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who first paid in the period that begins with `start`; `customers` and `mrr` (minor units) at the end of it and
    of each period since, the last of which may not be over."""

    start: date
    customers: tuple[int, ...]
    mrr: tuple[int, ...]

    def logos(self) -> tuple[float | None, ...]:
        """The share of its customers that pays, at each age."""
        return tuple(_share(each, self.customers[0]) for each in self.customers)

    def money(self) -> tuple[float | None, ...]:
        """What they pay as a share of what they paid at age 0; more than 1 where they grew."""
        return tuple(_share(each, self.mrr[0]) for each in self.mrr)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """All cohorts in the order they began, with periods of so many months."""

    months: int
    rows: tuple[Cohort, ...]

    def total(self) -> tuple[tuple[date, int, int], ...]:
        """(period, customers, MRR) of all together, from the first's start on: what every row has of it adds up."""
        found: dict[date, tuple[int, int]] = {}
        for row in self.rows:
            for age, (customers, mrr) in enumerate(zip(row.customers, row.mrr, strict=True)):
                period = _date(_number(row.start) + age * self.months)
                before = found.get(period, (0, 0))
                found[period] = before[0] + customers, before[1] + mrr
        return tuple((period, *sums) for period, sums in sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """A row an account that ever paid: months from its first to the one in which it first stopped (`ended`) or the last
    that is over."""

    accounts: Whole
    starts: Whole
    months: Whole
    ended: NDArray[np.bool_]


def cohorts(ledger: pa.Table, *, as_of: date, months: int = MONTH) -> Cohorts:
    """The cohorts of a ledger (schema `LEDGER`) in the order they began, by month or by `QUARTER`s.

    One pass: every movement changes the number and the money of its account's cohort from its month on, so a running
    sum over the months is what is there.
    """
    if not ledger.num_rows:
        return Cohorts(months, ())
    moved = _Moved.of(ledger)
    period = moved.month // months
    first = int(period.min())
    last = _number(as_of) // months
    size = last - first + 1
    began = (moved.starts // months)[moved.account] - first
    cell = began * size + period - first
    gained = (moved.closing > 0).astype(np.int64) - (moved.opening > 0)
    count, money = (
        np.bincount(cell, weights=each, minlength=size * size).reshape(size, size).cumsum(axis=1)
        for each in (gained, moved.closing - moved.opening)
    )
    rows = (
        Cohort(_date((first + row) * months), _whole(count[row, row:]), _whole(money[row, row:]))
        for row in np.unique(began).tolist()
    )
    return Cohorts(months, tuple(rows))


def lifetimes(ledger: pa.Table, *, as_of: date) -> Lifetimes:
    """How long each account has paid. Who leaves in the month they came has lived 1 month; who came back is counted up
    to the day they left first. The month of `as_of` is not over and so not lived yet: who came in it is left out."""
    if not ledger.num_rows:
        nothing = np.zeros(0, np.int64)
        return Lifetimes(nothing, nothing, nothing, np.zeros(0, np.bool_))
    moved = _Moved.of(ledger)
    over = _number(as_of)
    left = np.full(len(moved.ids), over, np.int64)
    gone = (moved.closing <= 0) & (moved.month < over)
    np.minimum.at(left, moved.account[gone], moved.month[gone])
    ended = left < over
    months = left - moved.starts + ended
    lived = months > 0
    return Lifetimes(moved.ids[lived], moved.starts[lived], months[lived], ended[lived])


@dataclass(frozen=True, slots=True)
class _Moved:
    """The rows of a ledger as numbers: months since year 0, accounts as places in `ids`; `starts` of each account."""

    ids: Whole
    account: Whole
    month: Whole
    opening: Whole
    closing: Whole
    starts: Whole

    @classmethod
    def of(cls, ledger: pa.Table) -> "_Moved":
        ids, account = np.unique(_numbers(ledger["account"]), return_inverse=True)
        month = _numbers(pc.add(pc.multiply(pc.year(ledger["month"]), 12), pc.subtract(pc.month(ledger["month"]), 1)))
        opening, closing = (np.maximum(_numbers(ledger[name]), 0) for name in ("opening", "closing"))
        starts = np.full(len(ids), np.iinfo(np.int64).max)
        np.minimum.at(starts, account, month)
        return cls(ids, account, month, opening, closing, starts)


def _numbers(column: pa.ChunkedArray) -> Whole:
    found: Whole = column.to_numpy().astype(np.int64)
    return found


def _whole(sums: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(np.rint(sums).astype(np.int64).tolist())


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _date(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
