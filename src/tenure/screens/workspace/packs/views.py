"""The board packs there are, and having one made."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.base.months import first_day
from tenure.packs import actions, queries
from tenure.packs.contracts import PackView
from tenure.reports import queries as reports
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.retention import asked
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day

TONES = {"waits": ("Waits", "unknown"), "under way": ("Under way", "accent"), "ready": ("Ready", "good"),
         "failed": ("Failed", "bad")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A pack, finished."""

    month: str
    href: str
    file: str
    made: str
    by: str
    as_of: str
    pages: str
    size: str
    state: str
    tone: str


@page(Permission.VIEW, writes=Permission.EXPORT)
def packs(request: TeamRequest) -> HttpResponse:
    """GET: the packs. POST: have the one of a month made."""
    if request.method == "POST":
        made = actions.ask(month=asked.month(request.POST.get("month", ""), "month"), by=request.member)
        return redirect(to(request, "workspace:board-pack", pack=made))
    found = queries.packs()
    months = [month for month in reports.board(_today(request)).months if month < first_day(_today(request))]
    upcoming = queries.next_pack()
    context = {
        "active": "executive",
        "rows": [row(request, each) for each in found],
        "months": [(f"{month:%Y-%m}", asked.named(month)) for month in months],
        "may_make": request.member.may(Permission.EXPORT),
        "upcoming": f"{asked.named(upcoming[0])} is made on {formats.day(upcoming[1])}" if upcoming else "",
        "readers": len([each for each in queries.readers() if each.left_at is None]) if upcoming else 0,
        "busy": any(each.busy for each in found),
    }
    return render(request, "packs/list.html", context)


def _today(request: TeamRequest) -> date:
    """Packs are made of what is known now, whatever day is looked at."""
    return as_of_day(request.workspace)


def row(request: TeamRequest, found: PackView) -> Row:
    """A pack as lists show it."""
    state, tone = TONES[found.state]
    ready = found.state == "ready"
    return Row(
        month=asked.named(found.month),
        href=to(request, "workspace:board-pack", pack=found.id),
        file=to(request, "workspace:board-pack-pdf", pack=found.id) if ready else "",
        made=formats.moment(found.made_at or found.asked_at),
        by=found.by or "The schedule",
        as_of=formats.day(found.as_of),
        pages=formats.number(len(found.pages)) if ready else formats.UNKNOWN,
        size=size(found.size) if ready else formats.UNKNOWN,
        state=state,
        tone=tone,
    )


def size(found: int) -> str:
    """`198 kB`, `1.2 MB`."""
    return f"{formats.number(found / 1e6, 1)} MB" if found >= 999_500 else f"{formats.number(found / 1e3, 0)} kB"
