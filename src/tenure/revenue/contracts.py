"""Retention, finished: what others may hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation", "fx")


@dataclass(frozen=True, slots=True)
class Month:
    """How recurring revenue and customers moved in a month, in minor units. Movements are signed: `opening` + new +
    expansion + contraction + churn + reactivation + fx = `mrr`. `customers` had MRR at the start of the month, `lost`
    of them had none at its end."""

    month: date
    opening: int
    new: int
    expansion: int
    contraction: int
    churn: int
    reactivation: int
    fx: int
    mrr: int
    customers: int
    lost: int

    @property
    def logo_churn(self) -> float | None:
        """Customers lost ÷ customers at the start; None where there were none."""
        return _share(self.lost, self.customers)

    @property
    def revenue_churn(self) -> float | None:
        """MRR of the customers lost ÷ MRR at the start; None where there was none."""
        return _share(-self.churn, self.opening)

    @property
    def grr(self) -> float | None:
        """Gross revenue retention: (start − contraction − churn) ÷ start, at most 1. Rates of exchange are left out."""
        return _share(self.opening + self.contraction + self.churn, self.opening)

    @property
    def nrr(self) -> float | None:
        """Net revenue retention: (start + expansion − contraction − churn) ÷ start. Above 1: net negative churn."""
        return _share(self.opening + self.expansion + self.contraction + self.churn, self.opening)


@dataclass(frozen=True, slots=True)
class Year:
    """Who paid on the day before `first`, and what became of them until `last`, in minor units and without rates of
    exchange: `kept` is what they still pay of what they paid, `now` all that they pay. `customers` paid, `lost` of
    them pay nothing any more, who paid `gone`."""

    first: date
    last: date
    opening: int
    kept: int
    now: int
    gone: int
    customers: int
    lost: int

    @property
    def logo_churn(self) -> float | None:
        """Customers lost ÷ customers at the start."""
        return _share(self.lost, self.customers)

    @property
    def revenue_churn(self) -> float | None:
        """What the customers lost had paid ÷ what all had."""
        return _share(self.gone, self.opening)

    @property
    def grr(self) -> float | None:
        """Gross revenue retention: what is left of what each paid, nothing above it ÷ what all had paid."""
        return _share(self.kept, self.opening)

    @property
    def nrr(self) -> float | None:
        """Net revenue retention: what they pay now ÷ what they paid."""
        return _share(self.now, self.opening)


@dataclass(frozen=True, slots=True)
class Course:
    """Months in their order without a gap, and the twelve months to the day they were asked for. `value`: of the field
    by which accounts were told apart; None where it is not known."""

    value: str | None
    months: tuple[Month, ...]
    year: Year


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention of the accounts that were asked for: of all together, and by a field with the greatest first. Amounts
    are in minor units of `currency`, of which `minor_units` make one."""

    as_of: date
    currency: str
    minor_units: int
    total: Course
    groups: Sequence[Course]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
