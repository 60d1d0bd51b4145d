"""From movements of accounts to months and years. Pure: tables in, figures out.

Who is a customer here pays: has MRR on a closing day. "Logo churn", "GRR" and "NRR" are defined in `contracts.py`; the
variants below are what other products call churn.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.base.months import date_of, months_back, number_of
from tenure.base.refusals import Invalid
from tenure.revenue.cohorts import lifetimes
from tenure.revenue.contracts import Course, Month, Renewals, Span, Staying, Year
from tenure.revenue.groups import FieldGroups
from tenure.revenue.lifetimes import Seen, fit
from tenure.revenue.renewals import together
from tenure.revenue.runs import Runs, Whole, whole
from tenure.revenue.survival import kaplan_meier, median
from tenure.subscriptions.contracts import MOVEMENTS, SPLIT

YEAR = 12
_SUMS = (*MOVEMENTS, *SPLIT, "gained", "lost")
_NOTHING = (0,) * len(_SUMS)


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


def course(ledger: pa.Table, *, first: date | None, as_of: date) -> Course:
    """The months from `first`'s to `as_of`'s of some accounts' movements (schema `LEDGER`)."""
    return courses(ledger, first=first, as_of=as_of)[0]


def span(found: Course, month: Month) -> Span:
    """A month of a course, as definitions are asked about it."""
    return Span(month, next((each for each in found.renewals if each.month == month.month), Renewals(month.month)))


def year_span(found: Course) -> Span | None:
    """The twelve months of a course taken as one: movements add up; None where nothing is known of any."""
    months = [each for each in found.months if each.month >= found.year.first]
    if not months:
        return None
    sums = {name: sum(getattr(each, name) for each in months) for name in _SUMS}
    first = months[0]
    moved = Month(month=first.month, opening=first.opening, mrr=months[-1].mrr, customers=first.customers, **sums)
    due = tuple(each for each in found.renewals if each.month >= found.year.first)
    return Span(moved, together(due, found.year.first), found.year)


def courses(
    ledger: pa.Table, groups: FieldGroups | None = None, *, first: date | None, as_of: date
) -> tuple[Course, list[Course]]:
    """The course of all accounts of a ledger, and one for each of `groups`, in which every account of it stands. In one
    pass, however many groups there are."""
    runs = Runs.of(ledger)
    names = groups.groups.names if groups else ("",)
    group = groups.codes_of(runs.ids) if groups else np.zeros(len(runs.ids), np.int64)
    low = int(runs.month.min()) if len(runs.month) else 0
    sums = _by_month(ledger, runs, low, group, len(names))
    begins, paid, now = _stood(ledger, runs, as_of)

    def made(value: str | None, sums: Whole, theirs: NDArray[np.bool_] | slice) -> Course:
        months = tuple(_months(sums, low, first, as_of))
        return Course(value, months, _year(begins, as_of, paid[theirs], now[theirs]))

    apart = [made(name, sums[at], group == at) for at, name in enumerate(names)] if groups else []
    return made(None, sums.sum(axis=0), slice(None)), apart


def _months(sums: Whole, low: int, first: date | None, as_of: date) -> Iterable[Month]:
    """Out of the sums (months × `_SUMS`) of the months from `low` (`number_of`) on."""
    if first is None:
        return
    moved = dict(zip(count(low), sums.tolist(), strict=False))
    mrr = customers = 0
    for number in range(number_of(first), number_of(as_of) + 1):
        row = dict(zip(_SUMS, moved.get(number, _NOTHING), strict=True))
        opening, there = mrr, customers
        mrr += sum(row[name] for name in MOVEMENTS)
        customers += row["gained"] - row["lost"]
        yield Month(month=date_of(number), opening=opening, mrr=mrr, customers=there, **row)


def _by_month(ledger: pa.Table, runs: Runs, low: int, group: Whole, groups: int) -> Whole:
    """groups × months from `low` on × `_SUMS`. Exact: sums of whole numbers up to 2⁵³ are, in floating point too."""
    size = int(runs.month.max(initial=low)) - low + 1
    cell = runs.month - low if groups == 1 else runs.each(group * size - low) + runs.month
    before, after = whole(ledger, "opening") > 0, whole(ledger, "closing") > 0
    columns = {name: whole(ledger, name) for name in (*MOVEMENTS, *SPLIT)}
    columns |= {"gained": (after & ~before).astype(np.int64), "lost": (before & ~after).astype(np.int64)}
    found = np.empty((groups, size, len(_SUMS)), np.int64)
    for at, name in enumerate(_SUMS):
        there = np.flatnonzero(columns[name])
        sums = np.bincount(cell[there], weights=columns[name][there], minlength=groups * size)
        found[:, :, at] = sums.reshape(groups, size)
    return found


def year(ledger: pa.Table, as_of: date) -> Year:
    """The twelve months that end with `as_of`'s."""
    first, paid, now = then_and_now(ledger, as_of)
    return _year(first, as_of, paid, now)


def _year(first: date, as_of: date, paid: Whole, now: Whole) -> Year:
    """Who paid nothing before is not among them."""
    there = paid > 0
    gone = there & (now == 0)
    return Year(
        first=first,
        last=as_of,
        opening=int(paid.sum()),
        kept=int(np.minimum(paid, now).sum()),
        now=int(now[there].sum()),
        gone=int(paid[gone].sum()),
        customers=int(there.sum()),
        lost=int(gone.sum()),
    )


def then_and_now(ledger: pa.Table, as_of: date) -> tuple[date, Whole, Whole]:
    """The first of the twelve months that end with `as_of`'s, what each account that paid before it paid, and what it
    pays now, rates of exchange left out: nothing for who left."""
    first, paid, now = _stood(ledger, Runs.of(ledger), as_of)
    there = paid > 0
    return first, paid[there], now[there]


def _stood(ledger: pa.Table, runs: Runs, as_of: date) -> tuple[date, Whole, Whole]:
    """The same for every account, with nothing as `paid` of those that did not pay before."""
    first = months_back(as_of, YEAR - 1)
    closing = whole(ledger, "closing")
    recent = runs.month >= number_of(first)
    last_before = runs.last - runs.sums(recent.astype(np.int64))  # rows of an account stand by month
    paid = np.where(last_before < runs.first, 0, closing[last_before])
    since = np.flatnonzero(recent)
    own = closing[since] - whole(ledger, "opening")[since] - whole(ledger, "fx")[since]
    moved = np.zeros(len(paid), np.int64)
    np.add.at(moved, np.searchsorted(runs.first, since, side="right") - 1, own)
    return first, paid, np.where(closing[runs.last] == 0, 0, np.maximum(0, paid + moved))


PAID_LAST = "paid_last"


def paid_last(ledger: pa.Table, as_of: date) -> pa.Table:
    """Each account that ever paid (`id`), in the ledger's order, with the day on which it paid last (`PAID_LAST`):
    `as_of`, or the last closing day on which it had MRR."""
    runs = Runs.of(ledger)
    last = ledger["month"].to_numpy()[runs.last] - np.timedelta64(1, "D")
    days = np.where(whole(ledger, "closing")[runs.last] != 0, np.datetime64(as_of, "D"), last)
    return pa.table({"id": runs.ids, PAID_LAST: pa.array(days, pa.date32())})
