"""When board packs are made and mailed, and to whom."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid, Refusal
from tenure.packs import actions, queries
from tenure.packs.actions import OtherPlan
from tenure.packs.contracts import Plan
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.retention import asked
from tenure.tenants.contracts import Permission, Role
from tenure.tenants.queries import members

HOURS = tuple((str(hour), f"{hour:02}:00") for hour in range(24))
DAYS = (("working", "Working day"), ("calendar", "Day of the month"))


@page(Permission.VIEW, writes=Permission.CONFIGURE)
def schedule(request: TeamRequest) -> HttpResponse:
    """GET: when and to whom. POST: change when."""
    standing = queries.plan()
    if request.method != "POST":
        return _page(request, standing)
    given = _read(request)
    try:
        actions.choose(plan=given, by=request.member)
    except OtherPlan as refusal:
        return _page(
            request,
            standing,
            conflict=f"{refusal.message} You wanted {_said(given)}; below is what stands now.",
            status=409,
        )
    except Invalid as refusal:
        return _page(request, given, problems={each.where: each.message for each in refusal.problems}, status=422)
    messages.success(request, "Saved." if given.active else "Packs are not made by themselves any more.")
    return redirect(to(request, "workspace:board-pack-schedule"))


@page(Permission.CONFIGURE)
@require_POST
def readers(request: TeamRequest) -> HttpResponse:
    """Put a member or an address on the list."""
    member, address = request.POST.get("member", ""), request.POST.get("address", "")
    try:
        if member.isascii() and member.isdigit() and len(member) < 19:
            actions.add_member(member=int(member), by=request.member)
        elif address.strip():
            actions.add_address(address=address, by=request.member)
        else:
            raise Invalid("Choose a member, or write an address.")
    except Refusal as refusal:
        wrong = {"address": refusal.message}
        return _page(request, queries.plan(), problems=wrong, address=address, status=refusal.status)
    messages.success(request, "On the list.")
    return redirect(to(request, "workspace:board-pack-schedule"))


@page(Permission.CONFIGURE)
@require_POST
def removals(request: TeamRequest, reader: int) -> HttpResponse:
    """Take a reader off the list."""
    actions.remove(reader=reader, by=request.member)
    messages.success(request, "Taken off the list.")
    return redirect(to(request, "workspace:board-pack-schedule"))


def _read(request: TeamRequest) -> Plan:
    """What was sent; what is no number is out of every range."""
    given = request.POST
    return Plan(
        active=bool(given.get("active")),
        working_day=given.get("kind", "working") != "calendar",
        nth=_number(given.get("nth", "")),
        hour=_number(given.get("hour", "")),
        revision=_number(given.get("revision", "")),
    )


def _said(plan: Plan) -> str:
    if not plan.active:
        return "no packs by themselves"
    return f"{'working day' if plan.working_day else 'day'} {plan.nth} from {plan.hour:02}:00"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 10**9


def _page(
    request: TeamRequest, plan: Plan, *, problems: dict[str, str] | None = None, conflict: str = "", address: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = queries.readers()
    listed = {each.member for each in found}
    upcoming = queries.next_pack()
    context = {
        "active": "executive",
        "plan": plan,
        "kind": "working" if plan.working_day else "calendar",
        "kinds": DAYS,
        "hours": HOURS,
        "problems": {"nth": "", "hour": "", "address": "", **(problems or {})},
        "conflict": conflict,
        "address": address,
        "readers": found,
        "members": [(str(each.id), each.label) for each in members(active_only=True) if each.id not in listed],
        "may_change": request.member.may(Permission.CONFIGURE),
        "may_allow": request.member.role is Role.OWNER,
        "upcoming": f"The next is of {asked.named(upcoming[0])}, on {formats.day(upcoming[1])}." if upcoming else "",
        "zone": request.workspace.timezone,
    }
    return render(request, "packs/schedule.html", context, status=status)
