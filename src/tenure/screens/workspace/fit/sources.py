"""Churn of twelve months by where customers came from, and what it means in money."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.revenue.fit import queries as fit
from tenure.revenue.fit.contracts import FEW, Source, Sources
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.fit import told
from tenure.tenants.contracts import Permission

YEAR = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A source, finished."""

    name: str
    href: str
    few: bool
    customers: str
    lost: str
    lost_href: str
    logo_churn: told.Figure
    opening: str
    gone: str
    revenue_churn: told.Figure
    excess: str
    verdict: str
    tone: str


@page(Permission.VIEW)
@require_GET
@prepared("fit")
def sources(request: TeamRequest) -> HttpResponse:
    """The page: `source` is the field that says where customers came from."""
    found = fit.churn_by_source(request.as_of, request.GET.get("source", ""))
    context = {
        "active": "fit",
        "few": FEW,
        "found": found,
        "offers": fit.offers(request.as_of),
        "source": found.column if found else "",
        "stats": _stats(request, found) if found else [],
        "findings": [_finding(request, found, each) for each in found.sources if each.stands_out] if found else [],
        "rows": [_row(request, found, each) for each in found.sources] if found else [],
    }
    return render(request, "fit/sources.html", context)


def _stats(request: TeamRequest, found: Sources) -> list[tuple[str, str, str]]:
    """(label, figure, note) of all together."""
    whole = found.whole
    logos, money = told.share(whole.logo_churn), told.share(whole.revenue_churn)
    return [
        ("Customers twelve months ago", formats.number(whole.customers),
         f"{_minor(request, whole.opening)} a month then"),
        ("Logo churn", logos.shown, f"{formats.number(whole.lost)} left; {logos.between}"),
        ("Revenue churn", money.shown, f"{_minor(request, whole.gone)} a month left; {money.between}"),
    ]  # fmt: skip


def _minor(request: TeamRequest, amount: int) -> str:
    return formats.minor(amount, request.workspace.currency, 0)


def _a_year(request: TeamRequest, amount: int) -> str:
    return formats.minor(abs(amount) * YEAR, request.workspace.currency, 0)


def _finding(request: TeamRequest, found: Sources, each: Source) -> told.Finding:
    """What a source means in money: what would still be paid had it left like the others."""
    logos = told.share(each.logo_churn)
    text = (
        f"leaves {'more' if each.more else 'less'} than the others: {logos.shown} in twelve months ({logos.between}),"
        f" of the others {formats.percent(each.others_churn)}."
    )
    if each.excess:
        text += (
            f" Had its money left at the rate of the others’, {_a_year(request, each.excess)}"
            f" {'more' if each.excess > 0 else 'less'} would be paid a year."
        )
    return told.Finding(told.shown(each.value), _href(request, found, each, "before"), text, not each.more)


def _verdict(each: Source) -> tuple[str, str]:
    """What is to be said, and in which tone."""
    if each.few:
        return "Too few to tell", "quiet"
    if each.q is None:
        return "", ""
    if not each.stands_out:
        return "May be chance", "quiet"
    return ("Leaves more", "bad") if each.more else ("Leaves less", "good")


def _row(request: TeamRequest, found: Sources, each: Source) -> Row:
    sign = "+" if (each.excess or 0) < 0 else formats.MINUS
    excess = formats.UNKNOWN if each.excess is None else f"{sign}{_a_year(request, each.excess)}"
    verdict, tone = _verdict(each)
    return Row(
        name=told.shown(each.value), href=_href(request, found, each, "before"), few=each.few,
        customers=formats.number(each.customers), lost=formats.number(each.lost),
        lost_href=_href(request, found, each, "lost"), logo_churn=told.share(each.logo_churn),
        opening=_minor(request, each.opening), gone=_minor(request, each.gone),
        revenue_churn=told.share(each.revenue_churn), excess=excess, verdict=verdict,
        tone=tone,
    )  # fmt: skip


def _href(request: TeamRequest, found: Sources, each: Source, among: str) -> str:
    return told.accounts(request, by=found.column, value=each.value or "", among=among)
