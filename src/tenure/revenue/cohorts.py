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

from tenure.revenue.contracts import MONTH, Cohort, Cohorts, date_of, number_of

type Whole = NDArray[np.int64]


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
    moved = Moved.of(ledger)
    period = moved.month // months
    first = int(period.min())
    last = number_of(as_of) // months
    size = last - first + 1
    began = (moved.starts // months)[moved.account] - first
    cell = began * size + period - first
    gained = (moved.closing > 0).astype(np.int64) - (moved.opening > 0)
    count, money = (
        np.bincount(cell, weights=each, minlength=size * size).reshape(size, size).cumsum(axis=1)
        for each in (gained, moved.closing - moved.opening)
    )
    rows = (
        Cohort(date_of((first + row) * months), _whole(count[row, row:]), _whole(money[row, row:]))
        for row in np.unique(began).tolist()
    )
    return Cohorts(months, tuple(rows))


def lifetimes(ledger: pa.Table, *, as_of: date) -> Lifetimes:
    """How long each account has paid. Who leaves in the month they came has lived 1 month; who came back is counted up
    to the day they left first. The month of `as_of` is not over and so not lived yet: who came in it is left out."""
    if not ledger.num_rows:
        nothing = np.zeros(0, np.int64)
        return Lifetimes(nothing, nothing, nothing, np.zeros(0, np.bool_))
    moved = Moved.of(ledger)
    over = number_of(as_of)
    left = np.full(len(moved.ids), over, np.int64)
    gone = (moved.closing <= 0) & (moved.month < over)
    np.minimum.at(left, moved.account[gone], moved.month[gone])
    ended = left < over
    months = left - moved.starts + ended
    lived = months > 0
    return Lifetimes(moved.ids[lived], moved.starts[lived], months[lived], ended[lived])


def starts(ledger: pa.Table) -> tuple[Whole, Whole]:
    """The accounts of a ledger that is not empty, and the month (`number_of`) in which each first paid."""
    moved = Moved.of(ledger)
    return moved.ids, moved.starts


@dataclass(frozen=True, slots=True)
class Moved:
    """The rows of a ledger that is not empty as numbers: months since year 0, accounts as places in `ids`; `starts` of
    each account."""

    ids: Whole
    account: Whole
    month: Whole
    opening: Whole
    closing: Whole
    starts: Whole

    @classmethod
    def of(cls, ledger: pa.Table) -> "Moved":
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
