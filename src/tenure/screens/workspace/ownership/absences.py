"""Absences: who is away when, and who covers."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Conflict, Invalid, Problem
from tenure.ownership import absences as domain
from tenure.ownership import handoffs, team
from tenure.ownership.contracts import AbsenceView
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.ownership.tabs import tabs
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day, members


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence in the list."""

    id: int
    name: str
    days: str
    length: str
    cover: str
    note: str
    now: bool
    end: str


@page(Permission.VIEW, writes=Permission.WORK)
def absences(request: TeamRequest) -> HttpResponse:
    """GET: who is away or will be. POST `member`, `first`, `last`, `cover`, `note`: one more."""
    if request.method != "POST":
        return _page(request, {})
    given = {name: request.POST.get(name, "") for name in ("member", "first", "last", "cover", "note")}
    kind, _, number = given["cover"].partition("-")
    try:
        domain.add_absence(
            member=_number(given["member"]) or request.member.id, first=_day(given["first"], "first"),
            last=_day(given["last"] or given["first"], "last"), note=given["note"], by=request.member,
            cover=_number(number) if kind == "member" else None, pool=_number(number) if kind == "pool" else None,
        )  # fmt: skip
    except Invalid as refusal:
        return _page(request, given, {each.where: each.message for each in refusal.problems}, refusal.status)
    except Conflict as refusal:
        return _page(request, given, {"first": refusal.message}, refusal.status)
    messages.success(request, "The absence is kept.")
    return redirect(to(request, "workspace:absences"))


@page(Permission.WORK)
@require_POST
def absence_ends(request: TeamRequest, absence: int) -> HttpResponse:
    """She is back, or stays after all."""
    domain.end_absence(absence=absence, by=request.member, on=as_of_day(request.workspace))
    return redirect(to(request, "workspace:absences"))


def _page(
    request: TeamRequest, given: dict[str, str], problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    manages = request.member.may(Permission.MANAGE_TEAM)
    everybody = members()
    active = [(str(each.id), each.label) for each in everybody if each.active]
    pools = team.pools(retired=True)
    names = {each.id: each.label for each in everybody}
    pool_names = {each.id: each.name for each in pools}
    today = as_of_day(request.workspace)
    covers = [("", "Nobody"), *((f"pool-{each.id}", f"Pool {each.name}") for each in pools if not each.retired)]
    context = {
        "active": "book",
        "tabs": tabs(request, "absences", waiting=len(handoffs.waiting_for(request.member.id))),
        "rows": [
            _row(request, each, names, pool_names, today, manages=manages) for each in domain.absences(since=today)
        ],
        "may_add": request.member.may(Permission.WORK),
        "members": active if manages else [],
        "covers": [*covers, *((f"member-{key}", label) for key, label in active)],
        "given": {"member": str(request.member.id), "first": "", "last": "", "cover": "", "note": "", **given},
        "problems": dict.fromkeys(("member", "first", "last", "cover", "note"), "") | (problems or {}),
    }
    return render(request, "ownership/absences.html", context, status=status)


def _row(
    request: TeamRequest, each: AbsenceView, names: dict[int, str], pools: dict[int, str], today: date, *, manages: bool
) -> AbsenceRow:
    mine = each.member == request.member.id and request.member.may(Permission.WORK)
    cover = names.get(each.cover, "") if each.cover else f"Pool {pools[each.pool]}" if each.pool else ""
    return AbsenceRow(
        id=each.id,
        name=names[each.member],
        days=formats.day(each.first) + (f" – {formats.day(each.last)}" if each.last != each.first else ""),
        length=formats.count((each.last - each.first).days + 1, "day"),
        cover=cover,
        note=each.note,
        now=each.on(today),
        end=to(request, "workspace:absence-ends", absence=each.id) if mine or manages else "",
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = "Give a day, such as 2026-01-31."
        raise Invalid(said, [Problem(said, where)]) from None
