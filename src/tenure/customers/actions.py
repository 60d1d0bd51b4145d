"""Writes to customers. Bulk verbs serve imports and the drain; single verbs serve people and are audited."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import batched

from django.db import transaction

from tenure.base import clock, outbox, tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.customers import bulk, rules
from tenure.customers.aliases import effective_tree
from tenure.customers.contracts import (
    CSM,
    AccountUpsert,
    LinkResult,
    Outcome,
    OwnerChanged,
    OwnerLink,
    ParentRefused,
    PersonLink,
    PersonUpsert,
    UpsertResult,
)
from tenure.customers.merging import merge_accounts as merge_accounts  # noqa: PLC0414
from tenure.customers.merging import merge_people as merge_people  # noqa: PLC0414
from tenure.customers.merging import undo_merge as undo_merge  # noqa: PLC0414
from tenure.customers.models import Account, OwnerAssignment, PersonAccount
from tenure.customers.owning import change_owners as change_owners  # noqa: PLC0414
from tenure.customers.queries import account_ids, merged
from tenure.customers.saying import say_role as say_role  # noqa: PLC0414
from tenure.customers.saying import take_role_back as take_role_back  # noqa: PLC0414
from tenure.customers.traits import OTHERWISE as OTHERWISE  # noqa: PLC0414
from tenure.customers.traits import change_trait as change_trait  # noqa: PLC0414
from tenure.customers.traits import touch as touch  # noqa: PLC0414
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id

LONGEST_NAME = 200


class ParentCycle(Conflict):
    """The account would become its own ancestor."""

    code = "parent_cycle"


class EditedMeanwhile(Conflict):
    """What an edit began from is no longer what stands: somebody else changed it. `now` is what stands, in words."""

    code = "edited_meanwhile"

    def __init__(self, message: str, now: str) -> None:
        super().__init__(message)
        self.now = now


def upsert_accounts(rows: Sequence[AccountUpsert], *, source: str = "", also: bulk.Also | None = None) -> UpsertResult:
    """Create and update accounts by external id, in chunks of at most 1,000 rows, each its own transaction.

    A row that changes nothing writes nothing. Parents are set last, so a parent may come after its child;
    one that is unknown or would close a cycle is refused and told, and the rest stands. `source` is kept
    with the traits that are seen for the first time. `also` is told of changed traits inside their transaction.
    """
    tally = bulk.upsert(bulk.ACCOUNTS, rows, source=source, also=also)
    tenancy.forget()
    moved, refused = _set_parents(rows, tally.ids)
    outcomes = _with_moves(tally.outcomes, moved)
    return replace(_result(tally, outcomes), parents_refused=refused)


def upsert_people(rows: Sequence[PersonUpsert], *, source: str = "", also: bulk.Also | None = None) -> UpsertResult:
    """Create and update people by external id, in chunks of at most 1,000 rows, each its own transaction.

    `also` is told of changed traits inside their transaction.
    """
    tally = bulk.upsert(bulk.PEOPLE, rows, source=source, also=also)
    tenancy.forget()
    return _result(tally, tally.outcomes)


def link_people(links: Sequence[PersonLink]) -> LinkResult:
    """Put people into accounts, in chunks of at most 1,000. None leaves role, since and until as they are."""
    outcomes: list[Outcome] = []
    for chunk in batched(links, bulk.CHUNK):
        with transaction.atomic():
            outcomes += _link(chunk)
    return _linked(outcomes)


def assign_owners(links: Sequence[OwnerLink]) -> LinkResult:
    """Take owners over from a source, in chunks of at most 1,000; who owned the role before ends that day."""
    outcomes: list[Outcome] = []
    for chunk in batched(links, bulk.CHUNK):
        with transaction.atomic():
            outcomes += _take_over(chunk)
    return _linked(outcomes)


@transaction.atomic
def assign_owner(*, account: int, member: int, by: MemberView, on: date, role: str = CSM) -> None:
    """Give the account an owner in a role from `on`; the one before ends there. The same owner again is nothing."""
    row = _locked_account(account)
    found = members_by_id([member]).get(member)
    if found is None:
        raise NotFound("There is no such member. Choose an owner from the list.")
    if not found.active:
        raise Conflict(f"{found.label} has left the team. Choose somebody who is active.")
    before = _open_assignment(account, role)
    if before is not None and before.member_id == member:
        return
    if before is not None:
        _end(before, on)
    OwnerAssignment.objects.create(account_id=account, role=role, member_id=member, since=on)
    _owner_changed(row, role=role, before=before.member_id if before else None, after=member, by=by)


@transaction.atomic
def release_owner(*, account: int, by: MemberView, on: date, role: str = CSM) -> None:
    """Leave the account without an owner in a role from `on`; without one already it is nothing."""
    row = _locked_account(account)
    before = _open_assignment(account, role)
    if before is None:
        return
    _end(before, on)
    _owner_changed(row, role=role, before=before.member_id, after=None, by=by)


@transaction.atomic
def rename_account(*, account: int, name: str, began: str, by: MemberView) -> None:
    """Give the account another name, by a member who saw `began`; refuses with `EditedMeanwhile` where another name
    stands by now, unless it is the one that is wanted. A source that sends a name for it later writes over this one."""
    row = _locked_account(account)
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        said = f"expected a name of at most {LONGEST_NAME} characters"
        raise Invalid(f"The account keeps its name: {said}.", [Problem(said, "name")])
    if row.name == wanted:
        return
    if row.name != began:
        raise EditedMeanwhile("Somebody changed the name meanwhile. Nothing was written over.", row.name)
    before, row.name, row.changed_at = row.name, wanted, clock.now()
    row.save(update_fields=["name", "changed_at"])
    record_audit(by=by, action="account.renamed", object=str(row), before={"name": before}, after={"name": wanted})


@transaction.atomic
def change_owner(
    *, account: int, member: int | None, began: int | None, by: MemberView, on: date, role: str = CSM
) -> None:
    """As `assign_owner`, or `release_owner` of None, by a member who saw `began` in the role; refuses with
    `EditedMeanwhile` where somebody else owns it by now, unless it is who is wanted."""
    _locked_account(account)
    before = _open_assignment(account, role)
    now = before.member_id if before is not None else None
    if now == member:
        return
    if now != began:
        name = members_by_id([now])[now].label if now is not None else "nobody"
        raise EditedMeanwhile("Somebody changed the owner meanwhile. Nothing was written over.", name)
    if member is None:
        release_owner(account=account, by=by, on=on, role=role)
    else:
        assign_owner(account=account, member=member, by=by, on=on, role=role)


@transaction.atomic
def set_parent(*, account: int, parent: int | None, by: MemberView) -> None:
    """Hang the account under another, or under none; refuses a circle with `ParentCycle`."""
    row = _locked_account(account)
    if row.parent_id == parent:
        return
    if parent is not None:
        _locked_account(parent)
        tree = effective_tree(_tree(), merged().accounts)
        if parent == account or rules.acceptable_parents(tree, [(account, merged().accounts.holder(parent))])[1]:
            raise ParentCycle("An account cannot stand under itself or under one of its own. Move that one first.")
    before, row.parent_id, row.changed_at = row.parent_id, parent, clock.now()
    row.save(update_fields=["parent", "changed_at"])
    record_audit(by=by, action="account.moved", object=str(row), before={"parent": before}, after={"parent": parent})


def _linked(outcomes: Sequence[Outcome]) -> LinkResult:
    counts = Counter(outcomes)
    return LinkResult(counts["created"], counts["updated"], counts["unchanged"], tuple(outcomes))


def _result(tally: bulk.Tally, outcomes: Sequence[tuple[str, Outcome]]) -> UpsertResult:
    counts = Counter(outcome for _, outcome in outcomes)
    return UpsertResult(
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        ids=tally.ids,
        trait_changes=tuple(tally.changes),
        conflicts=tuple(tally.conflicts.values()),
        outcomes=tuple(outcome for _, outcome in outcomes),
    )


def _with_moves(outcomes: Sequence[tuple[str, Outcome]], moved: set[str]) -> list[tuple[str, Outcome]]:
    """An account of which nothing but its parent changed was updated, once."""
    untouched = moved - {external_id for external_id, outcome in outcomes if outcome != "unchanged"}
    last = {external_id: place for place, (external_id, _) in enumerate(outcomes) if external_id in untouched}
    return [
        (external_id, "updated" if last.get(external_id) == place else outcome)
        for place, (external_id, outcome) in enumerate(outcomes)
    ]


def _set_parents(rows: Sequence[AccountUpsert], ids: Mapping[str, int]) -> tuple[set[str], tuple[ParentRefused, ...]]:
    """Set the parents said; returns the external ids that moved and the refusals."""
    said = {row.external_id: row.parent_external_id for row in rows if row.parent_external_id}
    if not said:
        return set(), ()
    known = {**account_ids([p for p in said.values() if p not in ids]), **ids}
    names = {ids[child]: child for child in said}
    tree = _tree()
    wanted = {ids[child]: known[parent] for child, parent in said.items() if parent in known}
    wanted = {child: parent for child, parent in wanted.items() if tree.get(child) != parent}
    aliases = merged().accounts
    _, cycles = rules.acceptable_parents(
        effective_tree(tree, aliases),
        [(child, aliases.holder(parent)) for child, parent in wanted.items() if aliases.holder(child) == child],
    )
    accepted = {child: parent for child, parent in wanted.items() if child not in cycles}
    now = clock.now()
    for chunk in batched(accepted.items(), bulk.CHUNK // 2):
        with transaction.atomic():
            Account.objects.bulk_update(
                [Account(id=child, parent_id=parent, changed_at=now) for child, parent in chunk],
                ["parent", "changed_at"],
            )
    refused = [
        ParentRefused(child, parent, "unknown_parent" if parent not in known else "cycle")
        for child, parent in said.items()
        if parent not in known or ids[child] in cycles
    ]
    return {names[child] for child in accepted}, tuple(refused)


def _tree() -> dict[int, int]:
    """Child to parent, of all accounts that have one."""
    rows = Account.objects.exclude(parent=None).values_list("id", "parent_id")
    return dict(rows)


def _link(chunk: Sequence[PersonLink]) -> list[Outcome]:
    people, accounts = {link.person for link in chunk}, {link.account for link in chunk}
    rows = PersonAccount.objects.select_for_update().filter(person__in=people, account__in=accounts)
    known = {(row.person_id, row.account_id): row for row in rows}
    outcomes: list[Outcome] = []
    changed: dict[tuple[int, int], PersonAccount] = {}
    for link in chunk:
        key = (link.person, link.account)
        row = known.get(key)
        outcome: Outcome = "unchanged" if row is not None else "created"
        if row is None:
            row = known[key] = PersonAccount(person_id=link.person, account_id=link.account)
        for column in ("role", "since", "until"):
            said = getattr(link, column)
            if said is not None and said != getattr(row, column):
                setattr(row, column, said)
                outcome = "created" if outcome == "created" else "updated"
        outcomes.append(outcome)
        if outcome != "unchanged":
            changed[key] = row
    for row in changed.values():
        row.pk = None
    PersonAccount.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["person", "account"],
        update_fields=["role", "since", "until"],
    )
    return outcomes


def _take_over(chunk: Sequence[OwnerLink]) -> list[Outcome]:
    rows = OwnerAssignment.objects.select_for_update().filter(account__in={link.account for link in chunk}, until=None)
    current = {(row.account_id, row.role): row for row in rows}
    today = clock.now().date()
    outcomes: list[Outcome] = []
    ended: list[OwnerAssignment] = []
    begun: list[OwnerAssignment] = []
    for link in chunk:
        before = current.get((link.account, link.role))
        if before is not None and before.member_id == link.member:
            outcomes.append("unchanged")
            continue
        since = link.since or today
        row = OwnerAssignment(account_id=link.account, role=link.role, member_id=link.member, since=since)
        outcomes.append("created" if before is None else "updated")
        if before is not None:
            before.until = max(since, before.since)
            if before.pk is not None:
                ended.append(before)
        current[(link.account, link.role)] = row
        begun.append(row)
    OwnerAssignment.objects.bulk_update(ended, ["until"], batch_size=500)
    OwnerAssignment.objects.bulk_create(begun)
    Account.objects.filter(id__in={row.account_id for row in begun}).update(changed_at=clock.now())
    return outcomes


def _locked_account(account: int) -> Account:
    row = Account.objects.select_for_update().filter(pk=account).first()
    if row is None:
        raise NotFound("There is no such account.")
    return row


def _open_assignment(account: int, role: str) -> OwnerAssignment | None:
    return OwnerAssignment.objects.filter(account=account, role=role, until=None).first()


def _end(row: OwnerAssignment, on: date) -> None:
    row.until = max(on, row.since)
    row.save(update_fields=["until"])


def _owner_changed(row: Account, *, role: str, before: int | None, after: int | None, by: MemberView) -> None:
    row.changed_at = clock.now()
    row.save(update_fields=["changed_at"])
    record_audit(
        by=by, action="account.owner_changed", object=str(row),
        before={"role": role, "member": before}, after={"role": role, "member": after},
    )  # fmt: skip
    outbox.add(OwnerChanged(account=row.pk, role=role, before=before, after=after, by=by.id))
