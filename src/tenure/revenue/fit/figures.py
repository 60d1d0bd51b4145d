"""The figures of groups: who stays, how long, what they pay, what they are worth, and what of it is chance. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import Interval
from tenure.revenue.calculators import lifetime_value
from tenure.revenue.fit import chance
from tenure.revenue.fit.contracts import LIFETIME, STAYS, Field, Group, Kinds
from tenure.revenue.fit.customers import YEAR, Customers
from tenure.revenue.fit.tables import Tables
from tenure.revenue.groups import FieldGroups, Groups
from tenure.revenue.runs import Whole

SEEN = 5
"""So many of a group came long enough ago, where a share or a lifetime is told."""
PAY = 10
"""So many of a group pay now, where a mean is told."""


def kinds(customers: Customers, groupings: Sequence[FieldGroups], *, as_of: date) -> Kinds:
    """All groups of all fields, each against everybody else, and what stands out of so many."""
    ages = customers.longest(STAYS), customers.longest(LIFETIME)
    everybody = Groups(("",), np.zeros(len(customers.ids), np.int64))
    paying = np.flatnonzero(customers.mrr > 0)
    paying = paying[np.argsort(customers.mrr[paying])]
    whole = _Sums.of(customers, everybody, ages, paying).group(0, None)
    fields = [_field(_Sums.of(customers, each.groups, ages, paying), each) for each in groupings] if ages[0] else []
    p = np.array([group.p for field in fields for group in field.groups if group.p is not None])
    q = iter(chance.adjusted(p).tolist())
    told = tuple(
        replace(field, groups=tuple(replace(each, q=None if each.p is None else next(q)) for each in field.groups))
        for field in fields
    )
    return Kinds(as_of, *ages, whole, told, len(p))


def _field(mine: "_Sums", by: FieldGroups) -> Field:
    others = mine.others()
    more = chance.log_rank(mine.tables.at_risk[:, 1:], mine.tables.lost[:, 1:])
    p = chance.two_sided(more)
    found = [
        _beside(mine.group(n, name), others.group(n, name), bool(more[n] < 0), float(p[n]))
        for n, name in enumerate(by.groups.names)
    ]
    if not by.groups.ordered:
        found.sort(key=_rank)
    return Field(by.key, by.label, by.groups.ordered, tuple(found))


def _beside(group: Group, others: Group, longer: bool, p: float) -> Group:
    """A group beside all others, where both are enough. Not knowing something of a customer is no kind of customer:
    it is not tested."""
    if group.few or others.few:
        return group
    return replace(
        group,
        more_stay=chance.apart(group.stays, others.stays) if group.stays and others.stays else None,
        more_worth=chance.apart(group.worth, others.worth) if group.worth and others.worth else None,
        longer=longer,
        p=None if group.value is None else p,
    )


def _rank(group: Group) -> tuple[bool, bool, float, int, str]:
    """Who stays longest first; those of whom too little is known behind, by size; Unknown last."""
    stays = group.stays.value if group.stays else -1.0
    return group.value is None, group.few, -stays, -group.customers, group.value or ""


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the figures of groups are made of, a place a group. `seen` have come so long ago as each of `ages`; `count`
    pay now, `total` together, with the sum of its `squares`."""

    ages: tuple[int, int]
    tables: Tables
    customers: Whole
    seen: tuple[Whole, Whole]
    count: Whole
    total: Whole
    squares: NDArray[np.float64]
    medians: tuple[int | None, ...]

    @classmethod
    def of(cls, customers: Customers, groups: Groups, ages: tuple[int, int], paying: Whole) -> "_Sums":
        """`paying` are the places of those who pay now, by what they pay."""
        size, codes = len(groups.names), groups.codes
        theirs, mrr = codes[paying], customers.mrr[paying]
        count = np.bincount(theirs, minlength=size)
        return cls(
            ages=ages,
            tables=Tables.of(codes, size, customers.months, customers.ended).longer(ages[1]),
            customers=np.bincount(codes, minlength=size),
            seen=(
                np.bincount(codes[customers.possible >= ages[0]], minlength=size),
                np.bincount(codes[customers.possible >= ages[1]], minlength=size),
            ),
            count=count,
            total=np.rint(np.bincount(theirs, weights=mrr, minlength=size)).astype(np.int64),
            squares=np.bincount(theirs, weights=mrr.astype(float) ** 2, minlength=size),
            medians=_medians(theirs, mrr, count),
        )

    def others(self) -> "_Sums":
        """Of each group all others; their medians are not asked for."""
        return _Sums(
            ages=self.ages,
            tables=self.tables.others(),
            customers=self.customers.sum() - self.customers,
            seen=(self.seen[0].sum() - self.seen[0], self.seen[1].sum() - self.seen[1]),
            count=self.count.sum() - self.count,
            total=self.total.sum() - self.total,
            squares=self.squares.sum() - self.squares,
            medians=(None,) * len(self.medians),
        )

    def group(self, n: int, value: str | None) -> Group:
        """The figures of one; of too few only how many they are and what they pay together."""
        counted = Group(value, int(self.customers[n]), int(self.count[n]), int(self.total[n]))
        if counted.few or not self.ages[0]:
            return counted
        stays = self.tables.share_at(n, self.ages[0]) if self.seen[0][n] >= SEEN else None
        lifetime = self.tables.mean_within(n, self.ages[1]) if self.seen[1][n] >= SEEN else None
        told = self.count[n] >= PAY
        mrr = chance.mean(int(self.count[n]), float(self.total[n]), float(self.squares[n])) if told else None
        worth = _worth(mrr, lifetime) if mrr and lifetime else None
        median = self.medians[n] if told else None
        return replace(counted, stays=stays, lifetime=lifetime, mrr=mrr, median=median, worth=worth)


def _worth(mrr: Interval, lifetime: Interval) -> Interval:
    """ALV before the cost of winning them: value a year × lifetime in years. 2,000 × 15 = 30,000."""
    found = chance.product(mrr, lifetime)
    gross = lifetime_value(a_year=round(mrr.value * YEAR), years=Fraction(lifetime.value) / YEAR).gross
    return replace(found, value=float(gross))


def _medians(codes: Whole, amounts: Whole, count: Whole) -> tuple[int | None, ...]:
    """The middle amount of each group, of an even number the mean of the two in the middle; None of nobody. The amounts
    rise, and small numbers are put in order without comparing them: quick, where a field has few values."""
    ordered = amounts[np.argsort(codes.astype(np.int16), kind="stable")]
    starts = np.cumsum(count) - count
    return tuple(
        round((int(ordered[start + (many - 1) // 2]) + int(ordered[start + many // 2])) / 2) if many else None
        for start, many in zip(starts.tolist(), count.tolist(), strict=True)
    )
