"""What customers are worth: the value of one over its life, what churn costs, what one point less of it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base import money
from tenure.base.refusals import Invalid, Problem
from tenure.revenue import acquisition, calculators
from tenure.revenue import queries as revenue
from tenure.revenue.acquisition import Acquisition
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.retention import costs
from tenure.tenants.contracts import Permission

LONGEST = 12
MONTHS = 12
MARGIN = 80
"""Per cent, where nobody said otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number of the form: what it is called, what stands in it, and the greatest it may be."""

    name: str
    label: str
    shown: str
    unit: str
    most: int
    help: str = ""


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def worth(request: TeamRequest) -> HttpResponse:
    """The page: begins with the workspace's own figures; whatever is written in their place is in the address."""
    won = acquisition.acquisition(request.as_of)
    fields = _fields(request, won)
    try:
        given = {each.name: _number(each) for each in fields}
    except Invalid as refusal:
        given, problem = None, refusal.message
    else:
        problem = ""
    context = {
        "active": "retention",
        "fields": fields,
        "problem": problem,
        "results": _results(request, given) if given else [],
        "currency": request.workspace.currency,
        **costs.context(request, won, given["margin"] / 100 if given else Fraction(MARGIN, 100)),
    }
    return render(request, "retention/worth.html", context, status=422 if problem else 200)


def _fields(request: TeamRequest, won: Acquisition) -> list[Asked]:
    own = _own(request, won)

    def field(name: str, label: str, unit: str, most: int, help_: str = "") -> Asked:
        return Asked(name, label, request.GET.get(name, own[name]).strip()[:LONGEST], unit, most, help_)

    currency = request.workspace.currency
    return [
        field("a_year", "Value a year of a customer", currency, 10**9, "What one pays on average, × 12"),
        field("years", "Lifetime", "years", 100, "Expected, of the next five years; write more where you know more"),
        field(
            "cac",
            "Cost of winning a customer",
            currency,
            10**9,
            "Sales and marketing ÷ customers won: yours, where you write costs below",
        ),
        field("margin", "Gross margin", "%", 100),
        field("mrr", "MRR", currency, 10**12),
        field("before", "Monthly churn before", "%", 100),
        field("now", "Monthly churn now", "%", 100),
    ]


def _own(request: TeamRequest, won: Acquisition) -> Mapping[str, str]:
    """What the workspace's ledger and costs say; what they cannot say is 0."""
    found = revenue.retention_shown(request.as_of)
    months = found.total.months
    last = months[-1] if months else None
    mrr, customers = (last.mrr, last.customers_at_end) if last else (0, 0)
    over = months[-MONTHS - 1 : -1]
    churns = [month.revenue_churn for month in over if month.revenue_churn is not None]
    churn = sum(churns) / len(churns) if churns else 0.0
    expected = revenue.staying(request.as_of, horizon=60).expected
    cac = (won.total.cac if won.total else None) or 0
    a_year = mrr * MONTHS / customers / found.minor_units if customers else 0
    return {
        "a_year": f"{a_year:.0f}", "years": f"{expected / MONTHS:.1f}" if expected else "0",
        "cac": f"{float(cac) / found.minor_units:.0f}", "margin": f"{MARGIN}", "mrr": f"{mrr / found.minor_units:.0f}",
        "before": f"{100 * churn:.1f}", "now": f"{100 * churn:.1f}",
    }  # fmt: skip


def _number(each: Asked) -> Fraction:
    try:
        value = Decimal(each.shown.replace(",", ".")) if each.shown else Decimal(0)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= each.most:
        text = f"{each.label} is a number from 0 to {each.most:,}."
        raise Invalid(text, [Problem(text, each.name)])
    return Fraction(value)


def _results(request: TeamRequest, given: Mapping[str, Fraction]) -> list[tuple[str, str, str]]:
    """(label, figure, how it is made)."""
    currency = request.workspace.currency
    unit: int = 10 ** money.exponent(currency)

    def minor(name: str) -> int:
        found: int = round(given[name] * unit)
        return found

    def shown(amount: int) -> str:
        return formats.minor(amount, currency, 0)

    value = calculators.lifetime_value(a_year=minor("a_year"), years=given["years"], acquisition=minor("cac"))
    back = calculators.payback_months(
        acquisition=minor("cac"), a_month=round(Fraction(minor("a_year"), MONTHS)), margin=given["margin"] / 100
    )
    cost = calculators.cost_of_churn(mrr=minor("mrr"), before=given["before"] / 100, now=given["now"] / 100)
    point = calculators.worth_of_a_point(mrr=minor("mrr"), monthly_churn=given["now"] / 100)
    years, apart = formats.number(float(given["years"])), formats.delta(float(cost.points), 1, " points")
    return [
        ("ALV", shown(value.net), f"{shown(minor('a_year'))} × {years} years − {shown(minor('cac'))}"),
        ("ALV, gross", shown(value.gross), "before the cost of winning them"),
        (
            "Payback",
            formats.count(round(back), "month") if back else formats.UNKNOWN,
            "cost of winning ÷ a month's margin",
        ),
        ("Cost of churn", shown(cost.revenue), f"less revenue in a year, at {apart}"),
        ("One point less", shown(point.revenue), f"more revenue in a year, and {shown(point.mrr)} of MRR at its end"),
    ]
