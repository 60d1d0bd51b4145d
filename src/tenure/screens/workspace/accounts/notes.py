"""Notes on an account: written by those who may, edited by their author."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.base.refusals import Invalid, NotFound
from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission
from tenure.work import actions, queries


@page(Permission.VIEW, writes=Permission.WRITE_NOTES)
@follows_merges
def notes(request: TeamRequest, account: int) -> HttpResponse:
    """POST: write a note. GET: to the notes on the timeline."""
    check_stands(request, customers.account_header(account))
    timeline = to(request, "workspace:account-timeline", account=account)
    if request.method != "POST":
        return redirect(f"{timeline}{'&' if '?' in timeline else '?'}kind=notes")
    try:
        actions.write_note(account=account, body=request.POST.get("body", ""), by=request.member)
    except Invalid as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Your note is on the timeline.")
    return redirect(timeline)


@page(Permission.WRITE_NOTES)
def note(request: TeamRequest, account: int, note: int) -> HttpResponse:
    """Edit one's own note; what it said before is kept."""
    found = queries.note(note)
    if found is None or found.account_id not in customers.members_of("account", account):
        raise NotFound("There is no such note.")
    problem = ""
    if request.method == "POST":
        try:
            actions.edit_note(note=note, body=request.POST.get("body", ""), by=request.member)
        except Invalid as refusal:
            problem = refusal.message
        else:
            messages.success(request, "The note is changed.")
            return redirect(to(request, "workspace:account-timeline", account=account))
    context = {
        "active": "accounts",
        "account": customers.account_header(account).account,
        "note": found,
        "problem": problem,
        "body": request.POST.get("body", found.body),
        "mine": found.author_id == request.member.id,
    }
    return render(request, "accounts/note.html", context, status=422 if problem else 200)
