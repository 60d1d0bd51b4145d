"""One handoff: what it waits for, what was promised, the handover note, and what the new owner has to know."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid
from tenure.customers import queries as customers
from tenure.ownership import handoffs as domain
from tenure.ownership import team
from tenure.ownership.contracts import Check, ItemView, State
from tenure.ownership.handoffs import Opened
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import Head, MovedAway, opened
from tenure.screens.workspace.accounts.items import Item
from tenure.screens.workspace.entries.cards import card_of, item_of
from tenure.screens.workspace.ownership.tabs import STATES, names
from tenure.tasks import queries as tasks
from tenure.tasks.contracts import TaskView
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day
from tenure.work import queries as work
from tenure.work.contracts import EntryView

ENTRIES = 5


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the checklist; `ticks` whether the member ticks it by hand, `said` who did or how it is seen."""

    id: int
    label: str
    required: bool
    done: bool
    ticks: bool
    said: str


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise; `seen` whether the new owner has read it."""

    id: int
    title: str
    detail: str
    due: str
    late: bool
    by: str
    to: str
    seen: bool


@dataclass(frozen=True, slots=True)
class May:
    """What the member may do with the handoff now."""

    tick: bool
    see: bool
    accept: bool
    complete: bool
    override: bool
    give_back: bool
    withdraw: bool
    again: bool


@page(Permission.VIEW)
@require_GET
def handoff(request: TeamRequest, handoff: int) -> HttpResponse:
    """The page."""
    return _page(request, handoff)


@page(Permission.WORK)
@require_POST
def checks(request: TeamRequest, handoff: int) -> HttpResponse:
    """POST `item` and `done` yes or no."""
    item = request.POST.get("item", "")
    domain.tick(
        handoff=handoff, item=int(item) if item.isdecimal() and len(item) < 18 else 0,
        done=request.POST.get("done") != "no", by=request.member,
    )  # fmt: skip
    return _back(request, handoff)


@page(Permission.WORK)
@require_POST
def promises(request: TeamRequest, handoff: int) -> HttpResponse:
    """POST `promise`: the new owner has read it."""
    task = request.POST.get("promise", "")
    domain.see_promise(handoff=handoff, task=int(task) if task.isdecimal() and len(task) < 18 else 0, by=request.member)
    return _back(request, handoff, "#promises")


@page(Permission.WORK)
@require_POST
def acceptances(request: TeamRequest, handoff: int) -> HttpResponse:
    """The new owner takes it."""
    try:
        done = domain.accept(handoff=handoff, by=request.member, on=as_of_day(request.workspace))
    except Conflict as refusal:
        return _page(request, handoff, problem=refusal)
    messages.success(request, "The account is yours now." if done else "Accepted. The checklist is still to be done.")
    return _back(request, handoff)


@page(Permission.WORK)
@require_POST
def returns(request: TeamRequest, handoff: int) -> HttpResponse:
    """POST `reason`: the new owner does not take it as it is."""
    try:
        domain.give_back(handoff=handoff, reason=request.POST.get("reason", ""), by=request.member)
    except (Invalid, Conflict) as refusal:
        return _page(request, handoff, problem=refusal)
    messages.success(request, "Returned. Who hands over sees the reason.")
    return _back(request, handoff)


@page(Permission.WORK)
@require_POST
def proposals(request: TeamRequest, handoff: int) -> HttpResponse:
    """POST `note`: propose a returned one again."""
    domain.propose_again(handoff=handoff, note=request.POST.get("note", ""), by=request.member)
    return _back(request, handoff)


@page(Permission.WORK)
@require_POST
def withdrawals(request: TeamRequest, handoff: int) -> HttpResponse:
    """It does not take place."""
    domain.withdraw(handoff=handoff, by=request.member)
    messages.success(request, "Withdrawn. Everything stays as it was.")
    return _back(request, handoff)


@page(Permission.WORK)
@require_POST
def completions(request: TeamRequest, handoff: int) -> HttpResponse:
    """Give the account to the new owner; POST `override`: without waiting for what is missing, and why."""
    try:
        domain.complete(
            handoff=handoff, by=request.member, on=as_of_day(request.workspace),
            override=request.POST.get("override", ""),
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        return _page(request, handoff, problem=refusal)
    messages.success(request, "Done. The account has its new owner.")
    return _back(request, handoff)


def _back(request: TeamRequest, handoff: int, at: str = "") -> HttpResponse:
    return redirect(to(request, "workspace:handoff", handoff=handoff) + at)


def _page(request: TeamRequest, handoff: int, *, problem: Invalid | Conflict | None = None) -> HttpResponse:
    found = domain.handoff(handoff)
    view = found.view
    known = names([view.giver, view.taker, view.proposed_by, view.done_by])
    labels = team.role_labels()
    state, tone = STATES[view.state]
    now = clock.now() + timedelta(minutes=5)
    latest, contact = work.latest(view.account, before=(max(now, _end(request)), ""), limit=ENTRIES)
    last_contact = [contact] if contact and contact not in latest else []
    context = {
        "active": "book",
        "handoff": view,
        "account": customers.account_header(view.account).account,
        "role": labels.get(view.role, view.role),
        "giver": known[view.giver],
        "taker": known[view.taker],
        "proposed": f"{known[view.proposed_by]} proposed it on {formats.day(view.proposed_at)}",
        "state": state,
        "tone": tone,
        "ended": _ended(found, known),
        "items": [_item(each) for each in found.items],
        "waits": found.waits,
        "may": _may(request, found),
        "promises": [_promise(request, found, each) for each in found.promises],
        "note": card_of(request, view.account, found.note) if found.note else None,
        "note_by": found.note.author if found.note else "",
        "entries": _entries(request, view.account, [*latest, *last_contact]),
        "head": _head(request, view.account),
        "open_tasks": len(tasks.open_of_account(view.account)) - len(found.promises),
        "problem": problem.message if problem else "",
        "write_href": to(request, "workspace:account-entry-new", account=view.account)
        if request.member.may(Permission.WRITE_NOTES)
        else "",
    }
    return render(request, "ownership/handoff.html", context, status=problem.status if problem else 200)


def _end(request: TeamRequest) -> datetime:
    day = request.as_of
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)


def _head(request: TeamRequest, account: int) -> Head | None:
    """Health and figures now; None of an account that is part of another."""
    try:
        return opened(request, account, "overview").head
    except MovedAway:
        return None


def _entries(request: TeamRequest, account: int, found: list[EntryView]) -> list[tuple[str, Item]]:
    return [(formats.day(each.happened_at), item_of(request, account, each)) for each in found if not each.pinned]


def _ended(found: Opened, known: dict[int, str]) -> str:
    view = found.view
    if view.state is State.DONE:
        moved = f", with {formats.count(view.tasks_moved, 'open task')}" if view.tasks_moved else ""
        return f"{known.get(view.done_by or 0, '')} completed it on {formats.day(view.done_at)}{moved}."
    if view.state is State.WITHDRAWN:
        return f"{known.get(view.done_by or 0, '')} withdrew it on {formats.day(view.done_at)}. Nothing was changed."
    return ""


def _item(each: ItemView) -> ItemRow:
    by_hand = each.check is Check.HAND
    said = f"{each.done_by}, {formats.short_day(each.done_at)}" if each.done_by else ""
    if not by_hand:
        said = "Seen in the data" if each.done else each.check.label
    return ItemRow(each.id, each.label, each.required, each.done, by_hand, said)


def _promise(request: TeamRequest, found: Opened, each: TaskView) -> PromiseRow:
    return PromiseRow(
        id=each.id,
        title=each.title,
        detail=each.detail,
        due=formats.day(each.due) if each.due else "No day",
        late=each.due is not None and each.due < request.as_of,
        by=each.assignee or each.created_by,
        to=each.promised_to,
        seen=each.id in found.seen,
    )


def _may(request: TeamRequest, found: Opened) -> May:
    me, view = request.member, found.view
    works, manages = me.may(Permission.WORK), me.may(Permission.MANAGE_TEAM)
    gives = works and (me.id in (view.giver, view.proposed_by) or manages)
    takes = works and me.id == view.taker
    under_way = view.state in (State.PROPOSED, State.ACCEPTED)
    return May(
        tick=view.state.open and (gives or takes),
        see=view.state.open and takes,
        accept=view.state is State.PROPOSED and takes,
        complete=view.state is State.ACCEPTED and not found.waits and (gives or takes),
        override=under_way and bool(found.waits) and manages,
        give_back=under_way and takes,
        withdraw=view.state.open and gives,
        again=view.state is State.RETURNED and gives,
    )
