"""A task: made, shown with its history, edited where it stands, finished."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from markupsafe import Markup

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.screens import formats, undo
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.entries.filtering import one_of
from tenure.screens.workspace.tasks import forms
from tenure.screens.workspace.tasks.listing import back
from tenure.screens.workspace.tasks.rows import due_shown, due_tone, kept
from tenure.tasks import actions, queries
from tenure.tasks.actions import EditConflict
from tenure.tasks.contracts import ChangeView, Spent, TaskView
from tenure.tasks.words import repeats
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day
from tenure.work.contracts import WorkType
from tenure.work.rules import html_of

ORIGINS = {
    "note": "a note", "alert": "an alert", "meeting": "a meeting", "handoff": "a handoff", "api": "the API",
    "template": "a template", "recurrence": "the one before it",
}  # fmt: skip
ACTIONS = {
    "changed": ("changed it", "pencil"), "done": ("did it", "circle-check"), "dropped": ("dropped it", "circle-x"),
    "reopened": ("opened it again", "rotate-ccw"), "ticked": ("ticked", "check"), "unticked": ("unticked", "minus"),
}  # fmt: skip


@page(Permission.WORK)
def task_new(request: TeamRequest) -> HttpResponse:
    """The form of a new task, `?account=` of an account. POST: make it."""
    account = forms.member_of(request.GET.get("account", ""))
    form = forms.empty(request, account)
    if request.method == "POST":
        try:
            meant = account if account is not None else forms.account_meant(request.POST.get("account", ""))
            made = actions.add_task(forms.new(request.POST.dict(), meant), by=request.member)
        except Invalid as refusal:
            return _new(request, account, forms.posted(form, request.POST.dict(), refusal), status=422)
        title = queries.task(made).title
        undo_at = to(request, "workspace:task-endings", task=made)
        undo.tell(request, f"“{title}” is on the list.", action=undo_at, do="drop", reason="Added by mistake")
        there = "workspace:account-tasks" if account is not None else "workspace:tasks"
        return redirect(to(request, there, **({"account": account} if account is not None else {})))
    return _new(request, account, form)


def _new(request: TeamRequest, account: int | None, form: forms.Form, status: int = 200) -> HttpResponse:
    context = {
        "active": "tasks" if account is None else "accounts",
        "account": customers.account_header(account).account if account is not None else None,
        "form": form,
        "accounts_url": to(request, "workspace:task-accounts"),
    }
    return render(request, "tasks/new.html", context, status=status)


@page(Permission.VIEW, writes=Permission.WORK)
def task(request: TeamRequest, task: int) -> HttpResponse:
    """The page; `?edit=` with the form of its text. POST: change what the form sent."""
    now = queries.task(task)
    if request.method != "POST":
        return _page(request, now)
    given = request.POST.dict()
    try:
        _change(request, now, given)
    except EditConflict as refusal:
        return _page(request, queries.task(task), given, problem=refusal.message, status=409)
    except Invalid as refusal:
        return _page(request, now, given, wrong=refusal, status=422)
    messages.success(request, "Saved.")
    return redirect(to(request, "workspace:task", task=task))


def _change(request: TeamRequest, now: TaskView, given: dict[str, str]) -> None:
    revision = forms.member_of(given.get("revision", "")) or 0
    draft = forms.draft(given, account=now.account_id, now=now)
    items = given["items"].splitlines() if "items" in given else None
    actions.edit_task(now.id, draft, revision=revision, by=request.member, items=items)


def _page(
    request: TeamRequest,
    found: TaskView,
    given: dict[str, str] | None = None,
    *,
    wrong: Invalid | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    items = queries.items(found.id)
    form = forms.of_task(found, tuple(item.text for item in items))
    today = as_of_day(request.workspace)
    told = [_told(change) for change in queries.history(found.id)]
    sent = given or {}
    context = {
        "active": "tasks",
        "task": found,
        "html": Markup(html_of(found.detail)),  # noqa: S704 - cleaned by nh3
        "items": items,
        "form": forms.posted(form, sent, wrong) if sent else form,
        "problem": problem or (wrong.message if wrong else ""),
        "theirs": status == 409,
        "editing": bool(request.GET.get("edit")) or "title" in sent,
        "may_work": request.member.may(Permission.WORK),
        "due": due_shown(found.due, today),
        "due_day": formats.day(found.due) if found.due else "",
        "due_tone": due_tone(found, today),
        "kept": kept(found, today),
        "repeats": repeats(found.repeat),
        "origin": _origin(request, found),
        "history": told,
        "work_types": forms.WORK_TYPES,
        "spent": " · ".join(
            part
            for part in (
                formats.seconds(found.minutes * 60) if found.minutes else "",
                found.work_type.label if found.work_type else "",
            )
            if part
        ),
        "made_on": formats.day(found.created_at),
    }
    return render(request, "tasks/task.html", context, status=status)


def _origin(request: TeamRequest, task: TaskView) -> tuple[str, str]:
    """Where it comes from, in words, and the page of that, where there is one."""
    said = ORIGINS.get(task.origin.kind, "")
    if task.origin.kind == "recurrence" and task.origin.key.isdecimal():
        return said, to(request, "workspace:task", task=int(task.origin.key))
    entry = task.origin.key.partition(":")[0]
    if task.origin.kind == "note" and entry.isdecimal() and task.account_id:
        return said, to(request, "workspace:account-entry", account=task.account_id, entry=int(entry))
    return (f"the template {task.origin.key}" if task.origin.kind == "template" else said), ""


def _told(change: ChangeView) -> dict[str, object]:
    words, icon = ACTIONS.get(change.action, (change.action, "circle-dot"))
    ticked = change.action in ("ticked", "unticked")
    title = Markup("<strong>{}</strong> {}").format(change.by or "Tenure", words)
    if ticked and change.changes:
        title += Markup(" “{}”").format(change.changes[0][2])
    lines = () if ticked else change.changes
    return {"title": title, "icon": icon, "at": change.at, "time": formats.moment(change.at), "lines": lines}


@page(Permission.WORK)
@require_POST
def endings(request: TeamRequest, task: int) -> HttpResponse:
    """POST `do`: done, perhaps with `minutes` and `work_type`; drop, with a `reason`; reopen."""
    given, found, by = request.POST, queries.task(task), request.member
    what, again = given.get("do", ""), to(request, "workspace:task-endings", task=task)
    try:
        if what == "reopen":
            actions.reopen(task, by=by)
            messages.success(request, f"“{found.title}” is open again.")
        elif what == "drop":
            actions.drop(task, reason=given.get("reason", ""), by=by)
            undo.tell(request, f"“{found.title}” is dropped.", action=again, do="reopen", back=back(request))
        else:
            spent = Spent(_minutes(given.get("minutes", "")), one_of(WorkType, given.get("work_type", "")))
            following = actions.finish(task, by=by, spent=spent)
            if following is None:
                undo.tell(request, f"“{found.title}” is done.", action=again, do="reopen", back=back(request))
            else:
                due = queries.task(following).due
                messages.success(request, f"“{found.title}” is done. The next one is due on {formats.day(due)}.")
    except Invalid as refusal:
        return _page(request, found, {"do": what, **given.dict()}, wrong=refusal, status=422)
    return redirect(back(request))


def _minutes(text: str) -> int | None:
    """What was typed; what is no number is refused by the action, as zero is."""
    text = text.strip()
    return (int(text) if text.isdecimal() and len(text) < 6 else 0) if text else None


@page(Permission.WORK)
@require_POST
def items(request: TeamRequest, task: int) -> HttpResponse:
    """POST `item` and `done` yes or no: tick a line of the checklist."""
    item = forms.member_of(request.POST.get("item", "")) or 0
    actions.tick(task, item=item, done=request.POST.get("done") != "no", by=request.member)
    return redirect(to(request, "workspace:task", task=task) + "#checklist")
