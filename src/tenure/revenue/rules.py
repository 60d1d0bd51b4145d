"""From movements of accounts to months and years. Pure: tables in, figures out.

Who is a customer here pays: has MRR on a closing day. "Logo churn", "GRR" and "NRR" are defined in `contracts.py`; the
variants below are what other products call churn.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.refusals import Invalid
from tenure.revenue.cohorts import Whole, lifetimes
from tenure.revenue.contracts import MOVEMENTS, Course, Month, Renewals, Span, Staying, Year, date_of, number_of
from tenure.revenue.lifetimes import Seen, fit
from tenure.revenue.renewals import together
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


def subscriber_churn(month: Month) -> float | None:
    """Stripe's subscriber churn rate: churned subscribers ÷ (active subscribers at the start + new ones since), over a
    month here where Stripe rolls 30 days. https://docs.stripe.com/billing/subscriptions/analytics/glossary"""
    asked = month.customers + month.gained
    return month.lost / asked if asked else None


def net_revenue_churn(month: Month) -> float | None:
    """Baremetrics' net revenue churn: (churned MRR, cancellations and downgrades − expansion MRR) ÷ MRR at the start.
    https://updates.baremetrics.com, "Net MRR Churn"."""
    return -(month.churn + month.contraction + month.expansion) / month.opening if month.opening else None


def churn_of_due(due: Renewals) -> float | None:
    """Totango's churn where it is counted by renewable value: lost ÷ the value of the accounts up for renewal.
    https://campus.totango.com/video-configuring-revenue-center"""
    return due.not_renewed / due.due if due.due else None


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


def course(
    ledger: pa.Table,
    *,
    first: date | None,
    as_of: date,
    value: str | None = None,
    renewals: tuple[Renewals, ...] = (),
) -> Course:
    """The months from `first`'s to `as_of`'s of some accounts' movements (schema `LEDGER`), with their renewals."""
    return Course(value, tuple(_months(ledger, first, as_of)), year(ledger, as_of), renewals)


def span(found: Course, month: Month) -> Span:
    """A month of a course, as definitions are asked about it."""
    return Span(month, next((each for each in found.renewals if each.month == month.month), Renewals(month.month)))


def year_span(found: Course) -> Span | None:
    """The twelve months of a course taken as one: movements add up; None where nothing is known of any."""
    months = [each for each in found.months if each.month >= found.year.first]
    if not months:
        return None
    sums = {name: sum(getattr(each, name) for each in months) for name in (*MOVEMENTS, *_COUNTS)}
    first = months[0]
    moved = Month(month=first.month, opening=first.opening, mrr=months[-1].mrr, customers=first.customers, **sums)
    due = tuple(each for each in found.renewals if each.month >= found.year.first)
    return Span(moved, together(due, found.year.first), found.year)


def _months(ledger: pa.Table, first: date | None, as_of: date) -> Iterable[Month]:
    if first is None:
        return
    moved = _by_month(ledger)
    mrr = customers = 0
    for month in months_between(first, as_of):
        row = moved.get(month, dict.fromkeys((*MOVEMENTS, *_COUNTS), 0))
        opening, there = mrr, customers
        mrr += sum(row[name] for name in MOVEMENTS)
        customers += row["gained"] - row["lost"]
        yield Month(
            month=month, opening=opening, mrr=mrr, customers=there, lost=row["lost"], gained=row["gained"],
            **{name: row[name] for name in MOVEMENTS},
        )  # fmt: skip


def _by_month(ledger: pa.Table) -> dict[date, dict[str, int]]:
    nothing = pa.scalar(0, pa.int64())
    began, ended = pc.greater(ledger["opening"], nothing), pc.greater(ledger["closing"], nothing)
    counted = ledger.append_column("gained", pc.cast(pc.and_(pc.invert(began), ended), pa.int64()))
    counted = counted.append_column("lost", pc.cast(pc.and_(began, pc.invert(ended)), pa.int64()))
    names = (*MOVEMENTS, *_COUNTS)
    sums = counted.group_by("month").aggregate([(name, "sum") for name in names])
    return {row["month"]: {name: int(row[f"{name}_sum"]) for name in names} for row in sums.to_pylist()}


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
    months = ledger["month"].to_numpy().astype("datetime64[M]")
    accounts, closing = (ledger[name].to_numpy() for name in ("account", "closing"))
    order = np.lexsort((months, accounts))  # the last row of an account is its newest: of several values one keeps it
    place = np.concatenate(([0], np.cumsum(np.diff(accounts[order]) != 0))) if len(order) else order
    before = months[order] < np.datetime64(first, "M")
    paid = np.zeros(place[-1] + 1 if len(place) else 0, np.int64)
    paid[place[before]] = closing[order][before]
    stands = paid.copy()
    stands[place[~before]] = closing[order][~before]
    own = sum((ledger[name].to_numpy() for name in MOVEMENTS if name != "fx"), np.zeros(len(order), np.int64))
    moved = np.zeros(len(paid), np.int64)
    np.add.at(moved, place[~before], own[order][~before])
    now = np.where(stands == 0, 0, np.maximum(0, paid + moved))
    there = paid > 0
    return first, paid[there], now[there]


PAID_LAST = "paid_last"


def paid_last(ledger: pa.Table, as_of: date) -> pa.Table:
    """Each account that ever paid (`id`) with the day on which it paid last (`PAID_LAST`): `as_of`, or the last closing
    day on which it had MRR. What moved adds up to what is paid."""
    sums = [("month", "max"), ("opening", "sum"), ("closing", "sum")]
    moved = ledger.group_by("account").aggregate(sums).sort_by("account")
    pays = pc.not_equal(moved["opening_sum"], moved["closing_sum"])
    before = pa.array(moved["month_max"].to_numpy().astype("datetime64[D]") - np.timedelta64(1, "D"), pa.date32())
    days = pc.if_else(pays.combine_chunks(), pa.scalar(as_of, pa.date32()), before)
    return pa.table({"id": moved["account"], PAID_LAST: days})


def months_between(first: date, last: date) -> Iterable[date]:
    """The first days of the months from `first`'s to `last`'s."""
    return (date_of(n) for n in range(number_of(first), number_of(last) + 1))


def months_back(month: date, count: int) -> date:
    """The first day of the month so many months before."""
    return date_of(number_of(month) - count)
