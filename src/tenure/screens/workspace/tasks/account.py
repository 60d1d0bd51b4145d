"""The tasks of one account: the open ones, what was done last, and templates that make several."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid, NotFound
from tenure.customers import queries as customers
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.refusals import told
from tenure.screens.workspace.accounts.head import check_stands, follows_merges, opened
from tenure.screens.workspace.tasks import forms
from tenure.screens.workspace.tasks.rows import groups, rows
from tenure.tasks import actions, queries, templates
from tenure.tasks.calendars import calendar
from tenure.tasks.rules import next_working_day
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day

FINISHED = 20


@page(Permission.VIEW, writes=Permission.WORK)
@follows_merges
def account_tasks(request: TeamRequest, account: int) -> HttpResponse:
    """The page. POST: a task out of the short form."""
    if request.method != "POST":
        return _page(request, account, forms.empty(request, account))
    check_stands(request, customers.account_header(account))
    try:
        actions.add_task(forms.new(request.POST.dict(), account), by=request.member)
    except Invalid as refusal:
        form = forms.posted(forms.empty(request, account), request.POST.dict(), refusal)
        return _page(request, account, form, status=422)
    messages.success(request, "The task is on the list.")
    return redirect(to(request, "workspace:account-tasks", account=account))


def _page(request: TeamRequest, account: int, form: forms.Form, status: int = 200) -> HttpResponse:
    this = opened(request, account, "tasks")
    may_work, today = request.member.may(Permission.WORK), as_of_day(request.workspace)
    found = queries.open_of_account(account)
    context = {
        "active": "accounts",
        "head": this.head,
        "groups": groups(request, found),
        "open": len(found),
        "finished": rows(request, queries.finished_of_account(account, limit=FINISHED)),
        "form": form,
        "templates": [(str(each.id or each.name), each.name, len(each.steps)) for each in templates.templates()]
        if may_work
        else [],
        "start": next_working_day(today, calendar()).isoformat() if may_work else "",
        "may_work": may_work,
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
        "back": request.get_full_path(),
        "past": request.as_of != today,
    }
    return render(request, "accounts/tasks.html", context, status=status)


@page(Permission.WORK)
@require_POST
@follows_merges
def template_starts(request: TeamRequest, account: int) -> HttpResponse:
    """POST `template`, `on` and `assignee`: make its tasks, counted from that day."""
    check_stands(request, customers.account_header(account))
    wanted = request.POST.get("template", "")
    template = next((each for each in templates.templates() if wanted in (str(each.id), each.name)), None)
    if template is None:
        raise NotFound("There is no such template any more. Load the page again.")
    with told(request, Invalid):
        on = forms.day_of(request.POST.get("on", "")) or as_of_day(request.workspace)
        assignee = forms.member_of(request.POST.get("assignee", ""))
        made = templates.start(template, account=account, on=on, assignee=assignee, by=request.member)
        messages.success(request, f"{formats.count(len(made), 'task')} of “{template.name}” are on the list.")
    return redirect(to(request, "workspace:account-tasks", account=account))
