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
        count = len(moved.ids)
        by = moved.closing - moved.opening

        def summed(weights: Whole) -> Whole:
            return np.rint(np.bincount(moved.account, weights=weights, minlength=count)).astype(np.int64)

        left = np.full(count, over, np.int64)
        gone = (moved.closing <= 0) & (moved.month < over)
        np.minimum.at(left, moved.account[gone], moved.month[gone])
        ended = left < over
        return cls(
            ids=moved.ids,
            months=left - moved.starts + ended,
            ended=ended,
            possible=over - moved.starts,
            mrr=summed(by),
            before=summed(np.where(moved.month <= over - YEAR, by, 0)),
            paid=summed(by * (over - moved.month)),
        )

    def longest(self, most: int) -> int:
        """The age, `most` at the greatest, that can be told of: enough customers came so long ago, or longer."""
        newest_first = np.sort(self.possible)[::-1]
        return min(most, int(newest_first[FEW - 1])) if len(newest_first) >= FEW else 0
