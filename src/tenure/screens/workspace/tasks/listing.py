"""The list of tasks: whose, when they are due, of which kind, a page at a time; and changes to many of them."""

from collections.abc import Sequence
from typing import get_args

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.refusals import told
from tenure.screens.workspace.entries.completion import Option
from tenure.screens.workspace.tasks import forms
from tenure.screens.workspace.tasks.rows import groups, rows
from tenure.tasks import actions, queries
from tenure.tasks.contracts import Kind, TaskFilter, When
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day, team_ids

LIMIT = 50
SCOPES = (("mine", "Mine"), ("team", "My team's"), ("all", "Everybody's"))
WHENS: tuple[tuple[When | str, str], ...] = (
    ("", "Open"), ("overdue", "Overdue"), ("today", "Today"), ("week", "Seven days"), ("later", "Later"),
    ("undated", "No day"), ("done", "Finished"),
)  # fmt: skip


@page(Permission.VIEW)
def tasks(request: TeamRequest) -> HttpResponse:
    """The page. `?scope=` mine, team, all; `?when=`; `?kind=`."""
    where, scope, when = _asked(request)
    found = queries.tasks(where, cursor=request.GET.get("cursor"), limit=LIMIT)
    counts = queries.tally(where) if where.assignees is not None else {}
    may_work = request.member.may(Permission.WORK)
    context = {
        "active": "tasks",
        "main_class": "main-fill",
        "scopes": [(label, query(request, scope=key, cursor=None), key == scope) for key, label in SCOPES],
        "whens": [
            (label, query(request, when=key or None, cursor=None), key == when, counts.get(key)) for key, label in WHENS
        ],
        "scope": scope,
        "when": when,
        "kind": where.kind.value if where.kind else "",
        "kinds": (("", "Tasks and promises"), (Kind.TASK.value, "Tasks"), (Kind.PROMISE.value, "Promises")),
        "keep": [(name, request.GET[name]) for name in ("scope", "when", "as_of") if request.GET.get(name)],
        "groups": [] if where.done else groups(request, found.rows),
        "finished": rows(request, found.rows) if where.done else [],
        "shown": len(found.rows),
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "may_work": may_work,
        "assignees": forms.workers() if may_work and found.rows and not where.done else (),
        "back": request.get_full_path(),
        "past": request.as_of != where.today,
        "everything": query(request, scope="all", when=None, kind=None, cursor=None),
        "filtered": bool(when or where.kind),
    }
    return render(request, "tasks/list.html", context)


def _asked(request: TeamRequest) -> tuple[TaskFilter, str, str]:
    given = request.GET
    scope = given.get("scope", "mine")
    scope = scope if scope in dict(SCOPES) else "mine"
    when = given.get("when", "")
    known: tuple[When, ...] = get_args(When.__value__)
    assignees = {"mine": (request.member.id,), "all": None}.get(scope, team_ids(request.member))
    where = TaskFilter(
        today=as_of_day(request.workspace),
        assignees=assignees,
        when=next((each for each in known if each == when), None),
        kind=next((each for each in Kind if each == given.get("kind", "")), None),
        done=when == "done",
    )
    return where, scope, when if when in dict(WHENS) else ""


@page(Permission.WORK)
@require_POST
def changes(request: TeamRequest) -> HttpResponse:
    """POST `task` (several) and `do`: done; give, with `assignee`; postpone, with `due`."""
    chosen = _chosen(request.POST.getlist("task"))
    done = request.POST.get("do", "")
    if not chosen:
        messages.error(request, "Choose at least one task.")
    else:
        with told(request, Invalid):
            messages.success(request, _change(request, chosen, done))
    return redirect(back(request))


def _change(request: TeamRequest, chosen: Sequence[int], what: str) -> str:
    by = request.member
    if what == "give":
        changed = actions.reassign(chosen, to=forms.member_of(request.POST.get("assignee", "")), by=by)
        return f"{formats.count(changed, 'task')} given away."
    if what == "postpone":
        due = forms.day_of(request.POST.get("due", ""))
        if due is None:
            raise Invalid("Say to which day the tasks are postponed.")
        return f"{formats.count(actions.postpone(chosen, to=due, by=by), 'task')} moved to {formats.day(due)}."
    if what == "done":
        return f"{formats.count(actions.finish_all(chosen, by=by), 'task')} done."
    raise Invalid("Choose what to do with the tasks.")


def _chosen(given: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(int(each) for each in given if each.isdecimal() and len(each) < 19))


def back(request: TeamRequest) -> str:
    """Where somebody came from, said by the form; only pages of this workspace, else the list."""
    there = request.POST.get("back", "")
    return there if there.startswith(f"/w/{request.workspace.slug}/") else to(request, "workspace:tasks")


@page(Permission.VIEW)
def account_choices(request: TeamRequest) -> HttpResponse:
    """`?text=…` → accounts whose name or id contains it, for the field of a form."""
    text = request.GET.get("text", "")[:200]
    found = customers.find_accounts(text.strip(), limit=8) if text.strip() else []
    names = [row.name.casefold() for row in found]
    options = [
        Option(0, len(text), row.name if names.count(row.name.casefold()) == 1 else row.external_id, row.name,
               row.external_id)
        for row in found
    ]  # fmt: skip
    return render(request, "components/_completions.html", {"completions": options})
