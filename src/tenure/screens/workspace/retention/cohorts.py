"""Cohorts: what is left of those who came together, how long customers stay, and who stands behind a cell."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.refusals import Invalid
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import MONTH, QUARTER, Cohort, Cohorts, Staying, shade
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.charts.cohorts import cohort_curves
from tenure.screens.charts.survival import survival
from tenure.screens.jinja import query, with_query
from tenure.screens.prepared import prepared
from tenure.screens.workspace.retention import asked, behind
from tenure.tenants.contracts import Permission

STEP = {"month": MONTH, "quarter": QUARTER}
SHOWN = 24
"""Cohorts and ages at most on a page: the newest."""
HORIZON = 60
AGES = 600


@dataclass(frozen=True, slots=True)
class Cell:
    """What is left of a cohort at an age; `step` is its colour, 0 for nothing."""

    age: int
    shown: str
    said: str
    step: int
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A cohort, finished."""

    name: str
    size: str
    cells: tuple[Cell, ...]


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def cohorts(request: TeamRequest) -> HttpResponse:
    """The page: `every` month or quarter, of customers or `money`, of all or of one group."""
    every, of = request.GET.get("every", "month"), request.GET.get("of", "customers")
    if every not in STEP or of not in ("customers", "money"):
        raise Invalid("Cohorts are by month or quarter, of customers or money.")
    by, value = _group(request)
    found = revenue.cohorts_shown(request.as_of, months=STEP[every], by=by, value=value)
    staying = revenue.staying(request.as_of, horizon=HORIZON, by=by, value=value)
    rows = [_row(request, each, every, money=of == "money") for each in found.rows[-SHOWN:]]
    context = {
        "active": "retention",
        "by": by,
        "group": (value or asked.UNKNOWN) if by else "",
        "every": [(each.capitalize(), query(request, every=each), each == every) for each in STEP],
        "of": [(each.capitalize(), query(request, of=each), each == of) for each in ("customers", "money")],
        "rows": rows,
        "ages": range(max((len(row.cells) for row in rows), default=0)),
        "unit": every,
        "hidden": max(0, len(found.rows) - SHOWN),
        "all": query(request, by=None, value=None),
        "total": _total(request, found),
        "curves": _curves(found, every, money=of == "money"),
        "staying": staying,
        "chart": _chart(staying),
        "stats": _stats(staying),
    }
    return render(request, "retention/cohorts.html", context)


def _group(request: TeamRequest) -> tuple[str, str | None]:
    by = request.GET.get("by", "")
    asked.grouping(by)
    return by, request.GET.get("value") or None


def _row(request: TeamRequest, cohort: Cohort, every: str, *, money: bool) -> Row:
    shares = cohort.money() if money else cohort.logos()
    amounts = cohort.mrr if money else cohort.customers
    write = _money(request) if money else formats.number
    by, value = (request.GET.get(name, "") for name in ("by", "value"))
    start = f"{cohort.start:%Y-%m}"
    address = with_query(request, "workspace:cohort-accounts", start=start, every=every, by=by, value=value)
    return Row(
        name=_period(cohort, every),
        size=write(amounts[0]),
        cells=tuple(
            Cell(
                age=age,
                shown=formats.percent(share),
                said=f"{_period(cohort, every)}, {every} {age}: {write(amount)} of {write(amounts[0])}",
                step=shade(share),
                href=f"{address}&age={age}",
            )
            for age, (share, amount) in enumerate(zip(shares[:SHOWN], amounts[:SHOWN], strict=True))
        ),
    )


def _period(cohort: Cohort, every: str) -> str:
    start = cohort.start
    return formats.quarter(start) if every == "quarter" else start.strftime("%b %Y")


def _money(request: TeamRequest) -> Callable[[int], str]:
    return lambda amount: formats.minor(amount, request.workspace.currency, 0)


def _total(request: TeamRequest, found: Cohorts) -> str:
    sums = found.total()
    if not sums:
        return ""
    _, customers, mrr = sums[-1]
    return f"{formats.count(customers, 'customer')} pay {_money(request)(mrr)} a month now: the last cells of all rows"


def _curves(found: Cohorts, every: str, *, money: bool) -> object:
    """The cohorts and ages of the table as lines; nothing before there are two to compare."""
    shown = [(_period(each, every), (each.money() if money else each.logos())[:SHOWN]) for each in found.rows[-SHOWN:]]
    if max((len(shares) for _, shares in shown), default=0) < 2:
        return ""
    together = (found.money() if money else found.logos())[:SHOWN]
    what = "what they pay of what they paid at first" if money else "the share of customers that pays"
    return cohort_curves(shown, together, label=f"Each cohort by age: {what}", unit=every)


def _chart(staying: Staying) -> object:
    if not staying.points:
        return ""
    seen = [(point.survival, point.low, point.high) for point in staying.points]
    model = list(zip(staying.curve, staying.low, staying.high, strict=True))
    return survival(seen, model, label="The share of customers that stays, by months since they came", unit="month")


def _stats(staying: Staying) -> list[tuple[str, str, str]]:
    """(label, figure, note)."""
    years = staying.horizon // 12
    half = formats.count(staying.median, "month") if staying.median is not None else formats.UNKNOWN
    found = [
        ("Half have left after", half, "as seen" if staying.median is not None else "more than half are still here"),
        (
            "Customers seen",
            formats.number(staying.customers),
            f"{formats.number(staying.lost)} left · trailing",
        ),
    ]
    if staying.expected is not None and staying.between is not None:
        low, high = staying.between
        found.append(
            (f"Expected in {years} years", f"{staying.expected:.1f} months",
             f"{low:.1f} to {high:.1f}, of who comes now · leading")
        )  # fmt: skip
    return found


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def accounts(request: TeamRequest) -> HttpResponse:
    """The accounts of a cohort, with what they paid at first and pay at an age."""
    start = asked.month(request.GET.get("start", ""), "start")
    every = request.GET.get("every", "month")
    if every not in STEP:
        raise Invalid("Cohorts are by month or quarter.")
    age = asked.whole(request.GET.get("age", ""), "age", AGES)
    by, value = _group(request)
    parts = revenue.parts_of_cohort(request.as_of, start, age, months=STEP[every], by=by, value=value)
    there = sum(part.after > 0 for part in parts)
    began = _period(Cohort(start, (), ()), every)
    context = {
        "active": "retention",
        "title": f"Who came in {began}, after {formats.count(age, every)}",
        "there": there,
        **behind.context(request, parts),
    }
    return render(request, "retention/cohort.html", context)
