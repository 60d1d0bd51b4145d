"""From movements of accounts to months and years. Pure: tables in, figures out.

Who is a customer here pays: has MRR on a closing day. "Logo churn", "GRR" and "NRR" are defined in `contracts.py`; the
variants below are what other products call churn.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from tenure.base.refusals import Invalid
from tenure.revenue.cohorts import lifetimes
from tenure.revenue.contracts import MOVEMENTS, SPLIT, Course, Month, Staying, Year, date_of, number_of
from tenure.revenue.lifetimes import Seen, fit
from tenure.revenue.runs import Runs, Whole, months, whole
from tenure.revenue.survival import kaplan_meier, median

YEAR = 12
_COUNTS = ("gained", "lost")


def gross_mrr_churn(month: Month) -> float | None:
    """ChartMogul's gross MRR churn rate: (churn + contraction) ÷ MRR at the start. With churn 10, contraction 10 and
    expansion 10 on 100 it is 20 %. https://help.chartmogul.com, "Gross MRR Churn Rate"."""
    return -(month.churn + month.contraction) / month.opening if month.opening else None


def net_mrr_churn(month: Month) -> float | None:
    """ChartMogul's net MRR churn rate: (churn + contraction − expansion − reactivation) ÷ MRR at the start. In the
    example above it is 10 %. https://help.chartmogul.com, "Net MRR Churn Rate"."""
    lost = -(month.churn + month.contraction) - month.expansion - month.reactivation
    return lost / month.opening if month.opening else None


def staying(ledger: pa.Table, *, as_of: date, horizon: int) -> Staying:
    """How long the accounts of a ledger stay (`Staying`): seen by Kaplan and Meier, continued by Fader and Hardie."""
    seen = lifetimes(ledger, as_of=as_of)
    points = kaplan_meier(seen.months, seen.ended)
    known = Staying(
        points=points, customers=len(seen.months), lost=int(seen.ended.sum()), median=median(points), curve=(), low=(),
        high=(), expected=None, between=None, horizon=horizon,
    )  # fmt: skip
    lost = tuple(float(point.lost) for point in points[1:])
    left = np.bincount(seen.months[~seen.ended], minlength=len(points))[1:]
    try:
        model = fit(Seen(lost, tuple(map(float, left))))
    except Invalid as refusal:
        return replace(known, why=refusal.message)
    low, high = model.survival_interval(horizon)
    return replace(
        known, curve=tuple(model.survival(horizon).tolist()), low=tuple(low.tolist()), high=tuple(high.tolist()),
        expected=model.expected(horizon=horizon), between=model.expected_interval(horizon=horizon),
        alpha=model.alpha, beta=model.beta,
    )  # fmt: skip


def course(ledger: pa.Table, *, first: date | None, as_of: date, value: str | None = None) -> Course:
    """The months from `first`'s to `as_of`'s of some accounts' movements (schema `LEDGER`)."""
    return Course(value, tuple(_months(ledger, first, as_of)), year(ledger, as_of))


def _months(ledger: pa.Table, first: date | None, as_of: date) -> Iterable[Month]:
    if first is None:
        return
    moved = _by_month(ledger)
    mrr = customers = 0
    nothing = dict.fromkeys((*MOVEMENTS, *SPLIT, *_COUNTS), 0)
    for month in months_between(first, as_of):
        row = moved.get(month, nothing)
        opening, there = mrr, customers
        mrr += sum(row[name] for name in MOVEMENTS)
        customers += row["gained"] - row["lost"]
        yield Month(
            month=month, opening=opening, mrr=mrr, customers=there, lost=row["lost"], gained=row["gained"],
            **{name: row[name] for name in (*MOVEMENTS, *SPLIT)},
        )  # fmt: skip


def _by_month(ledger: pa.Table) -> dict[date, dict[str, int]]:
    """The sums of each month that has rows. Exact: sums of whole numbers up to 2⁵³ are, in floating point too."""
    number = months(ledger)
    if not len(number):
        return {}
    low = int(number.min())
    at = number - low
    before, after = whole(ledger, "opening") > 0, whole(ledger, "closing") > 0
    columns = {name: whole(ledger, name) for name in (*MOVEMENTS, *SPLIT)}
    columns |= {"gained": after & ~before, "lost": before & ~after}
    size = int(at.max()) + 1
    sums = {}
    for name, column in columns.items():
        there = np.flatnonzero(column)
        sums[name] = np.bincount(at[there], weights=column[there], minlength=size)
    return {date_of(low + month): {name: int(column[month]) for name, column in sums.items()} for month in range(size)}


def year(ledger: pa.Table, as_of: date) -> Year:
    """The twelve months that end with `as_of`'s."""
    first, paid, now = then_and_now(ledger, as_of)
    gone = now == 0
    return Year(
        first=first,
        last=as_of,
        opening=int(paid.sum()),
        kept=int(np.minimum(paid, now).sum()),
        now=int(now.sum()),
        gone=int(paid[gone].sum()),
        customers=len(paid),
        lost=int(gone.sum()),
    )


def then_and_now(ledger: pa.Table, as_of: date) -> tuple[date, Whole, Whole]:
    """The first of the twelve months that end with `as_of`'s, what each account that paid before it paid, and what it
    pays now, rates of exchange left out: nothing for who left."""
    first = months_back(as_of.replace(day=1), YEAR - 1)
    runs = Runs.of(ledger)
    closing = whole(ledger, "closing")
    recent = runs.month >= number_of(first)
    last_before = runs.last - runs.sums(recent.astype(np.int64))  # rows of an account stand by month
    paid = np.where(last_before < runs.first, 0, closing[last_before])
    since = np.flatnonzero(recent)
    own = closing[since] - whole(ledger, "opening")[since] - whole(ledger, "fx")[since]
    moved = np.zeros(len(paid), np.int64)
    np.add.at(moved, np.searchsorted(runs.first, since, side="right") - 1, own)
    now = np.where(closing[runs.last] == 0, 0, np.maximum(0, paid + moved))
    there = paid > 0
    return first, paid[there], now[there]


def paid_last(ledger: pa.Table, as_of: date) -> dict[int, date]:
    """For each account that ever paid, the day on which it paid last: `as_of`, or the last closing day on which it had
    MRR."""
    runs = Runs.of(ledger)
    stays, month = whole(ledger, "closing")[runs.last] != 0, runs.month[runs.last]
    ends = {each: date_of(each) - timedelta(days=1) for each in np.unique(month).tolist()}
    return {
        account: as_of if pays else ends[left]
        for account, pays, left in zip(runs.ids.tolist(), stays.tolist(), month.tolist(), strict=True)
    }


def months_between(first: date, last: date) -> Iterable[date]:
    """The first days of the months from `first`'s to `last`'s."""
    return (date_of(n) for n in range(number_of(first), number_of(last) + 1))


def months_back(month: date, count: int) -> date:
    """The first day of the month so many months before."""
    return date_of(number_of(month) - count)
