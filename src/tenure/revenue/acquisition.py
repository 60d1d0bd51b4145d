"""What winning a customer cost: spent ÷ customers won in the month, of all and of those nobody referred.

A customer is won in the month in which it first pays. Costs in other currencies count at the rate of the month's first
day. Where a customer came from is what its trait said on the day it paid last.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.money import Money
from tenure.base.months import months_back
from tenure.health.queries import catalogue
from tenure.measures.contracts import Field
from tenure.revenue import payers, rules
from tenure.revenue.calculators import acquisition_cost, payback_months
from tenure.revenue.contracts import Part
from tenure.revenue.made_of import of_movement
from tenure.revenue.models import AcquisitionCost, ReferralSetting
from tenure.revenue.origins import REFERRED, trait_among
from tenure.revenue.queries import ledger
from tenure.subscriptions.queries import converter
from tenure.tenants.queries import here

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Referrals:
    """Which trait tells the source of an account, and which values mean that somebody referred it."""

    trait: str
    values: tuple[str, ...]
    is_known: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A cost as it was written; `written` is its amount with the currency, as `actions.keep_cost` wants it back."""

    month: date
    source: str
    amount: Money

    @property
    def written(self) -> str:
        """Such as 1200.00 USD."""
        return str(self.amount)


@dataclass(frozen=True, slots=True)
class Won:
    """What was spent on winning customers and how many were won, in minor units of the workspace's currency: `mrr` is
    what they pay a month at first. `referred` None: not known. `spent` None: nobody wrote what it cost."""

    label: str
    month: date
    spent: int | None
    won: int
    referred: int | None
    mrr: int

    @property
    def cac(self) -> Fraction | None:
        """Spent ÷ customers won, referred ones among them."""
        return None if self.spent is None else acquisition_cost(spent=self.spent, won=self.won)[0]

    @property
    def cac_without_referrals(self) -> Fraction | None:
        """Spent ÷ customers that nobody referred."""
        if self.spent is None or self.referred is None:
            return None
        return acquisition_cost(spent=self.spent, won=self.won, referred=self.referred)[1]

    def payback(self, margin: Fraction | int) -> Fraction | None:
        """After how many months what a new customer pays, times the gross margin, has paid for winning it."""
        if self.cac is None or not self.won:
            return None
        return payback_months(acquisition=round(self.cac), a_month=round(Fraction(self.mrr, self.won)), margin=margin)


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The last twelve months, the newest first; those of them with a cost taken together, and apart by source."""

    months: tuple[Won, ...]
    total: Won | None
    sources: tuple[Won, ...]
    entries: tuple[Entry, ...]
    referrals: Referrals


def acquisition(as_of: date) -> Acquisition:
    """What winning customers cost in the twelve months that end with the day's. Three queries beside the ledger's."""
    entries, setting = costs(), referrals()
    first = months_back(as_of, MONTHS - 1)
    convert = converter(here().currency)
    spent: dict[tuple[date, str], int] = {}
    for each in entries:
        if first <= each.month <= as_of:
            amount = convert(each.amount.minor, each.amount.currency, each.month)
            spent[each.month, each.source] = amount or 0
    won = _won(as_of, first, setting)
    months = tuple(_month(months_back(as_of, back), spent, won) for back in range(MONTHS))
    with_costs = [each for each in months if each.spent is not None]
    total = _together("Months with a cost", with_costs) if with_costs else None
    return Acquisition(months, total, _by_source(first, spent, won), entries, setting)


def costs() -> tuple[Entry, ...]:
    """All that were written, the newest first. One query."""
    rows = AcquisitionCost.objects.order_by("-month", "source")
    return tuple(Entry(row.month, row.source, row.amount) for row in rows)


def referrals() -> Referrals:
    """What tells a referral here. One query."""
    row = ReferralSetting.objects.first()
    known = catalogue()
    trait = row.trait if row else trait_among(lambda name: known.find(f"trait.{name}") is not None)
    values = tuple(row.values) if row else REFERRED
    return Referrals(trait, values, known.find(f"trait.{trait}") is not None)


def parts_won(as_of: date, month: date, *, months: int = 1, referred: bool = False, source: str = "") -> list[Part]:
    """The customers won in a month, or in those of so many that end with it for which a cost was written; of them those
    referred, or of one source. They add up to `Won`."""
    every = ledger(as_of)
    if months > 1:
        with_costs = sorted({each.month for each in costs()})
        every = every.filter(pc.is_in(every["month"], value_set=pa.array(with_costs, pa.date32())))
    parts = of_movement(every, month, "new", months=months)
    if not referred and not source:
        return parts
    setting = referrals()
    wanted = {each.casefold() for each in setting.values} if referred else {source.casefold()}
    said = _sources(as_of, setting.trait, pa.array([part.account for part in parts], pa.int64()))
    return [part for part in parts if said.get(part.account) in wanted]


@dataclass(frozen=True, slots=True)
class _New:
    """A customer won: in which month, with how much MRR, from where."""

    month: date
    mrr: int
    source: str | None
    referred: bool | None


def _won(as_of: date, first: date, setting: Referrals) -> Sequence[_New]:
    every = ledger(as_of)
    rows = every.filter(pc.and_(pc.not_equal(every["new"], 0), pc.greater_equal(every["month"], pa.scalar(first))))
    theirs = rows["account"].combine_chunks()
    said = _sources(as_of, setting.trait, theirs) if rows.num_rows and setting.is_known else {}
    values = {each.casefold() for each in setting.values}
    columns = (rows[name].to_pylist() for name in ("account", "month", "new"))
    return [
        _New(month, mrr, said.get(account), said.get(account) in values if setting.is_known else None)
        for account, month, mrr in zip(*columns, strict=True)
    ]


def _sources(as_of: date, trait: str, accounts: pa.Array) -> Mapping[int, str]:
    """Where each of these accounts came from, by its trait, in small letters."""
    field = _field(trait)
    if field is None:
        return {}
    last = rules.paid_last(ledger(as_of), as_of)
    found = payers.rows(last.filter(pc.is_in(last["id"], value_set=accounts)), as_of, [field.column])
    if field.column not in found.column_names:
        return {}
    pairs = zip(found["id"].to_pylist(), found[field.column].to_pylist(), strict=True)
    return {account: str(value).strip().casefold() for account, value in pairs if value is not None}


def _field(trait: str) -> Field | None:
    return catalogue().find(f"trait.{trait}")


def _month(month: date, spent: Mapping[tuple[date, str], int], won: Sequence[_New]) -> Won:
    theirs = [each for each in won if each.month == month]
    amounts = [amount for (when, _), amount in spent.items() if when == month]
    known = all(each.referred is not None for each in theirs)
    return Won(
        f"{month:%B %Y}", month, sum(amounts) if amounts else None, len(theirs),
        sum(bool(each.referred) for each in theirs) if known else None, sum(each.mrr for each in theirs),
    )  # fmt: skip


def _by_source(first: date, spent: Mapping[tuple[date, str], int], won: Sequence[_New]) -> tuple[Won, ...]:
    """What each source cost since `first`, and whom it brought in the months with a cost."""
    months = {month for month, _ in spent}
    names = {source.casefold(): source for _, source in spent if source}
    amounts, theirs = Counter[str](), defaultdict[str, list[_New]](list)
    for (_, source), amount in spent.items():
        amounts[source.casefold()] += amount
    for each in won:
        if each.source in names and each.month in months:
            theirs[each.source].append(each)
    return tuple(
        Won(names[key], first, amounts[key], len(theirs[key]), None, sum(each.mrr for each in theirs[key]))
        for key in sorted(names)
    )


def _together(label: str, months: Sequence[Won]) -> Won:
    known = [each.referred for each in months if each.referred is not None]
    return Won(
        label, months[-1].month, sum(each.spent or 0 for each in months), sum(each.won for each in months),
        sum(known) if len(known) == len(months) else None, sum(each.mrr for each in months),
    )  # fmt: skip
