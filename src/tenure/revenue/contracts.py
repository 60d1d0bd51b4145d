"""Retention, finished: what others may hold."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.base.months import months_after
from tenure.revenue.survival import Point
from tenure.subscriptions.contracts import MOVEMENTS, SPLIT

MONTH, QUARTER = 1, 3
"""Months of the periods that cohorts are told apart by."""


@dataclass(frozen=True, slots=True)
class Month:
    """How recurring revenue and customers moved in a month, in minor units. Movements are signed: `opening` + new +
    expansion + contraction + churn + reactivation + fx = `mrr`. `by_price` to `by_product` are what expansion and
    contraction together are made of. `customers` had MRR at the start of the month, `lost` of them had none at its end,
    and `gained` others had."""

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
    gained: int = 0
    by_price: int = 0
    by_seats: int = 0
    by_plan: int = 0
    by_product: int = 0

    @property
    def customers_at_end(self) -> int:
        """Those who had MRR at the end of the month."""
        return self.customers - self.lost + self.gained

    @property
    def came_in(self) -> int:
        """New + expansion + reactivation."""
        return self.new + self.expansion + self.reactivation

    @property
    def went_out(self) -> int:
        """Contraction + churn, above zero."""
        return -(self.contraction + self.churn)

    @property
    def quick_ratio(self) -> float | None:
        """What came in ÷ what went out; None where nothing went. Mamoon Hamid of Social Capital's, who asked for 4."""
        return _share(self.came_in, self.went_out)

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
class Staying:
    """How long customers stay, in months: as seen (`points`, `median` where half have left), and as the model goes on
    from there. `expected` are the months that one who comes now will pay of the next `horizon`, with the ends of its
    interval; None where too little has been seen, and `why` says so."""

    points: tuple[Point, ...]
    customers: int
    lost: int
    median: int | None
    curve: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    expected: float | None
    between: tuple[float, float] | None
    horizon: int
    alpha: float | None = None
    beta: float | None = None
    why: str = ""


RENEWALS = ("due", "renewed", "uplift", "downgraded", "not_renewed")
"""What came up for renewal, and what became of it."""


@dataclass(frozen=True, slots=True)
class Renewals:
    """What came up for renewal in a month and what became of it, in minor units: renewed + downgraded + not_renewed =
    `due`, and `uplift` came on top. Of `terms` that ended, `terms_renewed` were renewed."""

    month: date
    terms: int = 0
    terms_renewed: int = 0
    due: int = 0
    renewed: int = 0
    uplift: int = 0
    downgraded: int = 0
    not_renewed: int = 0

    @property
    def gross(self) -> float | None:
        """Renewed, nothing above what was due ÷ due."""
        return _share(self.renewed, self.due)

    @property
    def net(self) -> float | None:
        """Renewed with its uplift ÷ due."""
        return _share(self.renewed + self.uplift, self.due)


@dataclass(frozen=True, slots=True)
class Course:
    """Months in their order without a gap, and the twelve months to the day they were asked for. `value`: of the field
    by which accounts were told apart; None where it is not known. `renewals` has the months in which any were due, of
    those that were asked for."""

    value: str | None
    months: tuple[Month, ...]
    year: Year
    renewals: tuple[Renewals, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention of the accounts that were asked for: of all together, and by a field with the greatest first. Amounts
    are in minor units of `currency`, of which `minor_units` make one."""

    as_of: date
    currency: str
    minor_units: int
    total: Course
    groups: Sequence[Course]


LOST, GAINED = "lost", "gained"
"""Beside the movements: the customers lost in a month, with all that they paid, and those who came, with what they pay
since."""
KINDS = (*MOVEMENTS, *SPLIT, LOST, GAINED)


@dataclass(frozen=True, slots=True)
class Part:
    """An account's part in a figure: from `before` to `after`, of which `amount` counts. Minor units."""

    account: int
    before: int
    after: int
    amount: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who first paid in the period that begins with `start`; `customers` and `mrr` (minor units) at the end of it and
    of each period since, the last of which may not be over."""

    start: date
    customers: tuple[int, ...]
    mrr: tuple[int, ...]

    def logos(self) -> tuple[float | None, ...]:
        """The share of its customers that pays, at each age."""
        return tuple(_share(each, self.customers[0]) for each in self.customers)

    def money(self) -> tuple[float | None, ...]:
        """What they pay as a share of what they paid at age 0; more than 1 where they grew."""
        return tuple(_share(each, self.mrr[0]) for each in self.mrr)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """All cohorts in the order they began, with periods of so many months."""

    months: int
    rows: tuple[Cohort, ...]

    def logos(self) -> tuple[float | None, ...]:
        """The share of customers that pays at each age, of all cohorts that have reached it."""
        return _together([row.customers for row in self.rows])

    def money(self) -> tuple[float | None, ...]:
        """What they pay at each age as a share of what they paid at age 0, of all cohorts that have reached it."""
        return _together([row.mrr for row in self.rows])

    def total(self) -> tuple[tuple[date, int, int], ...]:
        """(period, customers, MRR) of all together, from the first's start on: what every row has of it adds up."""
        found: dict[date, tuple[int, int]] = {}
        for row in self.rows:
            for age, (customers, mrr) in enumerate(zip(row.customers, row.mrr, strict=True)):
                period = months_after(row.start, age * self.months)
                before = found.get(period, (0, 0))
                found[period] = before[0] + customers, before[1] + mrr
        return tuple((period, *sums) for period, sums in sorted(found.items()))


SHADES = (0.0, 0.5, 0.75, 0.9, 1.0)
"""From which share on a cell of a cohort is a shade darker: closer together where most is left, as that is where
cohorts differ."""


def shade(share: float | None) -> int:
    """The shade of what is left: 0 for nothing, to 5 for all or more."""
    return bisect_right(SHADES, share) if share else 0


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Customers who paid between `least` and `most` at the start (both included): how many, how many of them left, what
    all paid and what those paid who left. Minor units."""

    label: str
    least: int
    most: int
    customers: int
    lost: int
    opening: int
    gone: int

    @property
    def logo_churn(self) -> float | None:
        """The share of them that left."""
        return _share(self.lost, self.customers)

    @property
    def revenue_churn(self) -> float | None:
        """What those paid who left ÷ what all paid."""
        return _share(self.gone, self.opening)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Classes of size, the smallest first; what it comes to in words and what to do, both empty where nobody left."""

    classes: tuple[SizeClass, ...]
    says: str
    advice: str


@dataclass(frozen=True, slots=True)
class Span:
    """What a definition is asked about: how MRR moved in a month and what was due in it, or twelve months taken as one,
    of which `year` says what became of each customer."""

    moved: Month
    due: Renewals
    year: Year | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate, or an amount in minor units (`made_of` is then the kind of accounts behind it): its name, how it is made,
    and whether more of it is better."""

    key: str
    label: str
    of: Callable[[Span], float | None]
    good: bool
    words: str
    made_of: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """Rates as somebody defines them, and where they say so. `by_renewals`: of what came up for renewal, not of what
    was there at the start."""

    label: str
    figures: tuple[Figure, ...]
    by_renewals: bool = False
    source: str = ""


def _together(rows: Sequence[Sequence[int]]) -> tuple[float | None, ...]:
    longest = max(map(len, rows), default=0)
    reached = [[row for row in rows if len(row) > age] for age in range(longest)]
    return tuple(_share(sum(row[age] for row in of), sum(row[0] for row in of)) for age, of in enumerate(reached))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
