"""One change to many accounts: choose, look at what it does, confirm; how far it is, what was refused, undo."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tenure.base import tenancy
from tenure.base.refusals import Invalid
from tenure.base.spreadsheets import harmless
from tenure.changes import actions, queries
from tenure.changes.actions import OtherAccounts
from tenure.changes.contracts import ChangeView, Preview, Refused
from tenure.ownership.handoffs import MOST_AT_ONCE
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts.saved import address
from tenure.screens.workspace.changes import chosen as choice
from tenure.screens.workspace.changes.chosen import Chosen
from tenure.screens.workspace.changes.wanted import Wanted, wanted
from tenure.tenants.contracts import Permission

STATES = {
    "changing": ("Under way", "accent"),
    "done": ("Done", "good"),
    "undoing": ("Being undone", "accent"),
    "undone": ("Undone", "unknown"),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change set, finished. `counts` are (number, what)."""

    title: str
    href: str
    state: str
    tone: str
    by: str
    at: str
    progress: int
    counts: tuple[tuple[str, str], ...]


@page(Permission.EDIT_ACCOUNTS)
@require_GET
def change_new(request: TeamRequest) -> HttpResponse:
    """Choose what to change and to what; with that chosen, what would change."""
    return _preview(request, choice.chosen(request, request.GET), wanted(request.GET))


@page(Permission.EDIT_ACCOUNTS)
def changes(request: TeamRequest) -> HttpResponse:
    """GET: the changes so far. POST: make the one that was previewed, unless the accounts are others by now."""
    if request.method == "POST":
        return _make(request)
    found = queries.changes(cursor=request.GET.get("cursor"))
    context = {
        "active": "accounts",
        "rows": [_row(request, each) for each in found.changes],
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
    }
    return render(request, "changes/list.html", context)


def _make(request: TeamRequest) -> HttpResponse:
    chosen, asked = choice.chosen(request, request.POST), wanted(request.POST)
    edit = asked.edit(chosen.accounts, request.as_of)
    if edit is None:
        return _preview(request, chosen, asked)
    try:
        made = actions.change_accounts(
            accounts=chosen.accounts, edit=edit, mark=request.POST.get("mark", ""), by=request.member,
            on=request.as_of,
        )  # fmt: skip
    except OtherAccounts:
        before = request.POST.get("total", "")
        return _preview(request, chosen, asked, before=int(before[:9]) if before.isdecimal() else None, moved=True)
    return redirect(to(request, "workspace:account-change", change=made))


def _preview(
    request: TeamRequest, chosen: Chosen, asked: Wanted, *, before: int | None = None, moved: bool = False
) -> HttpResponse:
    """The choice, with the preview where enough is chosen. `before` is how many accounts an earlier one was of."""
    found, problem, status = None, "", 409 if moved else 200
    if edit := asked.edit(chosen.accounts, request.as_of):
        try:
            found = queries.preview(chosen.accounts, edit, shown=chosen.shown)
        except Invalid as wrong:
            problem, status = (wrong.problems[0].message if wrong.problems else wrong.message), 422
    total = len(chosen.accounts)
    context = {
        "active": "accounts",
        "total": total,
        "whole": chosen.whole,
        "preview": found,
        "refused": _refused(found) if found else (),
        "before": _before(found, "nobody" if asked.of_owner else "nothing") if found else "",
        "more": total - len(found.examples) if found else 0,
        "wanted": asked,
        "problem": problem,
        "keep": chosen.pairs,
        "back": address(request, chosen.wanted, None),
        "hand_over": f"{to(request, 'workspace:handoff-new').partition('?')[0]}?{urlencode(chosen.pairs)}"
        if asked.of_owner and total <= MOST_AT_ONCE
        else "",
        "moved": _moved(total, before) if moved else "",
    }
    return render(request, "changes/new.html", context, status=status)


def _before(found: Preview, none: str) -> str:
    """What those have now that change, the commonest first."""
    said = ", ".join(f"{value or none} ({formats.number(number)})" for value, number in found.before)
    others = found.changed - sum(number for _, number in found.before)
    return f"{said}{f' and other values ({formats.number(others)})' if others else ''}"


def _refused(found: Preview) -> tuple[str, ...]:
    return tuple(f"{formats.count(number, 'account')}: {reason}" for reason, number in found.refused.items())


def _moved(now: int, before: int | None) -> str:
    if before is None or before == now:
        return "Other accounts are meant now than when you looked. Nothing was changed: look again, then confirm."
    return (
        f"It was {formats.count(before, 'account')} when you looked, and is {formats.number(now)} now. "
        "Nothing was changed: look again, then confirm."
    )


@never_cache
@page(Permission.EDIT_ACCOUNTS)
@require_GET
def change(request: TeamRequest, change: int) -> HttpResponse:
    """What became of a change; while something works on it the page asks again every second."""
    view = queries.change(change)
    left = queries.refused(change) if view.refused or view.kept else ()
    context = {
        "active": "accounts",
        "change": view,
        "row": _row(request, view),
        "doing": "Taking the change back" if view.status == "undoing" else "Changing the accounts",
        "refused": [(each, to(request, "workspace:account", account=each.account)) for each in left],
        "not_changed": view.refused + view.kept,
        "undo": to(request, "workspace:account-change-undoings", change=change) if _undoable(view) else "",
        "resume": to(request, "workspace:account-change-resumptions", change=change) if view.died else "",
        "file": to(request, "workspace:account-change-refusals", change=change)
        if request.member.may(Permission.EXPORT)
        else "",
    }
    return render(request, "changes/change.html", context)


def _undoable(view: ChangeView) -> bool:
    return view.status == "done" and view.changed > 0


@page(Permission.EDIT_ACCOUNTS)
@require_POST
def undoings(request: TeamRequest, change: int) -> HttpResponse:
    """Give the accounts back what they had."""
    actions.undo_change(change=change, by=request.member, on=request.as_of)
    return redirect(to(request, "workspace:account-change", change=change))


@page(Permission.EDIT_ACCOUNTS)
@require_POST
def resumptions(request: TeamRequest, change: int) -> HttpResponse:
    """Go on with a change whose work stopped."""
    actions.go_on(change=change)
    messages.success(request, "It goes on where it stopped.")
    return redirect(to(request, "workspace:account-change", change=change))


@page(Permission.EXPORT)
@require_GET
def refusals(request: TeamRequest, change: int) -> StreamingHttpResponse:
    """The accounts that were not changed, with the reason of each, as CSV."""
    queries.change(change)
    return StreamingHttpResponse(
        _lines(request.workspace.id, queries.every_refused(change)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="not-changed-{change}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(workspace: int, found: Iterator[Refused]) -> Iterator[str]:
    """The file line by line. It is sent after the view has left its workspace: each line enters it again."""
    yield "\ufeff" + _line("Id", "Name", "Reason")
    while True:
        with tenancy.workspace(workspace):
            each = next(found, None)
        if each is None:
            return
        yield _line(each.external_id, each.name, each.reason)


def _line(*cells: str) -> str:
    made = io.StringIO()
    csv.writer(made).writerow([harmless(cell) for cell in cells])
    return made.getvalue()


def _row(request: TeamRequest, view: ChangeView) -> ChangeRow:
    state, tone = ("Stopped", "bad") if view.died else STATES[view.status]
    counts = [
        (view.changed, "changed"), (view.same, "had it already"), (view.refused, "refused"), (view.undone, "undone"),
        (view.kept, "kept when it was undone"),
    ]  # fmt: skip
    done = view.undone + view.kept if view.status == "undoing" else view.done
    total = view.changed if view.status == "undoing" else view.total
    return ChangeRow(
        title=f"{formats.count(view.total, 'account')}: {view.title}",
        href=reverse("workspace:account-change", kwargs={"slug": request.workspace.slug, "change": view.id}),
        state=state,
        tone=tone,
        by=view.by,
        at=formats.moment(view.made_at.astimezone(ZoneInfo(request.workspace.timezone))),
        progress=done * 100 // total if total else 100,
        counts=tuple((formats.number(number), what) for number, what in counts if number or what == "changed"),
    )
