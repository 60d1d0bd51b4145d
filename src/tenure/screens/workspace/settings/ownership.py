"""Settings · Roles and pools: what members are to accounts, and who takes accounts in a role up to which capacity."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.money import Money
from tenure.base.refusals import Conflict, Invalid, Problem
from tenure.customers.contracts import CSM
from tenure.ownership import team
from tenure.ownership.contracts import Capacity, PoolView
from tenure.ownership.team import PoolChanged
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members

LARGEST_ACCOUNTS, LARGEST_MONEY = 1_000_000, 10**13


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool in the list."""

    id: int
    name: str
    role: str
    members: str
    capacity: str
    retired: bool


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A member in a pool's form: whether she is in it, and her capacity as it is typed."""

    id: int
    name: str
    inside: bool
    accounts: str
    mrr: str


@page(Permission.VIEW)
@require_GET
def ownership(request: TeamRequest) -> HttpResponse:
    """Roles and pools."""
    return _page(request)


@page(Permission.CONFIGURE)
@require_POST
def owner_roles(request: TeamRequest) -> HttpResponse:
    """Add the role `label`."""
    try:
        team.add_role(label=request.POST.get("label", ""), by=request.member)
    except (Invalid, Conflict) as refusal:
        return _page(request, label=request.POST.get("label", ""), problem=refusal.message, status=refusal.status)
    return redirect(to(request, "workspace:ownership-settings"))


@page(Permission.CONFIGURE)
def owner_role(request: TeamRequest, owner_role: str) -> HttpResponse:
    """The form of a role's name. POST: `label` with `began`, or `retired` yes or no."""
    known = {each.key: each for each in team.roles(retired=True)}
    if owner_role not in known:
        team.in_force(owner_role)
    view, problem, status = known[owner_role], "", 200
    label = view.label
    if request.method == "POST":
        given = request.POST
        label = given.get("label", "")
        try:
            if "retired" in given:
                team.retire_role(role=owner_role, retired=given["retired"] != "no", by=request.member)
            else:
                team.rename_role(role=owner_role, label=label, began=given.get("began", ""), by=request.member)
        except (Invalid, Conflict) as refusal:
            problem, status = refusal.message, refusal.status
        else:
            return redirect(to(request, "workspace:ownership-settings"))
    context = {"section": "ownership", "role": view, "label": label, "problem": problem, "stays": owner_role == CSM}
    return render(request, "workspace/settings/owner_role.html", context, status=status)


@page(Permission.CONFIGURE)
def pool_new(request: TeamRequest) -> HttpResponse:
    """The form of a new pool; POST: make it."""
    return _pool(request, None)


@page(Permission.CONFIGURE)
def pool(request: TeamRequest, pool: int) -> HttpResponse:
    """A pool's form; POST: change it."""
    return _pool(request, team.pool(pool))


@page(Permission.CONFIGURE)
@require_POST
def pool_retirements(request: TeamRequest, pool: int) -> HttpResponse:
    """POST `retired` yes or no."""
    team.retire_pool(pool=pool, retired=request.POST.get("retired") != "no", by=request.member)
    return redirect(to(request, "workspace:ownership-settings"))


def _page(request: TeamRequest, *, label: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    labels = team.role_labels()
    names = {each.id: each.label for each in members()}
    context = {
        "section": "ownership",
        "roles": team.roles(retired=True),
        "pools": [_row(each, labels, names) for each in team.pools(retired=True)],
        "label": label,
        "problem": problem,
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/ownership.html", context, status=status)


def _row(each: PoolView, labels: dict[str, str], names: dict[int, str]) -> PoolRow:
    inside = [names[seat.member] for seat in each.seats if seat.member in names]
    rest = len(inside) - 3
    limits = [seat.accounts for seat in each.seats]
    capacity = formats.count(sum(limit or 0 for limit in limits), "account") if limits and all(limits) else "No limit"
    return PoolRow(
        each.id, each.name, labels.get(each.role, each.role),
        ", ".join(inside[:3]) + (f" and {rest} more" if rest > 0 else ""), capacity if limits else "", each.retired,
    )  # fmt: skip


def _pool(request: TeamRequest, view: PoolView | None) -> HttpResponse:
    currency = request.workspace.currency
    name, role, began = "", CSM, ""
    seats = {seat.member: seat for seat in view.seats} if view else {}
    if view:
        name, role, began = view.name, view.role, view.changed_at.isoformat() if view.changed_at else ""
    typed = {each: (str(seat.accounts or ""), _typed(seat.mrr, currency)) for each, seat in seats.items()}
    problems = dict.fromkeys(("name", "members", "pool"), "")
    status = 200
    if request.method == "POST":
        given = request.POST
        name, role = given.get("name", ""), given.get("role", "")
        typed = _typed_in(given)
        try:
            kept = team.keep_pool(
                pool=view.id if view else None, name=name, role=role, seats=_seats(typed, currency),
                began=given.get("began", ""), by=request.member,
            )  # fmt: skip
        except Invalid as refusal:
            problems |= {each.where: each.message for each in refusal.problems} or {"pool": refusal.message}
            status = refusal.status
        except PoolChanged as refusal:
            problems["pool"], status = refusal.message, refusal.status
        else:
            messages.success(request, f"The pool {team.pool(kept).name} is kept.")
            return redirect(to(request, "workspace:ownership-settings"))
    context = {
        "section": "ownership",
        "pool": view,
        "name": name,
        "role": role,
        "began": began,
        "roles": [(each.key, each.label) for each in team.roles()],
        "seats": [
            SeatRow(each.id, each.label, each.id in typed, *typed.get(each.id, ("", "")))
            for each in members(active_only=True)
        ],
        "problems": problems,
    }
    return render(request, "workspace/settings/pool.html", context, status=status)


def _typed(mrr: int | None, currency: str) -> str:
    return "" if mrr is None else f"{Money(mrr, currency).major:f}".removesuffix(".00")


def _typed_in(given: QueryDict) -> dict[int, tuple[str, str]]:
    """The members that are ticked, with what is typed beside them."""
    ids = [int(each) for each in given.getlist("member") if each.isdecimal() and len(each) < 18]
    return {each: (given.get(f"accounts-{each}", "").strip(), given.get(f"mrr-{each}", "").strip()) for each in ids}


def _seats(typed: dict[int, tuple[str, str]], currency: str) -> list[Capacity]:
    return [
        Capacity(member, _whole(accounts, LARGEST_ACCOUNTS), _minor(mrr, currency))
        for member, (accounts, mrr) in typed.items()
    ]


def _minor(text: str, currency: str) -> int | None:
    major = _whole(text, LARGEST_MONEY)
    return None if major is None else Money.of(major, currency).minor


def _whole(text: str, largest: int) -> int | None:
    """A whole number, thousands perhaps set apart; None for nothing."""
    if not text:
        return None
    plain = text.replace(",", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not (plain.isascii() and plain.isdecimal()) or int(plain[:20]) > largest:
        problem = Problem(f"“{text[:40]}” is not a capacity. Write a whole number, or nothing for no limit.", "members")
        raise Invalid(problem.message, [problem])
    return int(plain)
