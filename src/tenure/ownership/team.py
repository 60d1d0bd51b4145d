"""Roles of owners, and pools: members who take accounts in a role, each up to her capacity."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.customers.contracts import CSM
from tenure.ownership.contracts import Capacity, PoolView, RoleView
from tenure.ownership.models import OwnerRole, Pool, PoolMember
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id

LONGEST_LABEL, LONGEST_NAME, MOST_MEMBERS = 40, 60, 500
READY = {
    CSM: "CSM", "ae": "Account executive", "onboarding": "Onboarding", "support": "Support", "manager": "Manager",
}  # fmt: skip
"""Roles that every workspace begins with."""


class PoolChanged(Conflict):
    """Somebody changed the pool since its form was opened."""

    code = "pool_changed"


def roles(*, retired: bool = False) -> list[RoleView]:
    """The roles, ready-made ones first; retired ones, last, only when asked for. One query."""
    said = {row.key: row for row in OwnerRole.objects.order_by("label", "id")}
    found = [
        RoleView(key, said[key].label, False, said[key].retired_at is not None)
        if key in said
        else RoleView(key, label, False)
        for key, label in READY.items()
    ]
    found += [RoleView(k, row.label, True, row.retired_at is not None) for k, row in said.items() if k not in READY]
    return sorted((each for each in found if retired or not each.retired), key=lambda each: each.retired)


def role_labels() -> dict[str, str]:
    """What each role is called, retired ones too. One query."""
    return {each.key: each.label for each in roles(retired=True)}


@transaction.atomic
def add_role(*, label: str, by: MemberView) -> str:
    """A role of the workspace's own; its key."""
    said = _label(label)
    key = slugify(said)[:LONGEST_LABEL]
    if not key or key in {each.key for each in roles(retired=True)} or _taken(said, but=""):
        raise Conflict(f"There is a role {said} already. Choose another name, or bring the retired one back.")
    OwnerRole.objects.create(key=key, label=said)
    record_audit(by=by, action="owner_role.added", object=f"role {said}")
    return key


@transaction.atomic
def rename_role(*, role: str, label: str, began: str, by: MemberView) -> None:
    """Call a role something else; `began` is what the form showed. Refuses where it is called otherwise by now."""
    now, said = _role(role), _label(label)
    if now.label == said:
        return
    if now.label != began:
        raise Conflict(f"Somebody renamed this role to {now.label} meanwhile. Nothing was written over.")
    if _taken(said, but=role):
        raise Conflict(f"There is a role {said} already. Choose another name.")
    OwnerRole.objects.update_or_create(key=role, defaults={"label": said})
    record_audit(
        by=by, action="owner_role.renamed", object=f"role {said}", before={"label": now.label}, after={"label": said}
    )


@transaction.atomic
def retire_role(*, role: str, by: MemberView, retired: bool = True) -> None:
    """Offer a role no more, or again; who owns accounts in it goes on to."""
    now = _role(role)
    if role == CSM and retired:
        raise Conflict(f"{now.label} is whom lists and scores call the owner: this role stays. Rename it if you like.")
    if now.retired == retired:
        return
    OwnerRole.objects.update_or_create(
        key=role, defaults={"retired_at": clock.now() if retired else None}, create_defaults={
            "label": now.label, "retired_at": clock.now() if retired else None,
        },
    )  # fmt: skip
    action = "owner_role.retired" if retired else "owner_role.brought_back"
    record_audit(by=by, action=action, object=f"role {now.label}")


def in_force(role: str) -> RoleView:
    """A role that is offered; refuses one that is not there, or retired."""
    found = _role(role)
    if found.retired:
        raise Invalid(f"The role {found.label} is retired. Bring it back, or choose another.")
    return found


def _role(role: str) -> RoleView:
    found = next((each for each in roles(retired=True) if each.key == role), None)
    if found is None:
        raise NotFound("There is no such role of owners.")
    return found


def _label(label: str) -> str:
    said = " ".join(label.split())
    if not 0 < len(said) <= LONGEST_LABEL:
        text = f"Give the role a name of at most {LONGEST_LABEL} characters."
        raise Invalid(text, [Problem(text, "label")])
    return said


def _taken(label: str, *, but: str) -> bool:
    return any(each.label.casefold() == label.casefold() and each.key != but for each in roles(retired=True))


def pools(*, retired: bool = False) -> list[PoolView]:
    """The pools by name with their members; retired ones, last, only when asked for. Two queries."""
    rows = Pool.objects.order_by("name", "id")
    if not retired:
        rows = rows.filter(retired_at=None)
    return sorted((_pool(row) for row in rows.prefetch_related("seats")), key=lambda each: each.retired)


def pool(pool: int) -> PoolView:
    """One of them; refuses with `NotFound`. Two queries."""
    row = Pool.objects.filter(pk=pool).prefetch_related("seats").first()
    if row is None:
        raise NotFound("There is no such pool.")
    return _pool(row)


def _pool(row: Pool) -> PoolView:
    seats = sorted(row.seats.all(), key=lambda each: each.pk)
    held = tuple(Capacity(each.member_id, each.most_accounts, each.most_mrr) for each in seats)
    return PoolView(row.pk, row.name, row.role, held, row.retired_at is not None, row.changed_at)


@transaction.atomic
def keep_pool(
    *, pool: int | None, name: str, role: str, seats: Sequence[Capacity], by: MemberView, began: str = ""
) -> int:
    """Make a pool, or change one whose form was opened at `began` (its `changed_at`, ISO 8601); its id. Refuses with
    `PoolChanged` where somebody has changed it since."""
    said = " ".join(name.split())
    in_force(role)
    _check(pool, said, seats)
    row = Pool() if pool is None else Pool.objects.select_for_update().filter(pk=pool).first()
    if row is None:
        raise NotFound("There is no such pool.")
    before = None if pool is None else _told(_pool(row))
    if pool is not None and row.changed_at.isoformat() != began:
        raise PoolChanged("Somebody changed this pool meanwhile. Nothing was written over: look, then save again.")
    row.name, row.role, row.changed_at = said, role, clock.now()
    row.save()
    held = {seat.member_id: seat for seat in PoolMember.objects.filter(pool=row)}
    PoolMember.objects.filter(pool=row).exclude(member__in=[each.member for each in seats]).delete()
    kept = [each for each in seats if each.member in held]
    for each in kept:
        held[each.member].most_accounts, held[each.member].most_mrr = each.accounts, each.mrr
    PoolMember.objects.bulk_update([held[each.member] for each in kept], ["most_accounts", "most_mrr"])
    PoolMember.objects.bulk_create(
        PoolMember(pool=row, member_id=each.member, most_accounts=each.accounts, most_mrr=each.mrr)
        for each in seats
        if each.member not in held
    )
    action = "pool.made" if pool is None else "pool.changed"
    record_audit(by=by, action=action, object=f"pool {said}", before=before, after=_told(_pool(row)))
    return row.pk


def _told(view: PoolView) -> dict[str, object]:
    return {
        "name": view.name, "role": view.role,
        "members": [{"member": each.member, "accounts": each.accounts, "mrr": each.mrr} for each in view.seats],
    }  # fmt: skip


def _check(pool: int | None, name: str, seats: Sequence[Capacity]) -> None:
    problems = []
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(Problem(f"Give the pool a name of at most {LONGEST_NAME} characters.", "name"))
    if Pool.objects.filter(name__iexact=name).exclude(pk=pool or 0).exists():
        problems.append(Problem(f"There is a pool {name} already.", "name"))
    known = members_by_id([each.member for each in seats])
    if len(seats) > MOST_MEMBERS:
        problems.append(Problem(f"A pool has at most {MOST_MEMBERS} members.", "members"))
    if len({each.member for each in seats}) < len(seats) or {each.member for each in seats} - known.keys():
        problems.append(Problem("Choose the members from the list, each once.", "members"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)


@transaction.atomic
def retire_pool(*, pool: int, by: MemberView, retired: bool = True) -> None:
    """Give it no more accounts, or some again. Its rules rest as long."""
    row = Pool.objects.select_for_update().filter(pk=pool).first()
    if row is None:
        raise NotFound("There is no such pool.")
    row.retired_at = clock.now() if retired else None
    row.save(update_fields=["retired_at"])
    record_audit(by=by, action="pool.retired" if retired else "pool.brought_back", object=f"pool {row.name}")
