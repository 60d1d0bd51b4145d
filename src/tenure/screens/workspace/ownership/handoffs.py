"""Handoffs: those under way and those that are over, and proposing one, for an account or for many."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tenure.base.refusals import Conflict, Invalid
from tenure.customers.contracts import CSM
from tenure.customers.queries import accounts_by_ids, owners_among
from tenure.ownership import checklist, team
from tenure.ownership import handoffs as domain
from tenure.ownership.contracts import HandoffView
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to, with_query
from tenure.screens.workspace.changes import chosen as choice
from tenure.screens.workspace.ownership.tabs import STATES, names, tabs
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members

SHOWN = (("waiting", "For me"), ("mine", "Mine"), ("open", "All under way"), ("over", "Over"))


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """A handoff in a list."""

    href: str
    account: str
    role: str
    giver: str
    taker: str
    state: str
    tone: str
    on: str
    said: str


@page(Permission.VIEW)
@require_GET
def handoffs(request: TeamRequest) -> HttpResponse:
    """Those that wait for the member, hers, all under way, or those that are over."""
    waiting = domain.waiting_for(request.member.id)
    asked = request.GET.get("show", "")
    show = asked if asked in dict(SHOWN) else "waiting" if waiting else "open"
    found, more = waiting, None
    if show != "waiting":
        found, more = domain.handoffs(
            member=request.member.id if show == "mine" else None, done=show == "over",
            cursor=request.GET.get("cursor"),
        )  # fmt: skip
    context = {
        "active": "book",
        "tabs": tabs(request, "handoffs", waiting=len(waiting)),
        "shown": [(label, query(request, show=key, cursor=None), key == show) for key, label in SHOWN],
        "show": show,
        "rows": rows(request, found),
        "next": query(request, cursor=more) if more else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
    }
    return render(request, "ownership/handoffs.html", context)


def rows(request: TeamRequest, found: list[HandoffView]) -> list[HandoffRow]:
    """Handoffs for a list. Three queries."""
    accounts = accounts_by_ids([each.account for each in found])
    known = names([*(each.giver for each in found), *(each.taker for each in found)])
    labels = team.role_labels()
    return [
        HandoffRow(
            href=to(request, "workspace:handoff", handoff=each.id),
            account=accounts[each.account].name,
            role=labels.get(each.role, each.role),
            giver=known[each.giver],
            taker=known[each.taker],
            state=STATES[each.state][0],
            tone=STATES[each.state][1],
            on=formats.short_day(each.done_at or each.proposed_at),
            said=each.returned_reason if each.state == "returned" else each.note,
        )
        for each in found
        if each.account in accounts
    ]


@page(Permission.EDIT_ACCOUNTS)
def handoff_new(request: TeamRequest) -> HttpResponse:
    """Choose who takes the accounts over, in which role. POST: propose it."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = choice.chosen(request, given)
    role = given.get("role", CSM)
    problems = dict.fromkeys(("taker", "giver", "note", "handoff"), "")
    status = 200
    if request.method == "POST":
        try:
            made = domain.propose(
                accounts=chosen.accounts, taker=_number(given.get("taker", "")) or 0, by=request.member, role=role,
                note=given.get("note", ""), giver=_number(given.get("giver", "")),
            )  # fmt: skip
        except (Invalid, Conflict) as refusal:
            problems |= {each.where: each.message for each in refusal.problems} or {"handoff": refusal.message}
            status = refusal.status
        else:
            if len(made) == 1:
                return redirect(to(request, "workspace:handoff", handoff=made[0]))
            messages.success(request, f"{formats.count(len(made), 'handoff')} are proposed.")
            return redirect(with_query(request, "workspace:handoffs", show="mine"))
    total = len(chosen.accounts)
    ids = list(chosen.accounts[: domain.MOST_AT_ONCE])
    accounts, held = accounts_by_ids(ids), owners_among(set(ids), role=role)
    known = names(held.values())
    taking = [each for each in members(active_only=True) if each.may(Permission.WORK)]
    context = {
        "active": "book",
        "total": total,
        "most": domain.MOST_AT_ONCE,
        "accounts": [
            (accounts[each].name, to(request, "workspace:account", account=each), known.get(held.get(each, 0), ""))
            for each in ids
            if each in accounts
        ],
        "nobody": any(each not in held for each in ids),
        "keep": chosen.pairs,
        "roles": [(each.key, each.label) for each in team.roles()],
        "role": role,
        "takers": [("", "Choose…"), *((str(each.id), each.label) for each in taking)],
        "givers": [
            ("", "Who sold it, else you"),
            *((str(e.id), e.label) for e in taking if e != request.member),
        ],
        "given": {name: given.get(name, "") for name in ("taker", "giver", "note")},
        "items": checklist.template(),
        "problems": problems,
    }
    return render(request, "ownership/handoff_new.html", context, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
