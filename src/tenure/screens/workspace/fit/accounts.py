"""The accounts behind a figure of fit: how long each has paid, what it pays now, and all that it has paid."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.revenue.fit import queries as fit
from tenure.revenue.fit.contracts import Member
from tenure.screens import bands, formats, paging
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.fit import told
from tenure.tenants.contracts import Permission

AMONG = {
    "": "", "best": "among the best customers", "others": "among the others", "before": "who paid twelve months ago",
    "lost": "lost in twelve months",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A customer, finished."""

    name: str
    href: str
    months: str
    left: bool
    mrr: str
    paid: str


@page(Permission.VIEW)
@require_GET
@prepared("fit")
def accounts(request: TeamRequest) -> HttpResponse:
    """The page: the group of a field (`by`) with a `value`, all or those `among` a part, or followed `since` a day."""
    by, value, among = (request.GET.get(name, "") for name in ("by", "value", "among"))
    since = request.GET.get("since") == "1"
    found = fit.members(request.as_of, by, value or None, among=among, since=since)
    shown, currency = paging.accounts(request, found), request.workspace.currency
    context = {
        "active": "fit",
        "title": _title(request, by, value or None, among, since=since),
        "rows": [_row(*each, currency) for each in shown.shown],
        "count": len(found),
        "pay": sum(each.mrr > 0 for each in found),
        "mrr": formats.minor(sum(each.mrr for each in found), currency, 0),
        "paid": formats.minor(sum(each.paid for each in found), currency, 0),
        "since": formats.day(fit.kinds_since(request.as_of)[0]) if since else "",
        "next": shown.next,
        "first": shown.first,
    }
    return render(request, "fit/accounts.html", context)


def _title(request: TeamRequest, by: str, value: str | None, among: str, *, since: bool) -> str:
    if since and by != "band":
        name = fit.label_of(request.as_of, by, since=True)
        return f"{name}, {'in' if value == 'Yes' else 'not in'}"
    words = told.shown(value, bands.labels() if by == "band" else None)
    group = f"{fit.label_of(request.as_of, by, since=since)}: {words}" if by else "Customers"
    return f"{group}, {AMONG[among]}" if among else group


def _row(name: str, href: str, each: Member, currency: str) -> Row:
    return Row(
        name=name,
        href=href,
        months=formats.number(each.months),
        left=each.mrr == 0,
        mrr=formats.minor(each.mrr, currency, 0),
        paid=formats.minor(each.paid, currency, 0),
    )
