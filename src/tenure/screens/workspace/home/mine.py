"""A member's home: what waits, who moved, meetings, calls that are due, what is to be done and was promised."""

from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tenure.alerts import queries as alerts
from tenure.alerts.contracts import Group, Whose
from tenure.base import clock
from tenure.health import queries as health
from tenure.health.crossings import crossings
from tenure.meetings import cadence
from tenure.meetings import queries as meetings
from tenure.meetings.contracts import Due
from tenure.ownership import queries as ownership
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to, with_query
from tenure.screens.workspace.home.panels import Line, Panel, moved
from tenure.screens.workspace.inbox import rows as inbox_rows
from tenure.screens.workspace.inbox.views import is_admin
from tenure.screens.workspace.meetings.rows import row_of
from tenure.tasks import queries as tasks
from tenure.tasks.contracts import Kind, TaskFilter, TaskView
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members_by_id

WEEK, TOP = 7, 5
FEW = 3


@page(Permission.VIEW)
@require_GET
def home(request: TeamRequest) -> HttpResponse:
    """The page; before the first scores it says how they come."""
    try:
        health.state_as_of(request.as_of)
    except health.NoScores:
        return redirect("workspace:start", slug=request.workspace.slug)
    context = {
        "active": "home",
        "title": _title(request),
        "switch": switch(request, "mine"),
        "notices": [*_handoffs(request), *_covers(request)],
        "left": [_inbox(request), _moves(request)],
        "right": [_meetings(request), _tasks(request), _promises(request), _calls(request)],
    }
    return render(request, "home/home.html", context)


def switch(request: TeamRequest, active: str) -> list[tuple[str, str, bool]]:
    """Between one's own home and the team's, for those who manage it."""
    if not request.member.may(Permission.MANAGE_TEAM):
        return []
    return [
        ("Team", to(request, "workspace:team"), active == "team"),
        ("Mine", to(request, "workspace:home"), active == "mine"),
    ]


def _title(request: TeamRequest) -> str:
    return f"{request.as_of:%A}, {request.as_of.day} {request.as_of:%B}"


def _handoffs(request: TeamRequest) -> list[tuple[str, str, str]]:
    """What is handed to her, or came back: text, words of the link, address."""
    n = len(ownership.waiting_for(request.member.id))
    text = f"{formats.count(n, 'account')} {'waits' if n == 1 else 'wait'} for you to take over or to hand over again."
    return [(text, "Open the handoffs", to(request, "workspace:handoffs"))] if n else []


def _covers(request: TeamRequest) -> list[tuple[str, str, str]]:
    """For whom she works today, and what waits there. Two queries where there is anybody."""
    me = request.member.id
    covered = [each for each in ownership.works_for(me, request.as_of) if each != me]
    if not covered:
        return []
    known, open_ = members_by_id(covered), alerts.open_of_members()
    until = ownership.away(covered, request.as_of)
    return [
        (
            f"You cover for {known[each].label} until {formats.short_day(until[each].until)}: "
            f"{formats.count(open_.get(each, (0, 0))[0], 'alert')} in the inbox.",
            f"Open the inbox of {known[each].label}",
            with_query(request, "workspace:inbox", of=str(each)),
        )
        for each in covered
        if each in known and each in until
    ]


def _inbox(request: TeamRequest) -> Panel:
    whose = Whose(request.member.id, admin=is_admin(request.member))
    found, _ = alerts.inbox(whose, today=request.as_of, limit=TOP)
    return Panel(
        key="inbox",
        title="Inbox",
        lines=tuple(_waiting(request, each, n) for n, each in enumerate(found)),
        count=sum(n for state, n in alerts.counts(whose).items() if state == "open"),
        href=to(request, "workspace:inbox"),
        nothing="Nothing waits. Alerts of your accounts and tasks that are due come here, the most valuable first.",
    )


def _waiting(request: TeamRequest, found: Group, n: int) -> Line:
    """The best of an account, with why and what it is worth."""
    group = inbox_rows.group(request, found, n)
    row = group.rows[0]
    more = f" and {len(group.rows) - 1} more" if len(group.rows) > 1 else ""
    return Line(
        icon=row.icon,
        means=f"{row.type}{f', {row.priority}' if row.priority else ''}",
        text=group.name,
        href=row.href or to(request, "workspace:inbox"),
        note=f"{row.title}{more}{f' · {row.note}' if row.note else ''}",
        aside=row.worth,
        aside_why=row.worth_why,
        tone="bad" if row.priority == "urgent" else "warning" if row.priority else "",
    )


def _moves(request: TeamRequest) -> Panel:
    found = crossings(request.as_of, WEEK, owners=[request.member.id], told=TOP)
    band = (found.band.label or found.band.key) if found else "At risk"
    return Panel(
        key="moves",
        title=f"In or out of “{band}” this week",
        lines=moved(request, found, most=TOP),
        count=len(found.fell) + len(found.rose) if found else 0,
        href=to(request, "workspace:accounts"),
        nothing=f"None of your accounts came into “{band}” or left it in the last seven days.",
    )


def _meetings(request: TeamRequest) -> Panel:
    zone = request.workspace.timezone
    today = clock.today(zone)
    found = meetings.of_days(request.member.id, today, today, zone)
    rows = [row_of(request, each) for each in found[: TOP - 1]]
    lines = [
        Line(row.icon, row.kind, row.title, row.href, row.account, row.time, "", "", row.over) for row in rows
    ]  # fmt: skip
    return Panel(
        "meetings", "Today’s meetings", tuple(lines), len(found), to(request, "workspace:meetings"),
        "No meetings today. Those you plan or are asked to stand here.",
    )  # fmt: skip


def _tasks(request: TeamRequest) -> Panel:
    due = tasks.due_of_member(request.member.id, request.as_of)
    found = [each for each in due if each.kind is Kind.TASK]
    return Panel(
        "tasks", "Tasks for today", tuple(_task(request, each, "circle-check") for each in found[:TOP]), len(found),
        to(request, "workspace:tasks"), "Nothing is due. Tasks stand here from the day they are due.",
    )  # fmt: skip


def _promises(request: TeamRequest) -> Panel:
    where = TaskFilter(request.as_of, (request.member.id,), kind=Kind.PROMISE)
    found = tasks.tasks(where, limit=FEW).rows
    count = tasks.tally(where)[""] if len(found) == FEW else len(found)
    return Panel(
        "promises", "Open promises", tuple(_task(request, each, "flag") for each in found), count,
        with_query(request, "workspace:tasks", kind=Kind.PROMISE.value),
        "You owe nobody anything. What you promise a customer stands here until it is kept.",
    )  # fmt: skip


def _task(request: TeamRequest, each: TaskView, icon: str) -> Line:
    late = each.due is not None and each.due < request.as_of
    return Line(
        icon, each.kind.label, each.title, to(request, "workspace:task", task=each.id), each.account,
        _day(each.due, request.as_of), "", "", late,
    )  # fmt: skip


def _day(due: date | None, today: date) -> str:
    if due is None:
        return ""
    late = (today - due).days
    return f"{formats.count(late, 'day')} late" if late > 0 else formats.capital(formats.relative_day(due, today))


def _calls(request: TeamRequest) -> Panel:
    found = cadence.due_for_call(request.member.id, request.as_of)
    zone = ZoneInfo(request.workspace.timezone)
    lines = [_call(request, each, zone) for each in found[:FEW]]
    return Panel(
        "calls", "Due for a call", tuple(lines), len(found), to(request, "workspace:meetings-due"),
        "Everybody was called in time. Accounts stand here when their touch tier wants a call.",
    )  # fmt: skip


def _call(request: TeamRequest, each: Due, zone: ZoneInfo) -> Line:
    planned = f", next {formats.short_day(each.next_at.astimezone(zone))}" if each.next_at else ""
    late = "Never called" if each.over is None else f"{formats.count(each.over, 'day')} late" if each.over else "Today"
    return Line(
        "phone", "Due for a call", each.account, to(request, "workspace:account", account=each.account_id),
        f"{each.tier}: every {each.every_days} days{planned}", late, late=each.over != 0,
    )  # fmt: skip
