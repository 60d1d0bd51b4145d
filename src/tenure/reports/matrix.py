"""The ledger as a table of accounts × months, and what each month's metrics are made of. Pure.

Every figure of twelve months, for every month there is, out of one pass over the movements. The sums are those of
`tenure.revenue.rules`: who paid twelve months ago, what of it they still pay, rates of exchange left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.base.months import number_of
from tenure.reports.contracts import Figure
from tenure.revenue.contracts import Month
from tenure.revenue.runs import Runs, Whole, whole
from tenure.subscriptions.contracts import MOVEMENTS

type Floats = NDArray[np.float64]
YEAR = 12


@dataclass(frozen=True, slots=True)
class Year:
    """What each of `accounts` paid before the twelve months that end with a month (more than nothing), and pays at its
    end."""

    accounts: Whole
    paid: Whole
    now: Whole

    def figures(self) -> dict[str, Figure]:
        """NRR, GRR, logo churn, revenue churn and expansion."""
        kept = np.minimum(self.paid, self.now)
        gone = self.now == 0
        before = int(self.paid.sum())
        sums = {
            "nrr": (int(self.now.sum()), before),
            "grr": (int(kept.sum()), before),
            "logo_churn": (int(gone.sum()), len(self.paid)),
            "revenue_churn": (int(self.paid[gone].sum()), before),
            "expansion": (int((self.now - kept).sum()), before),
        }
        return {key: quotient(*pair) for key, pair in sums.items()}


@dataclass(frozen=True, slots=True)
class Matrix:
    """Accounts × months from `first` (a `number_of`) on: what each paid at the end of a month, and how its MRR had
    moved by itself up to then. Column 0 is what was before."""

    accounts: Whole
    first: int
    closing: Whole
    own: Whole

    def year(self, last: date) -> Year:
        """The twelve months that end with a month."""
        end, start = self._column(number_of(last)), self._column(number_of(last) - YEAR)
        paid = self.closing[:, start]
        moved = self.own[:, end] - self.own[:, start]
        now = np.where(self.closing[:, end] == 0, 0, np.maximum(0, paid + moved))
        there = paid > 0
        return Year(self.accounts[there], paid[there], now[there])

    def _column(self, month: int) -> int:
        width: int = self.closing.shape[1]
        return min(max(month - self.first + 1, 0), width - 1)


def matrix(ledger: pa.Table, *, first: date, last: date) -> Matrix:
    """The months from `first`'s to `last`'s; what came before the first is in what each account began with."""
    start, width = number_of(first), number_of(last) - number_of(first) + 2
    runs = Runs.of(ledger)
    column = np.maximum(runs.month - start + 1, 0)
    within = column < width
    cell = (runs.place * width + column)[within]
    shape, size = (len(runs.ids), width), len(runs.ids) * width
    by_itself = sum((whole(ledger, name) for name in MOVEMENTS if name != "fx"), np.zeros(len(column), np.int64))
    moved = whole(ledger, "closing") - whole(ledger, "opening")
    closing, own = (_summed(cell, each[within], size).reshape(shape).cumsum(axis=1) for each in (moved, by_itself))
    return Matrix(runs.ids, start, closing, own)


def _summed(cell: Whole, amounts: Whole, size: int) -> Whole:
    found = np.zeros(size, np.int64)
    np.add.at(found, cell, amounts)
    return found


def quotient(numerator: float, denominator: float) -> Figure:
    """A figure that is divided; unknown of nothing."""
    return Figure(numerator / denominator if denominator else None, numerator, denominator)


def of_months(months: Sequence[Month]) -> dict[str, Figure]:
    """MRR, ARPA and new MRR at the end of the last of these months, and the quick ratio of twelve up to it."""
    last, twelve = months[-1], months[-YEAR:]
    return {
        "mrr": Figure(float(last.mrr)),
        "arpa": quotient(last.mrr, last.customers_at_end),
        "new_mrr": Figure(float(last.new)),
        "quick_ratio": quotient(sum(each.came_in for each in twelve), sum(each.went_out for each in twelve)),
    }
