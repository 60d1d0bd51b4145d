"""Churn of twelve months by where customers came from, and what it means in money. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import Interval, share
from tenure.revenue.fit import chance
from tenure.revenue.fit.contracts import Source, Sources
from tenure.revenue.fit.customers import Customers
from tenure.revenue.groups import FieldGroups
from tenure.revenue.origins import TRAITS
from tenure.revenue.runs import Whole

type Reals = NDArray[np.float64]


def chosen(groupings: Sequence[FieldGroups], column: str = "") -> FieldGroups | None:
    """The field asked for, else the first trait with one of the names of `origins`; None where there is none."""
    known = {each.key: each for each in groupings if not each.groups.ordered}
    wanted = (column,) if column else (f"t__{name}" for name in TRAITS)
    return next((known[each] for each in wanted if each in known), None)


def churn(customers: Customers, by: FieldGroups) -> Sources:
    """Who paid twelve months ago and pays nothing now, by the values of a field: where most money is lost first."""
    paid = customers.before > 0
    names, codes = by.groups.names, by.groups.codes[paid]
    sums = _Sums.of(codes, len(names), customers.before[paid], customers.mrr[paid] == 0)
    others = sums.others()
    p = chance.shares_differ(sums.lost, sums.customers, others.lost, others.customers)
    found = [
        _beside(sums.source(n, name), others.source(n, name), float(p[n]))
        for n, name in enumerate(names)
        if sums.customers[n]
    ]
    q = iter(chance.adjusted(np.array([each.q for each in found if each.q is not None])).tolist())
    told = [replace(each, q=None if each.q is None else next(q)) for each in found]
    told.sort(key=lambda each: (each.value is None, each.few, -(each.excess or 0), each.value or ""))
    whole = _Sums.of(np.zeros_like(codes), 1, customers.before[paid], customers.mrr[paid] == 0)
    return Sources(by.key, by.label, whole.source(0, None), tuple(told))


def _beside(mine: Source, others: Source, p: float) -> Source:
    """A source beside all others: what of its MRR would still be there had it left like them. `q` is not adjusted."""
    if mine.few or others.few:
        return mine
    excess = mine.gone - round(Fraction(mine.opening * others.gone, others.opening))
    lost = others.lost / others.customers
    return replace(mine, others_churn=lost, excess=excess, q=None if mine.value is None else p)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Customers, those lost, what all paid and what the lost did, with the sums of their squares, a place a source."""

    customers: Whole
    lost: Whole
    opening: Whole
    gone: Whole
    squares: Reals
    gone_squares: Reals

    @classmethod
    def of(cls, codes: Whole, size: int, paid: Whole, gone: NDArray[np.bool_]) -> "_Sums":
        def whole(weights: NDArray[Any]) -> Whole:
            return np.rint(np.bincount(codes, weights=weights, minlength=size)).astype(np.int64)

        squares = paid.astype(float) ** 2
        return cls(
            customers=np.bincount(codes, minlength=size),
            lost=whole(gone),
            opening=whole(paid),
            gone=whole(paid * gone),
            squares=np.bincount(codes, weights=squares, minlength=size),
            gone_squares=np.bincount(codes, weights=squares * gone, minlength=size),
        )

    def others(self) -> "_Sums":
        """Of each source all others."""
        every = (getattr(self, each.name) for each in fields(self))
        return _Sums(*(each.sum() - each for each in every))

    def source(self, n: int, value: str | None) -> Source:
        """The figures of one; of too few only the counts."""
        counted = Source(value, int(self.customers[n]), int(self.lost[n]), int(self.opening[n]), int(self.gone[n]))
        if counted.few:
            return counted
        revenue = _of_money(counted, float(self.squares[n]), float(self.gone_squares[n]))
        return replace(counted, logo_churn=share(counted.lost, counted.customers), revenue_churn=revenue)


def _of_money(source: Source, squares: float, gone_squares: float) -> Interval | None:
    """The share of money that left, with an interval for as many customers as it hangs on: a few large ones tell less
    than many small. Wilson's, of so many trials as would be as uncertain (Korn and Graubard, as
    `evaluation.intervals.share_of_rows`); at most Kish's (Σ amount)² ÷ Σ amount² ("Survey Sampling", 1965).
    """
    rate, alike = source.gone / source.opening, source.opening**2 / squares
    # Σ (gone − rate × paid)², of who left and of who stayed.
    apart = (1 - rate) ** 2 * gone_squares + rate**2 * (squares - gone_squares)
    trials = min(alike, rate * (1 - rate) * source.opening**2 / apart) if apart else alike
    return share(rate * trials, trials)
