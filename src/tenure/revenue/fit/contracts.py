"""Fit, finished: what pages and the command line show of it. Amounts are minor units, shares of 1, times in months."""

from dataclasses import dataclass
from datetime import date

from tenure.predictions.evaluation.intervals import Interval

__all__ = [
    "ALPHA", "FEW", "LIFETIME", "STAYS", "Best", "Field", "Group", "Interval", "Kinds", "Member", "Source", "Sources",
    "Trait",
]  # fmt: skip

FEW = 20
"""Of fewer customers nothing is told: their figures would be read for more than they say."""
STAYS = 12
"""After so many months it is asked who still pays."""
LIFETIME = 36
"""Within so many months lifetimes are counted."""
ALPHA = 0.05
"""Of what is called more than chance, at most this share is chance in the long run."""


@dataclass(frozen=True, slots=True)
class Group:
    """Customers with one value of a field (None: not known), or all of them.

    `stays` is the share that still pays after `Kinds.stays_at` months; `lifetime` the months paid of the first
    `Kinds.horizon`; `mrr` the mean of who pays now, `median` theirs; `worth` is ALV, mean × lifetime. `more_stay` and
    `more_worth` are those of the group less those of all others, where they are told. `longer` says whether they lost
    fewer than their share over all ages, `p` how likely chance is to do that or more (log-rank test against the
    others), `q` the same adjusted for all groups that were looked at; None where the group was not.
    """

    value: str | None
    customers: int
    paying: int
    mrr_now: int
    stays: Interval | None = None
    lifetime: Interval | None = None
    mrr: Interval | None = None
    median: int | None = None
    worth: Interval | None = None
    more_stay: Interval | None = None
    more_worth: Interval | None = None
    longer: bool = False
    p: float | None = None
    q: float | None = None

    @property
    def few(self) -> bool:
        """Too few to tell."""
        return self.customers < FEW

    @property
    def stands_out(self) -> bool:
        """They stay longer, or shorter, than chance explains."""
        return self.q is not None and self.q <= ALPHA


@dataclass(frozen=True, slots=True)
class Field:
    """A field and the groups it makes; `banded` if they are bands of a number, in its order."""

    column: str
    label: str
    banded: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """All fields that make groups, and all customers together. `looked_at` groups were tested."""

    as_of: date
    stays_at: int
    horizon: int
    whole: Group
    fields: tuple[Field, ...]
    looked_at: int


@dataclass(frozen=True, slots=True)
class Trait:
    """How frequent a value is among the best customers, and among the others; `lift` is one over the other, None where
    none of the others has it. `p` and `q` as of a group."""

    column: str
    label: str
    value: str
    best: int
    others: int
    of_best: Interval
    of_others: Interval
    more: Interval
    lift: float | None
    p: float
    q: float

    @property
    def stands_out(self) -> bool:
        """More, or less, frequent than chance explains."""
        return self.q <= ALPHA


@dataclass(frozen=True, slots=True)
class Best:
    """The `customers` with the greatest realised value beside `others`: what they have paid, each `least` or more, and
    what the others have. `traits` have those that stand out first, the greatest difference first."""

    customers: int
    others: int
    paid: int
    paid_by_others: int
    least: int
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Who paid twelve months ago, by where they came from: `opening` is what they paid a month, `gone` what those did
    who pay nothing any more. `others_churn` is the share of all other customers that left; `excess` is what would still
    be paid a month had they left like the others (below zero: less would be); `q` as of a group, of customers lost."""

    value: str | None
    customers: int
    lost: int
    opening: int
    gone: int
    logo_churn: Interval | None = None
    revenue_churn: Interval | None = None
    others_churn: float | None = None
    excess: int | None = None
    q: float | None = None

    @property
    def few(self) -> bool:
        """Too few to tell."""
        return self.customers < FEW

    @property
    def more(self) -> bool:
        """More of them left than of the others."""
        mine, others = self.logo_churn, self.others_churn
        return mine is not None and others is not None and mine.value > others

    @property
    def stands_out(self) -> bool:
        """They leave more, or less, than chance explains."""
        return self.q is not None and self.q <= ALPHA


@dataclass(frozen=True, slots=True)
class Sources:
    """The field that says where customers came from, what each value did in twelve months, and all together."""

    column: str
    label: str
    whole: Source
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A customer behind a figure: months paid until they first left (`left`) or so far, what they pay now, and all that
    they have paid."""

    account: int
    months: int
    left: bool
    mrr: int
    paid: int
