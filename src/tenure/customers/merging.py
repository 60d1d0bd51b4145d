"""Merges of accounts and of people, and their undoing. No record is rewritten: one stands for the other.

What is written is the merge itself, who stands for whom now (`survivor`), and the owner of a role that the survivor
has nobody in. Everything else is resolved when it is read, so that undoing gives back exactly what was there.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from tenure.base import clock, outbox, tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.customers import aliases as rules
from tenure.customers import merged
from tenure.customers.contracts import Entity, MergeMade, MergeView
from tenure.customers.models import Account, Merge, OwnerAssignment, Person, PersonAccount
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import as_of_day, here

type Record = Account | Person

_WORDS: dict[Entity, str] = {"account": "account", "person": "person"}


class CannotMerge(Conflict):
    """The two records cannot become one as they are."""

    code = "cannot_merge"


class CannotUndo(Conflict):
    """The merge cannot be taken back as things are."""

    code = "cannot_undo_merge"


def merge_accounts(*, absorbed: int, into: int, by: MemberView | None) -> MergeView:
    """From the workspace's day on, the account `absorbed` is the same customer as the account `into`.

    Refuses with `CannotMerge` what was merged before, an account above the other in the tree, and an account with a
    product instance; with `NotFound` who is not there.
    """
    return _one_at_a_time("account", absorbed, into, by)


def merge_people(*, absorbed: int, into: int, by: MemberView | None) -> MergeView:
    """From the workspace's day on, `absorbed` is the same person as `into`. Refuses as `merge_accounts` does."""
    return _one_at_a_time("person", absorbed, into, by)


@transaction.atomic
def undo_merge(*, merge: int, by: MemberView | None) -> MergeView:
    """From the workspace's day on, two records again: each with all that was its own, whenever it came.

    Refuses with `CannotUndo` what was undone before and what would leave an account above itself.
    """
    row = Merge.objects.select_for_update().filter(pk=merge).first()
    if row is None:
        raise NotFound("There is no such merge.")
    entity, view = cast("Entity", row.entity), merged.view(row)
    if row.undone_at is not None:
        raise CannotUndo("This merge was undone before.")
    pair = _locked(entity, (row.absorbed, row.survivor))
    if entity == "account":
        _check_tree_without(view)
    known = merged.read().of(entity)
    row.until, row.undone_at = _day(known, (row.absorbed,)), clock.now()
    row.undone_by_id, row.number = (by.id if by else None), _next_number()
    row.save(update_fields=["until", "undone_at", "undone_by", "number"])
    OwnerAssignment.objects.filter(id__in=row.owners_taken, until=None).update(until=row.until)
    _settle(entity, row)
    absorbed, survivor = pair[row.absorbed], pair[row.survivor]
    _state(row, "undone", by, absorbed, before={"into": str(survivor), "merge": row.pk}, after={"merge": row.pk})
    return merged.view(row)


def _one_at_a_time(entity: Entity, absorbed: int, into: int, by: MemberView | None) -> MergeView:
    """Two at once would not see each other's merge: the number that both take lets only one of them through."""
    try:
        with transaction.atomic():
            return _merge(entity, absorbed, into, by)
    except IntegrityError:
        raise CannotMerge("Somebody else has just merged or undone something. Look again, then try again.") from None


def _merge(entity: Entity, absorbed: int, into: int, by: MemberView | None) -> MergeView:
    if absorbed == into:
        raise Invalid(f"That is one and the same {_WORDS[entity]}. Choose another one.")
    pair = _locked(entity, (absorbed, into))
    known = merged.read().of(entity)
    _check_free(pair, known, absorbed, into)
    if entity == "account":
        _check_accounts(cast("Account", pair[absorbed]), cast("Account", pair[into]))
    row = Merge(
        entity=entity, absorbed=absorbed, survivor=into, on=_day(known, (absorbed, into)), made_at=clock.now(),
        made_by_id=by.id if by else None, number=_next_number(),
    )  # fmt: skip
    if entity == "account":
        row.owners_taken = _take_owners(absorbed, into, row.on)
    row.save()
    _settle(entity, row)
    _state(row, "merged", by, pair[absorbed], after={"into": str(pair[into]), "merge": row.pk})
    return merged.view(row)


def _locked(entity: Entity, ids: Sequence[int]) -> dict[int, Record]:
    model = Account if entity == "account" else Person
    found: dict[int, Record] = {
        row.pk: row for row in model.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    if found.keys() != set(ids):
        raise NotFound(f"There is no such {_WORDS[entity]}.")
    return found


def _check_free(pair: dict[int, Record], known: rules.Aliases, absorbed: int, into: int) -> None:
    """Neither of the two stands behind another by now."""
    one, other = pair[absorbed], pair[into]
    if (holder := known.holder(absorbed)) != absorbed:
        if holder == known.holder(into):
            raise CannotMerge(f"{one} is part of {_named(pair, holder)} already.")
        raise CannotMerge(f"{one} was merged into {_named(pair, holder)}. Undo that merge first.")
    if (holder := known.holder(into)) == absorbed:
        raise CannotMerge(f"{other} is part of {one} already. Undo that merge to do it the other way round.")
    if holder != into:
        name = _named(pair, holder)
        raise CannotMerge(f"{other} was merged into {name}. Merge into {name} instead.")


def _named(pair: dict[int, Record], id: int) -> str:
    if id in pair:
        return str(pair[id])
    model = type(next(iter(pair.values())))
    return str(model.objects.get(pk=id))


def _check_accounts(absorbed: Account, into: Account) -> None:
    if absorbed.kind != into.kind:
        raise CannotMerge("One of the two is a product in use, the other an account. Only two of a kind can be one.")
    tree = rules.effective_tree(_parents(), merged.read().accounts)
    if absorbed.pk in rules.above(tree, into.pk):
        raise CannotMerge(
            f"{absorbed} stands above {into}. Merge {into} into {absorbed}, or move {into} out of it first."
        )


def _check_tree_without(merge: MergeView) -> None:
    """With the merge gone, links that were made meanwhile may run in a circle."""
    tree = rules.effective_tree(_parents(), merged.read().accounts, without=merge)
    if any(each in rules.above(tree, each) for each in tree):
        raise CannotUndo("Split again, an account would stand under itself. Move the accounts below it first.")


def _parents() -> dict[int, int]:
    return dict(Account.objects.exclude(parent=None).values_list("id", "parent_id"))


def _day(known: rules.Aliases, ids: Sequence[int]) -> date:
    """The workspace's day; never before an earlier change of the same family, even if that day was set back."""
    return max([as_of_day(here()), *(day for each in ids for day in known.changes(each)[-1:])])


def _next_number() -> int:
    return (Merge.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _take_owners(absorbed: int, into: int, on: date) -> list[int]:
    """Who owned the one in a role that the other has nobody in, owns the other."""
    open_now = OwnerAssignment.objects.filter(account__in=(absorbed, into), until=None)
    held = {row.role for row in open_now if row.account_id == into}
    taken = [
        OwnerAssignment(account_id=into, role=row.role, member_id=row.member_id, since=on)
        for row in open_now
        if row.account_id == absorbed and row.role not in held
    ]
    return [row.pk for row in OwnerAssignment.objects.bulk_create(taken)]


def _settle(entity: Entity, row: Merge) -> None:
    """Note who stands for whom now, and that the accounts concerned have changed."""
    tenancy.forget()
    model = Account if entity == "account" else Person
    known, now = merged.read().of(entity), clock.now()
    family = known.sources((row.absorbed, row.survivor))
    for each in sorted(family):
        holder = known.holder(each)
        model.objects.filter(pk=each).update(survivor=None if holder == each else holder, changed_at=now)
    if entity == "person":
        theirs = PersonAccount.objects.filter(person__in=family).values("account")
        Account.objects.filter(Q(pk__in=theirs) | Q(absorbed__in=theirs)).update(changed_at=now)


def _state(
    row: Merge,
    what: str,
    by: MemberView | None,
    absorbed: Record,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object],
) -> None:
    action = f"{row.entity}.{'merged' if what == 'merged' else 'merge_undone'}"
    record_audit(by=by, action=action, object=str(absorbed), before=before, after=after)
    outbox.add(
        MergeMade(
            merge=row.pk, entity=cast("Entity", row.entity), absorbed=row.absorbed, survivor=row.survivor,
            undone=what == "undone", by=by.id if by else None,
        )
    )  # fmt: skip
