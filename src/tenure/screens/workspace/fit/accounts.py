"""The accounts behind a figure of fit: how long each has paid, what it pays now, and all that it has paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.revenue.fit import queries as fit
from tenure.revenue.fit.contracts import Member
from tenure.screens import bands, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.prepared import prepared
from tenure.screens.workspace.fit import told
from tenure.tenants.contracts import Permission

PAGE = 50
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
    rows, following = _rows(request, found)
    context = {
        "active": "fit",
        "title": _title(request, by, value or None, among, since=since),
        "rows": rows,
        "count": len(found),
        "pay": sum(each.mrr > 0 for each in found),
        "mrr": formats.minor(sum(each.mrr for each in found), request.workspace.currency, 0),
        "paid": formats.minor(sum(each.paid for each in found), request.workspace.currency, 0),
        "since": formats.day(fit.kinds_since(request.as_of)[0]) if since else "",
        "next": following,
        "first": query(request, after=None) if request.GET.get("after") else "",
    }
    return render(request, "fit/accounts.html", context)


def _title(request: TeamRequest, by: str, value: str | None, among: str, *, since: bool) -> str:
    if since and by != "band":
        name = fit.label_of(request.as_of, by, since=True)
        return f"{name}, {'in' if value == 'Yes' else 'not in'}"
    words = told.shown(value, bands.labels() if by == "band" else None)
    group = f"{fit.label_of(request.as_of, by, since=since)}: {words}" if by else "Customers"
    return f"{group}, {AMONG[among]}" if among else group


def _rows(request: TeamRequest, found: Sequence[Member]) -> tuple[list[Row], str]:
    """A page of accounts, and the address of the next; the page after an account begins behind it."""
    after = request.GET.get("after", "")
    places = {each.account: place for place, each in enumerate(found)}
    if after and (not after.isdigit() or int(after) not in places):
        raise Invalid("This page is of figures that have changed since: go back to the first.")
    start = places[int(after)] + 1 if after else 0
    shown = found[start : start + PAGE]
    names = customers.accounts_by_ids([each.account for each in shown])
    currency = request.workspace.currency
    made = [
        Row(
            name=names[each.account].name or names[each.account].external_id,
            href=to(request, "workspace:account-money", account=each.account),
            months=formats.number(each.months),
            left=each.mrr == 0,
            mrr=formats.minor(each.mrr, currency, 0),
            paid=formats.minor(each.paid, currency, 0),
        )
        for each in shown
        if each.account in names
    ]
    more = len(found) > start + PAGE
    return made, query(request, after=shown[-1].account) if more else ""
