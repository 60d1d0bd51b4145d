"""Customers as arrays: how long each has paid, what they pay, and all that they have paid. Pure: a ledger in."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.revenue.cohorts import Moved
from tenure.revenue.contracts import number_of
from tenure.revenue.fit.contracts import FEW

type Whole = NDArray[np.int64]

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
        moved, over = Moved.of(ledger), number_of(as_of)
        by = moved.closing - moved.opening
        left = _left(moved, moved.starts, over)
        ended = left < over
        return cls(
            ids=moved.ids,
            months=left - moved.starts + ended,
            ended=ended,
            possible=over - moved.starts,
            mrr=_summed(moved, by),
            before=_summed(moved, np.where(moved.month <= over - YEAR, by, 0)),
            paid=_summed(moved, by * (over - moved.month)),
        )

    @classmethod
    def since(cls, ledger: pa.Table, *, as_of: date, months: int) -> "Customers":
        """Who paid at the end of the month that was over so many months before the last that is; from then on, as if
        they had come on that day. `before` is what they paid then."""
        if not ledger.num_rows:
            return cls.of(ledger, as_of=as_of)
        moved, over = Moved.of(ledger), number_of(as_of)
        by = moved.closing - moved.opening
        first = over - months
        before = _summed(moved, np.where(moved.month < first, by, 0))
        left = _left(moved, np.full(len(moved.ids), first, np.int64), over)
        ended = left < over
        there = before > 0
        return cls(
            ids=moved.ids[there],
            months=(left - first + ended)[there],
            ended=ended[there],
            possible=np.full(int(there.sum()), months, np.int64),
            mrr=_summed(moved, by)[there],
            before=before[there],
            paid=_summed(moved, by * (over - np.maximum(moved.month, first)))[there],
        )

    def longest(self, most: int) -> int:
        """The age, `most` at the greatest, that can be told of: enough customers came so long ago, or longer."""
        newest_first = np.sort(self.possible)[::-1]
        return min(most, int(newest_first[FEW - 1])) if len(newest_first) >= FEW else 0


def _summed(moved: Moved, amounts: Whole) -> Whole:
    """The sum of each account's amounts."""
    return np.rint(np.bincount(moved.account, weights=amounts, minlength=len(moved.ids))).astype(np.int64)


def _left(moved: Moved, since: Whole, over: int) -> Whole:
    """The month in which each account first left, from one of its own on; for who did not the one that is not over."""
    left = np.full(len(moved.ids), over, np.int64)
    gone = (moved.closing <= 0) & (moved.month >= since[moved.account]) & (moved.month < over)
    np.minimum.at(left, moved.account[gone], moved.month[gone])
    return left
