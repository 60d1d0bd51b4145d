"""What the inbox's forms do with the alerts that were chosen, and how it is taken back."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenure.alerts import actions
from tenure.alerts.contracts import Answered
from tenure.base.refusals import Invalid, NotFound, Refusal
from tenure.screens import formats, undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.refusals import told
from tenure.tenants.contracts import Permission

MOST = 200


@page(Permission.WORK)
@require_POST
def snoozes(request: TeamRequest) -> HttpResponse:
    """Put the chosen away until a day."""

    def act() -> Answered:
        day, other = request.POST.get("until", ""), request.POST.get("other_day", "")
        try:
            until = date.fromisoformat(other or day)
        except ValueError:
            raise Invalid("Choose the day until which it can wait.") from None
        reason = request.POST.get("reason", "")
        return actions.snooze(chosen(request), until=until, reason=reason, by=request.member)

    return _answer(request, act, "snoozed")


@page(Permission.WORK)
@require_POST
def delegations(request: TeamRequest) -> HttpResponse:
    """Give the chosen to another member."""

    def act() -> Answered:
        to_ = request.POST.get("to", "")
        return actions.delegate(chosen(request), to=int(to_) if to_.isdecimal() else 0, by=request.member)

    return _answer(request, act, "delegated")


@page(Permission.WORK)
@require_POST
def closings(request: TeamRequest) -> HttpResponse:
    """Say what came of the chosen."""

    def act() -> Answered:
        outcome, note = request.POST.get("outcome", ""), request.POST.get("note", "")
        return actions.close(chosen(request), outcome=outcome, note=note, by=request.member)

    return _answer(request, act, "closed")


@page(Permission.WORK)
@require_POST
def tasks(request: TeamRequest) -> HttpResponse:
    """Make a task of each of the chosen."""
    return _answer(request, lambda: actions.make_tasks(chosen(request), by=request.member), "made a task")


@page(Permission.WORK)
@require_POST
def takings(request: TeamRequest) -> HttpResponse:
    """Bring the chosen into the inbox, out of the digest or before their day."""
    return _answer(request, lambda: actions.take_up(chosen(request), by=request.member), "in the inbox")


@page(Permission.WORK)
@require_POST
def undoings(request: TeamRequest) -> HttpResponse:
    """Take back what was done at once."""
    with told(request):
        found = actions.take_back(request.POST.get("batch", "")[:32], by=request.member)
        messages.success(request, f"{_counted(found.changed)} as before.{_missed(found)}")
    return _back(request)


def chosen(request: TeamRequest) -> dict[int, int]:
    """The alerts of the form, each with the revision that was seen."""
    found = {}
    for text in request.POST.getlist("alert")[: MOST + 1]:
        number, _, revision = text.partition(":")
        if not (number.isdecimal() and revision.isdecimal() and len(text) < 30):
            raise Invalid("These alerts cannot be read. Load the page again.")
        found[int(number)] = int(revision)
    return found


def _answer(request: TeamRequest, act: Callable[[], Answered], did: str) -> HttpResponse:
    try:
        found = act()
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return _back(request)
    if found.changed:
        address = to(request, "workspace:inbox-undoings")
        back = request.POST.get("back", "")
        undo.tell(
            request, f"{_counted(found.changed)} {did}.{_missed(found)}", action=address, batch=found.batch, back=back
        )
    else:
        messages.warning(request, f"Nothing was changed.{_missed(found)}")
    return _back(request, found)


def _counted(number: int) -> str:
    return formats.count(number, "alert")


def _missed(found: Answered) -> str:
    if not found.missed:
        return ""
    return f" {_counted(len(found.missed))} had been changed by somebody else meanwhile and stayed so: look again."


def _back(request: TeamRequest, _: Answered | None = None) -> HttpResponse:
    """To the queue as it was shown, at the row that follows."""
    shown = request.POST.get("back", "")
    kept = f"?{shown}" if shown and all(c.isalnum() or c in "=&_-" for c in shown) else ""
    follows = request.POST.get("follows", "")
    place = f"#{follows}" if follows.replace("-", "").isalnum() else ""
    return redirect(f"{to(request, 'workspace:inbox')}{kept}{place}")
