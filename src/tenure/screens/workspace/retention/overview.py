"""Retention: twelve months in figures, how MRR moved month by month, groups side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tenure.base.money import Money
from tenure.base.months import last_day
from tenure.base.refusals import Invalid
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import Course, Definition, Figure, Month, Retention, Year
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import with_query
from tenure.screens.prepared import prepared
from tenure.screens.workspace.retention import asked, by_month, split
from tenure.tenants.contracts import Permission

MONTHS = 24
YEAR = 12


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure over twelve months; `kind` says whether it tells what was (trailing) or what is coming (leading)."""

    label: str
    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts with one value of the field, over twelve months."""

    label: str
    href: str
    customers: str
    mrr: str
    rates: tuple[tuple[str, str], ...]
    line: Markup


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def retention(request: TeamRequest) -> HttpResponse:
    """The page: `by` puts accounts into groups, `definition` chooses how rates are made."""
    by, key = request.GET.get("by", ""), request.GET.get("definition", "tenure")
    if key not in revenue.definitions():
        raise Invalid(f"There is no definition {key!r}. Choose one of those that are offered.")
    definition = revenue.definition_of(key)
    chosen = asked.grouping(by)
    found = revenue.retention_shown(request.as_of, by=by, definition=key)
    months = found.total.months[-MONTHS:]
    context = {
        "active": "retention",
        "empty": not any(month.mrr or month.opening for month in found.total.months),
        "stats": _stats(request, found.total),
        "year": _span(found.total.year),
        "mrr": _mrr(request, months),
        "nrr": _rate(months),
        **by_month.context(request, found.total, key),
        **split.context(request, months),
        "sizes": revenue.sizes(request.as_of),
        "minor": lambda amount: formats.minor(amount, request.workspace.currency, 0),
        "offers": asked.offers(request.as_of),
        "by": by,
        "grouping": chosen,
        "condition": with_query(request, "workspace:retention-condition", by=by, definition=key),
        "group_figures": [figure.label for figure in _rates(definition)],
        "groups": _groups(request, found, by, definition),
    }
    return render(request, "retention/retention.html", context)


def _stats(request: TeamRequest, course: Course) -> list[Stat]:
    year, now = course.year, course.months[-1] if course.months else None
    currency = request.workspace.currency
    span = revenue.year_span(course)
    ratio = span.moved.quick_ratio if span else None
    mrr, customers = (now.mrr, now.customers_at_end) if now else (0, 0)
    stayed = f"{formats.minor(year.now, currency, 0)} of {formats.minor(year.opening, currency, 0)}"
    kept = f"{formats.minor(year.kept, currency, 0)} of {formats.minor(year.opening, currency, 0)}"
    return [
        Stat("NRR", formats.percent(year.nrr, 1), f"{stayed} · trailing"),
        Stat("GRR", formats.percent(year.grr, 1), f"{kept} · trailing"),
        Stat("Logo churn", formats.percent(year.logo_churn, 1),
             f"{formats.number(year.lost)} of {formats.count(year.customers, 'customer')} · trailing"),
        Stat("Revenue churn", formats.percent(year.revenue_churn, 1),
             f"{formats.minor(year.gone, currency, 0)} lost with them · trailing"),
        Stat("Quick ratio", formats.number(ratio, 1),
             "came in ÷ went out, 12 months · trailing"),
        Stat("MRR", formats.minor(mrr, currency, 0), f"{formats.count(customers, 'customer')} today"),
        Stat("ARPA", formats.minor(round(mrr / customers), currency, 0) if customers else formats.UNKNOWN,
             "a month, today"),
    ]  # fmt: skip


def _span(year: Year) -> str:
    return f"Of who paid before {asked.named(year.first)}, until {formats.day(year.last)}"


def _mrr(request: TeamRequest, months: Sequence[Month]) -> Markup:
    currency = request.workspace.currency
    points = [(min(last_day(month.month), request.as_of), _major(month.mrr, currency)) for month in months]
    return charts.line(
        points, label="MRR at the end of each month", low=0, height=180,
        write=lambda amount: formats.money(amount, currency, 0),
    )  # fmt: skip


def _rate(months: Sequence[Month]) -> Markup:
    """NRR of each month that is over; a rate of half a month says nothing."""
    return charts.line(
        [(month.month, month.nrr) for month in months[:-1]], label="NRR of each month", height=180, low=_low(months),
        write=lambda share: formats.percent(share, 0),
    )  # fmt: skip


def _low(months: Sequence[Month]) -> float:
    least = min((month.nrr for month in months[:-1] if month.nrr is not None), default=0.9)
    return max(0.0, int(least * 20 - 0.5) / 20)


def _major(amount: int, currency: str) -> float:
    return float(Money(amount, currency).major)


def _rates(definition: Definition) -> list[Figure]:
    return [figure for figure in definition.figures if not figure.made_of]


def _groups(request: TeamRequest, found: Retention, by: str, definition: Definition) -> list[Group]:
    currency = request.workspace.currency
    return [
        Group(
            label=each.value or asked.UNKNOWN,
            href=with_query(request, "workspace:cohorts", by=by, value=each.value or ""),
            customers=formats.number(each.months[-1].customers_at_end if each.months else 0),
            mrr=formats.minor(each.months[-1].mrr if each.months else 0, currency, 0),
            rates=tuple((figure.label, _rate_of(each, figure)) for figure in _rates(definition)),
            line=charts.sparkline(
                [float(month.mrr) for month in each.months[-YEAR:]], band="accent", low=None, high=None,
                label=f"MRR of {each.value or asked.UNKNOWN}",
            ),
        )
        for each in found.groups
    ]  # fmt: skip


def _rate_of(course: Course, figure: Figure) -> str:
    span = revenue.year_span(course)
    return formats.percent(figure.of(span), 1) if span else formats.percent(None)
