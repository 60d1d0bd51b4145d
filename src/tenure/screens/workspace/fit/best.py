"""The best customers: what is more frequent among those who have paid most than among the others."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.revenue.fit import queries as fit
from tenure.revenue.fit.contracts import FEW, Best, Trait
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.fit import told
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Row:
    """A value beside the others, finished; the figures lead to the accounts."""

    name: str
    best: told.Figure
    best_href: str
    others: told.Figure
    others_href: str
    more: told.Figure
    lift: str
    verdict: str
    tone: str


@page(Permission.VIEW)
@require_GET
@prepared("fit")
def best(request: TeamRequest) -> HttpResponse:
    """The page."""
    found = fit.best(request.as_of)
    rows = [_row(request, each) for each in found.traits] if found else []
    context = {
        "active": "fit",
        "few": FEW,
        "best": found,
        "stats": _stats(request, found) if found else [],
        "more": [each for each in rows if each.tone == "good"],
        "less": [each for each in reversed(rows) if each.tone == "bad"],
        "rows": rows,
        "looked": formats.count(len(rows), "value"),
    }
    return render(request, "fit/best.html", context)


def _stats(request: TeamRequest, found: Best) -> list[tuple[str, str, str, str]]:
    """(label, figure, note, address)."""
    currency = request.workspace.currency
    paid = found.paid + found.paid_by_others
    share = formats.percent(found.paid / paid if paid else None)
    each = formats.minor(round(found.paid / found.customers), currency, 0)
    other = formats.minor(round(found.paid_by_others / found.others), currency, 0)
    return [
        ("Best customers", formats.number(found.customers), f"beside {formats.number(found.others)} others",
         told.accounts(request, among="best")),
        ("They have paid", formats.minor(found.paid, currency, 0), f"{share} of all that was paid", ""),
        ("One of them", each, f"in the mean; one of the others {other}", ""),
        ("The least among them", formats.minor(found.least, currency, 0), "MRR of all months added up", ""),
    ]  # fmt: skip


def _row(request: TeamRequest, each: Trait) -> Row:
    tone = "" if not each.stands_out else "good" if each.more.value > 0 else "bad"
    return Row(
        name=f"{each.label}: {each.value}",
        best=told.share(each.of_best),
        best_href=told.accounts(request, by=each.column, value=each.value, among="best"),
        others=told.share(each.of_others),
        others_href=told.accounts(request, by=each.column, value=each.value, among="others"),
        more=told.points(each.more),
        lift=_lift(each.lift),
        verdict={"": "May be chance", "good": "More frequent", "bad": "Less frequent"}[tone],
        tone=tone,
    )


def _lift(lift: float | None) -> str:
    return "–" if lift is None else f"{formats.number(lift, 1)} ×"
