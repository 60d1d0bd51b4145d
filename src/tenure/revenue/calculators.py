"""What a customer is worth, what losing some costs, what keeping some is worth. Pure; amounts in whole minor units.

Sums are made of exact fractions and rounded once, half to even.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tenure.base.months import months_after, number_of
from tenure.base.refusals import Invalid

LEFT_OVER_DAYS = 14
"""Beyond so many days after the last whole month, a term counts one month more."""


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """`gross` is paid over the lifetime; `net` is what is left of it after winning the customer."""

    gross: int
    net: int


def lifetime_value(*, a_year: int, years: Fraction | int, acquisition: int = 0) -> LifetimeValue:
    """ALV = value a year × lifetime in years − cost of acquisition: 2,000 × 15 − 1,500 = 28,500 (gross 30,000)."""
    gross = round(a_year * Fraction(years))
    return LifetimeValue(gross, gross - acquisition)


def payback_months(*, acquisition: int, a_month: int, margin: Fraction | int = 1) -> Fraction | None:
    """After how many months what a customer pays, times the gross margin, has paid for winning them; None if never."""
    earned = a_month * Fraction(margin)
    return Fraction(acquisition) / earned if earned > 0 else None


def acquisition_cost(*, spent: int, won: int, referred: int = 0) -> tuple[Fraction | None, Fraction | None]:
    """Cost of acquisition: of each customer won, and of each that nobody referred. Referrals are said to cost nothing,
    so the first is what growth by word of mouth has brought the second down to."""
    if won < referred or referred < 0:
        raise Invalid("No more customers can be referred than were won.")
    bought = won - referred
    return Fraction(spent, won) if won else None, Fraction(spent, bought) if bought else None


def contract_value(*, a_month: int, months: int) -> int:
    """What a term of whole months comes to: 199 a month × 7 = 1,393."""
    return a_month * months


def whole_months(start: date, end: date) -> int:
    """Months of the term from `start` up to, and not including, `end`: whole ones, and one more when more than 14 days
    are left over. From 31 January a month ends with February."""
    if end < start:
        raise Invalid("A term ends on or after the day it starts.")
    months = number_of(end) - number_of(start)
    if months_after(start, months) > end:
        months -= 1
    return months + ((end - months_after(start, months)).days > LEFT_OVER_DAYS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A year of a book of business, with a share lost each month: MRR at its end and revenue over the year."""

    mrr: int
    revenue: int


def a_year_of(*, mrr: int, monthly_churn: Fraction, monthly_expansion: Fraction = Fraction(0)) -> Kept:
    """Each month is billed on what is there when it begins; what leaves and what grows in it shows in the next."""
    if not 0 <= monthly_churn <= 1 or monthly_expansion < 0:
        raise Invalid("Churn is a share between 0 and 1, and expansion is not negative.")
    stays = 1 - monthly_churn + monthly_expansion
    billed = sum((mrr * stays**month for month in range(12)), Fraction(0))
    return Kept(round(mrr * stays**12), round(billed))


@dataclass(frozen=True, slots=True)
class Difference:
    """Between two rates of churn: in percentage points, and what it costs (positive) over a year."""

    points: Fraction
    revenue: int
    mrr: int


def cost_of_churn(*, mrr: int, before: Fraction, now: Fraction) -> Difference:
    """What a monthly churn of `now` in place of `before` costs in a year. From 1 % to 2.4 % are +1.4 points."""
    then, after = a_year_of(mrr=mrr, monthly_churn=before), a_year_of(mrr=mrr, monthly_churn=now)
    return Difference((now - before) * 100, then.revenue - after.revenue, then.mrr - after.mrr)


def worth_of_a_point(*, mrr: int, monthly_churn: Fraction) -> Difference:
    """What one point less of monthly churn is worth in a year, or as much of a point as there is."""
    better = max(Fraction(0), monthly_churn - Fraction(1, 100))
    return cost_of_churn(mrr=mrr, before=better, now=monthly_churn)
