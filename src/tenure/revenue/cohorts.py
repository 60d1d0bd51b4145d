"""Cohorts: customers by when they first paid, and what is left of them month by month. Pure: a ledger in, counts out.

A cohort's *age* is whole months (or quarters) since the one in which it began, whose end is age 0. Customers count
while they have MRR at the end of a period, also those who left and came back; money is all that they pay then, rates
of exchange included, so that cohorts add up to the MRR of each month.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.base.months import date_of, number_of
from tenure.revenue.contracts import MONTH, Cohort, Cohorts
from tenure.revenue.runs import Runs, Whole, whole


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
    runs = Runs.of(ledger)
    opening, closing = whole(ledger, "opening"), whole(ledger, "closing")
    first, last = int(runs.month[runs.first].min()) // months, number_of(as_of) // months
    size = last - first + 1
    began = runs.month[runs.first] // months - first
    cell = runs.each(began * size - first) + runs.month // months
    gained = (closing > 0).astype(np.int8) - (opening > 0)
    count, money = (
        np.bincount(cell, weights=each, minlength=size * size).reshape(size, size).cumsum(axis=1)
        for each in (gained, np.maximum(closing, 0) - np.maximum(opening, 0))
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
    runs, over = Runs.of(ledger), number_of(as_of)
    began = runs.month[runs.first]
    left = first_left(ledger, runs, began, over)
    ended = left < over
    months = left - began + ended
    lived = months > 0
    return Lifetimes(runs.ids[lived], began[lived], months[lived], ended[lived])


def first_left(ledger: pa.Table, runs: Runs, since: Whole, over: int) -> Whole:
    """The month in which each account first left, from one of its own on; for who did not the one that is not over."""
    gone = np.flatnonzero((whole(ledger, "closing") <= 0) & (runs.month < over) & (runs.month >= runs.each(since)))
    leavers, at = np.unique(np.searchsorted(runs.first, gone, side="right") - 1, return_index=True)
    left = np.full(len(runs.ids), over, np.int64)
    left[leavers] = runs.month[gone[at]]
    return left


def starts(ledger: pa.Table) -> tuple[Whole, Whole]:
    """The accounts of a ledger, and the month (`number_of`) in which each first paid."""
    runs = Runs.of(ledger)
    return runs.ids, runs.month[runs.first]


def _whole(sums: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(np.rint(sums).astype(np.int64).tolist())
