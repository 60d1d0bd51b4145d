"""Meetings are planned and changed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.meetings import actions, queries
from tenure.meetings.actions import EditConflict
from tenure.meetings.agenda import filled
from tenure.meetings.contracts import State
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.screens.workspace.meetings import forms
from tenure.tenants.contracts import Permission


@page(Permission.WORK)
@require_GET
def meeting_new(request: TeamRequest) -> HttpResponse:
    """With which account? `?q=` looks for it."""
    text = request.GET.get("q", "").strip()[:200]
    found = customers.find_accounts(text) if text else []
    context = {
        "active": "meetings",
        "text": text,
        "found": [(row.name, to(request, "workspace:account-meeting-new", account=row.id)) for row in found],
    }
    return render(request, "meetings/new.html", context)


@page(Permission.WORK)
@follows_merges
def account_meeting_new(request: TeamRequest, account: int) -> HttpResponse:
    """The form of a new meeting, with an agenda that is filled already; POST: plan it."""
    header = customers.account_header(account)
    check_stands(request, header)
    if request.method != "POST":
        return _page(request, header.account.name, forms.empty(request, account, filled(account, request.as_of)))
    given = request.POST.dict()
    try:
        planned = actions.plan(account=account, draft=forms.read(given), by=request.member)
    except Invalid as refusal:
        form = forms.posted(forms.empty(request, account, ""), given, refusal)
        return _page(request, header.account.name, form, problem=refusal.message, status=422)
    messages.success(request, "The meeting is planned. The invitations are on their way.")
    return redirect(to(request, "workspace:meeting", meeting=planned))


@page(Permission.WORK)
def meeting_edit(request: TeamRequest, meeting: int) -> HttpResponse:
    """The form of a planned meeting; POST: change it. What somebody else changed meanwhile is shown beside it."""
    view = queries.meeting(meeting)
    back = to(request, "workspace:meeting", meeting=meeting)
    if view.state is not State.PLANNED:
        messages.info(request, "What was held or called off is not changed any more.")
        return redirect(back)
    form = forms.of_meeting(request, view)
    if request.method != "POST":
        return _page(request, view.account, form, back=back)
    given = request.POST.dict()
    seen = given.get("revision", "")
    try:
        actions.change(
            meeting=meeting, draft=forms.read(given), revision=int(seen) if seen.isdecimal() else 0, by=request.member
        )
    except EditConflict as refusal:
        theirs = forms.posted(form, given)
        return _page(
            request, view.account, theirs, back=back, problem=refusal.message, status=409, now=_differing(form, theirs)
        )
    except Invalid as refusal:
        again = forms.posted(form, given, refusal)
        return _page(request, view.account, again, back=back, problem=refusal.message, status=422)
    messages.success(request, "Saved. Who is asked hears of what has changed.")
    return redirect(back)


LABELS = {
    "kind": "Type", "title": "Title", "starts": "Starts", "minutes": "Minutes", "zone": "Time zone", "people": "With",
    "invites_people": "Mail to people of the account", "location": "Place or link", "message": "Message",
    "agenda": "Agenda",
}  # fmt: skip


def _differing(now: forms.Form, mine: forms.Form) -> list[tuple[str, str]]:
    """What the meeting says now where the form says otherwise: label, text."""
    return [
        (label, now.values[name] or "nothing")
        for name, label in LABELS.items()
        if now.values[name].replace("\r\n", "\n") != mine.values[name].replace("\r\n", "\n")
    ]


def _page(
    request: TeamRequest, account: str, form: forms.Form, *, back: str = "", problem: str = "", status: int = 200,
    now: list[tuple[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "active": "meetings",
        "account": account,
        "form": form,
        "back": back,
        "problem": problem,
        "now": now or [],
        "conflict": now is not None,
    }
    return render(request, "meetings/form.html", context, status=status)
