"""Retention: twelve months in figures, how MRR moved month by month, groups side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tenure.base.money import Money
from tenure.base.refusals import Invalid
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import (
    LOST,
    MOVEMENTS,
    SPLIT,
    Course,
    Definition,
    Month,
    Retention,
    Year,
    date_of,
    number_of,
)
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.retention import asked, split
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
class Cell:
    """A movement of a month; `href` leads to the accounts it is made of."""

    heading: str
    shown: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A month, finished. `running` is the month that is not over."""

    month: str
    running: bool
    mrr: str
    cells: tuple[Cell, ...]
    rates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts with one value of the field, over twelve months."""

    label: str
    href: str
    customers: str
    mrr: str
    nrr: str
    grr: str
    logo_churn: str
    revenue_churn: str
    line: Markup


@page(Permission.VIEW)
@require_GET
def retention(request: TeamRequest) -> HttpResponse:
    """The page: `by` puts accounts into groups, `definition` chooses how rates are made."""
    by, key = request.GET.get("by", ""), request.GET.get("definition", "tenure")
    if key not in revenue.definitions():
        raise Invalid(f"There is no definition {key!r}. Choose one of those that are offered.")
    offers = asked.offers(request.as_of)
    if by and by not in dict(offers):
        raise Invalid(f"Customers cannot be grouped by {by!r}. Choose one of the fields that are offered.")
    found = revenue.retention_shown(request.as_of, by=by)
    months = found.total.months[-MONTHS:]
    context = {
        "active": "retention",
        "empty": not any(month.mrr or month.opening for month in found.total.months),
        "stats": _stats(request, found.total),
        "year": _span(found.total.year),
        "mrr": _mrr(request, months),
        "nrr": _rate(months),
        "movements": [name.capitalize() if name != "fx" else "FX" for name in MOVEMENTS],
        "lines": [_line(request, month, revenue.definitions()[key]) for month in reversed(months)],
        "split": split.lines(request, months),
        "split_sum": split.together(request, months),
        "split_months": formats.count(len(months), "month"),
        "reasons": [(split.REASONS[name], meaning) for name, meaning in split.MEANINGS.items()],
        "definitions": [(each, of.label) for each, of in revenue.definitions().items()],
        "definition": key,
        "figures": [(figure.label, figure.words) for figure in revenue.definitions()[key].figures],
        "differs": revenue.difference(months[-2 if len(months) > 1 else -1]) if months and key != "tenure" else "",
        "differs_month": asked.named(months[-2 if len(months) > 1 else -1].month) if months else "",
        "sizes": revenue.sizes(request.as_of),
        "minor": lambda amount: formats.minor(amount, request.workspace.currency, 0),
        "offers": offers,
        "by": by,
        "by_label": dict(offers).get(by, ""),
        "groups": _groups(request, found, by),
    }
    return render(request, "retention/retention.html", context)


def _stats(request: TeamRequest, course: Course) -> list[Stat]:
    year, now = course.year, course.months[-1] if course.months else None
    currency = request.workspace.currency
    twelve = course.months[-YEAR:]
    went = -sum(month.contraction + month.churn for month in twelve)
    came = sum(month.new + month.expansion + month.reactivation for month in twelve)
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
        Stat("Quick ratio", f"{came / went:.1f}" if went else "–", "came in ÷ went out, 12 months · trailing"),
        Stat("MRR", formats.minor(mrr, currency, 0), f"{formats.count(customers, 'customer')} today"),
        Stat("ARPA", formats.minor(round(mrr / customers), currency, 0) if customers else "–", "a month, today"),
    ]  # fmt: skip


def _span(year: Year) -> str:
    return f"Of who paid before {asked.named(year.first)}, until {formats.day(year.last)}"


def _mrr(request: TeamRequest, months: Sequence[Month]) -> Markup:
    currency = request.workspace.currency
    points = [(_end(month.month, request.as_of), _major(month.mrr, currency)) for month in months]
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


def _end(month: date, as_of: date) -> date:
    return min(date_of(number_of(month) + 1) - timedelta(days=1), as_of)


def _line(request: TeamRequest, month: Month, definition: Definition) -> Line:
    currency = request.workspace.currency

    def cell(name: str) -> Cell:
        amount = getattr(month, name)
        shown = ("+" if amount > 0 else "") + formats.minor(amount, currency, 0) if amount else "·"
        return Cell(name.capitalize(), shown, _made_of(request, month.month, name) if amount else "")

    lost = Cell("Lost", formats.number(month.lost), _made_of(request, month.month, LOST) if month.lost else "")
    return Line(
        month=asked.named(month.month),
        running=month.month == request.as_of.replace(day=1),
        mrr=formats.minor(month.mrr, currency, 0),
        cells=(*(cell(name) for name in MOVEMENTS), lost),
        rates=tuple((figure.label, formats.percent(figure.of(month), 1)) for figure in definition.figures),
    )


def _made_of(request: TeamRequest, month: date, kind: str) -> str:
    asked_for = {"month": f"{month:%Y-%m}", "kind": kind}
    if as_of := request.GET.get("as_of"):
        asked_for["as_of"] = as_of
    return f"{to(request, 'workspace:retention-movements')}?{urlencode(asked_for)}"


def _groups(request: TeamRequest, found: Retention, by: str) -> list[Group]:
    currency = request.workspace.currency
    return [
        Group(
            label=each.value or asked.UNKNOWN,
            href=f"{to(request, 'workspace:cohorts')}{query(request, by=by, value=each.value or '', definition=None)}",
            customers=formats.number(each.months[-1].customers_at_end if each.months else 0),
            mrr=formats.minor(each.months[-1].mrr if each.months else 0, currency, 0),
            nrr=formats.percent(each.year.nrr, 1),
            grr=formats.percent(each.year.grr, 1),
            logo_churn=formats.percent(each.year.logo_churn, 1),
            revenue_churn=formats.percent(each.year.revenue_churn, 1),
            line=charts.sparkline(
                [float(month.mrr) for month in each.months[-YEAR:]], band="accent", low=None, high=None,
                label=f"MRR of {each.value or asked.UNKNOWN}",
            ),
        )
        for each in found.groups
    ]  # fmt: skip


@page(Permission.VIEW)
@require_GET
def movements(request: TeamRequest) -> HttpResponse:
    """The accounts behind a movement of a month; they add up to it."""
    month = asked.month(request.GET.get("month", ""), "month")
    kind = request.GET.get("kind", "")
    parts = revenue.parts_of_movement(request.as_of, month, kind)
    rows, following = asked.rows(request, parts)
    currency = request.workspace.currency
    context = {
        "active": "retention",
        "title": _title(kind, month),
        "rows": rows,
        "meaning": split.MEANINGS.get(kind, ""),
        "lost": kind == LOST,
        "total": formats.minor(sum(part.amount for part in parts), currency, 0),
        "count": len(parts),
        "next": following,
        "first": query(request, after=None) if request.GET.get("after") else "",
    }
    return render(request, "retention/movements.html", context)


def _title(kind: str, month: date) -> str:
    if kind in SPLIT:
        return split.title(kind, month)
    return f"{'FX' if kind == 'fx' else kind.capitalize()} in {asked.named(month)}"
