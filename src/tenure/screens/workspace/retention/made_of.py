"""The accounts behind a movement of a month, or an amount of renewals; they add up to it."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.months import months_back
from tenure.revenue import acquisition
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import GAINED, LOST, RENEWALS
from tenure.screens.access import TeamRequest, page
from tenure.screens.prepared import prepared
from tenure.screens.workspace.retention import asked, behind, split
from tenure.tenants.contracts import Permission

MOST = 12
WON = ("won", "referred")
NAMES = {
    "fx": "FX", LOST: "Customers lost", GAINED: "Customers who came", "due": "Renewals due", "renewed": "Renewed",
    "uplift": "Uplift at renewal", "downgraded": "Downgraded at renewal", "not_renewed": "Not renewed",
    "won": "Customers won", "referred": "Customers referred",
    **split.TITLES,
}  # fmt: skip
COLUMNS = {LOST: "Paid before", GAINED: "Paid after", "due": "Due", "renewed": "Renewed", "uplift": "Uplift",
           "downgraded": "Given up", "not_renewed": "Not renewed"}  # fmt: skip


@page(Permission.VIEW)
@require_GET
@prepared("retention")
def movements(request: TeamRequest) -> HttpResponse:
    """The accounts of a `kind` in a `month`, or in so many `months` that end with it."""
    month = asked.month(request.GET.get("month", ""), "month")
    months = asked.whole(request.GET.get("months", "1"), "months", MOST) or 1
    kind = request.GET.get("kind", "")
    source = request.GET.get("source", "")
    if kind in WON:
        parts = acquisition.parts_won(request.as_of, month, months=months, referred=kind == "referred", source=source)
    else:
        parts = revenue.parts_of(request.as_of, month, kind, months=months)
    context = {
        "active": "retention",
        "title": _title(kind, source, month, months),
        **behind.context(request, parts, signed=kind not in RENEWALS),
        "meaning": split.MEANINGS.get(kind, ""),
        "heads": ("Before", "After", COLUMNS.get(kind, "Movement")),
    }
    return render(request, "retention/movements.html", context)


def _title(kind: str, source: str, month: date, months: int) -> str:
    by = f" by {source}" if source else ""
    only = ", months with a cost" if kind in WON and months > 1 else ""
    return f"{NAMES.get(kind, kind.capitalize())}{by} {_when(month, months)}{only}"


def _when(month: date, months: int) -> str:
    if months == 1:
        return f"in {asked.named(month)}"
    return f"from {asked.named(months_back(month, months - 1))} to {asked.named(month)}"
