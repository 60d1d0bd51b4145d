"""Customers as arrays: how long each has paid, what they pay, and all that they have paid. Pure: a ledger in."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.base.months import number_of
from tenure.revenue.cohorts import first_left
from tenure.revenue.fit.contracts import FEW
from tenure.revenue.runs import Runs, Whole, whole

YEAR = 12


@dataclass(frozen=True, slots=True)
class Customers:
    """A row an account that ever paid, by id. `months` until they first left (`ended`) or the last month that is over;
    `possible` is how many could have been lived since they came. `mrr` is paid now, `before` was twelve months ago, and
    `paid` is the sum of MRR at the end of each month that is over. Minor units."""

    ids: Whole
    months: Whole
    ended: NDArray[np.bool_]
    possible: Whole
    mrr: Whole
    before: Whole
    paid: Whole

    @classmethod
    def of(cls, ledger: pa.Table, *, as_of: date) -> "Customers":
        """Of a ledger (schema `LEDGER`). The month of `as_of` is not over: nobody has lived it yet."""
        if not ledger.num_rows:
            none = np.zeros(0, np.int64)
            return cls(none, none, none.astype(np.bool_), none, none, none, none)
        runs, over, by = Runs.of(ledger), number_of(as_of), _moved(ledger)
        began = runs.month[runs.first]
        left = first_left(ledger, runs, began, over)
        ended = left < over
        return cls(
            ids=runs.ids,
            months=left - began + ended,
            ended=ended,
            possible=over - began,
            mrr=runs.sums(by),
            before=runs.sums(np.where(runs.month <= over - YEAR, by, 0)),
            paid=runs.sums(by * (over - runs.month)),
        )

    @classmethod
    def since(cls, ledger: pa.Table, *, as_of: date, months: int) -> "Customers":
        """Who paid at the end of the month that was over so many months before the last that is; from then on, as if
        they had come on that day. `before` is what they paid then."""
        if not ledger.num_rows:
            return cls.of(ledger, as_of=as_of)
        runs, over, by = Runs.of(ledger), number_of(as_of), _moved(ledger)
        first = over - months
        before = runs.sums(np.where(runs.month < first, by, 0))
        left = first_left(ledger, runs, np.full(len(runs.ids), first, np.int64), over)
        ended = left < over
        there = before > 0
        return cls(
            ids=runs.ids[there],
            months=(left - first + ended)[there],
            ended=ended[there],
            possible=np.full(int(there.sum()), months, np.int64),
            mrr=runs.sums(by)[there],
            before=before[there],
            paid=runs.sums(by * (over - np.maximum(runs.month, first)))[there],
        )

    def longest(self, most: int) -> int:
        """The age, `most` at the greatest, that can be told of: enough customers came so long ago, or longer."""
        newest_first = np.sort(self.possible)[::-1]
        return min(most, int(newest_first[FEW - 1])) if len(newest_first) >= FEW else 0


def _moved(ledger: pa.Table) -> Whole:
    """By how much each row moved what is paid."""
    opening, closing = (np.maximum(whole(ledger, name), 0) for name in ("opening", "closing"))
    return np.asarray(closing - opening)
