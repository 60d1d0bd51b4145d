"""The lists of meetings: those to come, the accounts that are due for a call, those held."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tenure.base.refusals import NotFound
from tenure.meetings import cadence, queries
from tenure.meetings.contracts import Due
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.meetings.rows import every, row_of
from tenure.segments import queries as segments
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Permission

MOST = 200


@dataclass(frozen=True, slots=True)
class DueRow:
    """An account that is due for a call."""

    id: int
    href: str
    account: str
    tier: str
    every: str
    last: str
    late: str
    tone: str
    next: str
    plan_href: str


@page(Permission.VIEW)
def meetings(request: TeamRequest) -> HttpResponse:
    """Meetings to come, and those of the past without notes."""
    rows = [row_of(request, view) for view in queries.planned(member=_whose(request), limit=MOST + 1)]
    context = {
        **_common(request, "upcoming"),
        "waiting": [row for row in rows[:MOST] if row.over],
        "ahead": [row for row in rows[:MOST] if not row.over],
        "more": len(rows) > MOST,
    }
    return render(request, "meetings/upcoming.html", context)


@page(Permission.VIEW)
def meetings_held(request: TeamRequest) -> HttpResponse:
    """Meetings that took place, newest first."""
    found = queries.held(member=_whose(request), cursor=request.GET.get("cursor") or None)
    context = {
        **_common(request, "held"),
        "rows": [row_of(request, view) for view in found.rows],
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "next": query(request, cursor=found.next) if found.next else "",
    }
    return render(request, "meetings/held.html", context)


@page(Permission.VIEW)
def meetings_due(request: TeamRequest) -> HttpResponse:
    """The accounts of a member that are due for a call; `?member=` names another one."""
    members = tenants.members(active_only=True)
    asked = request.GET.get("member", "")
    whose = next((one for one in members if str(one.id) == asked), None) if asked else request.member
    if whose is None:
        raise NotFound("There is no such member.")
    due = cadence.due_for_call(whose.id, request.as_of)
    context = {
        **_common(request, "due"),
        "rows": [_due(request, each) for each in due],
        "tiers": bool(segments.tier_columns()),
        "members": [(str(one.id), "Mine" if one.id == request.member.id else one.label) for one in members],
        "whose": str(whose.id),
        "mine": whose.id == request.member.id,
    }
    return render(request, "meetings/due.html", context)


def _whose(request: TeamRequest) -> int | None:
    """The member whose meetings are shown; None for everybody's."""
    return None if request.GET.get("whose") == "all" else request.member.id


def _common(request: TeamRequest, tab: str) -> dict[str, object]:
    tabs = (("upcoming", "Upcoming", "meetings"), ("due", "Due for a call", "meetings-due"),
            ("held", "Held", "meetings-held"))  # fmt: skip
    everybody = _whose(request) is None
    return {
        "active": "meetings",
        "tabs": [(label, to(request, f"workspace:{name}"), key == tab, None) for key, label, name in tabs],
        "which": [
            ("Mine", query(request, whose=None, cursor=None), not everybody),
            ("Everybody’s", query(request, whose="all", cursor=None), everybody),
        ],
        "everybody": everybody,
        "may_plan": request.member.may(Permission.WORK),
    }


def _due(request: TeamRequest, each: Due) -> DueRow:
    over = each.over
    return DueRow(
        id=each.account_id,
        href=to(request, "workspace:account", account=each.account_id),
        account=each.account,
        tier=each.tier,
        every=every(each.every_days),
        last=formats.relative_day(each.last_on, request.as_of) if each.last_on else "Never",
        late="Never called" if over is None else "Today" if over == 0 else formats.count(over, "day") + " late",
        tone="warning" if over is None or over < each.every_days else "bad",
        next=formats.short_day(each.next_at) if each.next_at else "",
        plan_href=to(request, "workspace:account-meeting-new", account=each.account_id),
    )
