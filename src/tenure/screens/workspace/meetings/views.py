"""One meeting: read, called off, held, taken into a calendar."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Conflict, Invalid, Problem
from tenure.meetings import actions, mailing, queries
from tenure.meetings.contracts import MeetingView, State
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.meetings.forms import local
from tenure.screens.workspace.meetings.rows import day_of, link_of, row_of, series_of
from tenure.screens.workspace.tasks.noted import take_up
from tenure.tenants.contracts import Permission
from tenure.work.queries import html_of

STATES = {
    State.PLANNED: ("Planned", "accent"),
    State.HELD: ("Held", "good"),
    State.CANCELLED: ("Called off", "unknown"),
}


@page(Permission.VIEW)
@require_GET
def meeting(request: TeamRequest, meeting: int) -> HttpResponse:
    """When, where, with whom, and what is to be talked of."""
    view = queries.meeting(meeting)
    label, tone = STATES[view.state]
    planned = view.state is State.PLANNED
    context = {
        "active": "meetings",
        "meeting": view,
        "row": row_of(request, view),
        "when": f"{day_of(view.starts_at)}, {view.starts_at:%H:%M}–{view.ends_at:%H:%M}",
        "elsewhere": local(view, request.workspace.timezone),
        "length": formats.seconds(view.minutes * 60),
        "series": f"{series_of(view)}, every {formats.count(view.every_weeks, 'week')}" if view.of_series else "",
        "link": link_of(view.location),
        "agenda": html_of(view.agenda),
        "state": (label, tone),
        "planned": planned,
        "later": queries.later_of_series(view) if planned else 0,
        "may_change": request.member.may(Permission.WORK) and planned,
    }
    return render(request, "meetings/meeting.html", context)


@page(Permission.WORK)
def meeting_notes(request: TeamRequest, meeting: int) -> HttpResponse:
    """The notes of a meeting that took place, begun with its agenda; POST: keep them on the timeline."""
    view = queries.meeting(meeting)
    if view.state is not State.PLANNED and request.method != "POST":
        return redirect(to(request, "workspace:meeting", meeting=meeting))
    if request.method != "POST":
        return _notes(request, view, view.agenda, str(view.minutes), {})
    body, minutes = request.POST.get("body", ""), request.POST.get("minutes", "").strip()
    try:
        if minutes and not (minutes.isdecimal() and len(minutes) < 6):
            raise _no_minutes()
        entry, made = _hold(request, view, body, int(minutes) if minutes else None)
    except Invalid as refusal:
        return _notes(request, view, body, minutes, {each.where: each.message for each in refusal.problems})
    except Conflict as refusal:
        messages.warning(request, refusal.message)
        return redirect(to(request, "workspace:meeting", meeting=meeting))
    tasks = f" {formats.capital(formats.count(made, 'task'))} made of them." if made else ""
    messages.success(request, f"The notes stand on the timeline.{tasks}")
    return redirect(f"{to(request, 'workspace:account-timeline', account=view.account_id)}#entry-{entry}")


def _hold(request: TeamRequest, view: MeetingView, body: str, minutes: int | None) -> tuple[int, int]:
    """The entry that the notes become, and how many tasks their lines make."""
    with transaction.atomic():
        entry = actions.hold(meeting=view.id, notes=body, minutes=minutes, by=request.member)
        made = take_up(account=view.account_id, entry=entry, before="", after=body, by=request.member)
    return entry, made


@page(Permission.WORK)
@require_POST
def meeting_cancellations(request: TeamRequest, meeting: int) -> HttpResponse:
    """Call it off; with `later` all later ones of its series too."""
    number = actions.cancel(meeting=meeting, by=request.member, with_later=bool(request.POST.get("later")))
    messages.success(request, f"{formats.count(number, 'meeting')} called off. Who was invited hears of it.")
    return redirect(to(request, "workspace:meetings"))


@page(Permission.VIEW)
@require_GET
def meeting_file(request: TeamRequest, meeting: int) -> HttpResponse:
    """The meeting for one's own calendar."""
    answer = HttpResponse(mailing.file_of(queries.meeting(meeting)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meeting-{meeting}.ics"'
    return answer


def _no_minutes() -> Invalid:
    problem = Problem("Give whole minutes, or leave it empty.", "minutes")
    return Invalid(problem.message, [problem])


def _notes(request: TeamRequest, view: MeetingView, body: str, minutes: str, problems: dict[str, str]) -> HttpResponse:
    context = {
        "active": "meetings",
        "meeting": view,
        "row": row_of(request, view),
        "body": body,
        "minutes": minutes,
        "problems": {"body": "", "minutes": "", **problems},
        "other": " ".join(text for where, text in problems.items() if where not in ("body", "minutes")),
        "names_url": to(request, "workspace:account-names", account=view.account_id),
        "draft_key": f"notes-{request.workspace.id}-{request.member.id}-{view.id}",
    }
    return render(request, "meetings/notes.html", context, status=422 if problems else 200)
