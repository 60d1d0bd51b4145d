"""A trait of one or many accounts (or people) changed by a member, in few statements. The audit trail says what it was;
its history belongs in the lake, for which `also` is told."""

from collections.abc import Callable, Collection, Sequence
from itertools import batched
from typing import Any, cast

from django.db import transaction
from django.db.models.fields.json import KeyTransform

from tenure.base import clock
from tenure.base.many import Many
from tenure.customers import bulk, rules
from tenure.customers.contracts import Entity, TraitChange, TraitOutcome, TraitValue
from tenure.customers.models import Account, Person
from tenure.customers.owning import MERGED
from tenure.tenants.actions import record_audits
from tenure.tenants.contracts import MemberView

type Then = Callable[[int, TraitValue], TraitValue]
type OnlyIf = Callable[[int, TraitValue], bool]
GONE = "It is not there any more."
OTHERWISE = "It has been given another value since."
BY_HAND = "by hand"
_READ = 5_000


@transaction.atomic
def change_trait(
    *,
    entity: Entity,
    key: str,
    ids: Collection[int],
    then: Then,
    by: MemberView,
    also: Callable[[Sequence[TraitChange]], None],
    only_if: OnlyIf | None = None,
) -> list[TraitOutcome]:
    """Give a trait of accounts or people (at most 1,000) the value that `then` makes of what it is (None: none); an
    outcome for each, in order. Those for whom `only_if` does not hold of what stands are refused.

    `also` is told of what changed, inside the transaction: who calls keeps the history. Whatever the number, at most
    seven statements.
    """
    model = _model(entity)
    rows = {row.pk: row for row in model.objects.select_for_update().filter(pk__among=Many(ids)).order_by("pk")}
    outcomes = []
    for each in ids:
        row = rows.get(each)
        before = cast("TraitValue", row.traits.get(key)) if row is not None else None
        after = then(each, before)
        reason = ""
        if row is None:
            reason = GONE
        elif row.survivor_id is not None:
            reason = MERGED if entity == "account" else "It was merged into another record, which stands for it."
        elif not rules.same(before, after) and only_if is not None and not only_if(each, before):
            reason = OTHERWISE
        outcome = "refused" if reason else "same" if rules.same(before, after) else "changed"
        outcomes.append(TraitOutcome(each, before, after, outcome, reason))  # type: ignore[arg-type]
    changed = [each for each in outcomes if each.outcome == "changed"]
    if changed:
        _write(entity, key, rows, changed, by)
        changes = [TraitChange(entity, each.id, key, each.after) for each in changed]
        bulk.learn_traits(entity, changes, BY_HAND)
        also(changes)
    return outcomes


def _write(entity: Entity, key: str, rows: Any, changed: Sequence[TraitOutcome], by: MemberView) -> None:
    now = clock.now()
    for each in changed:
        row = rows[each.id]
        row.traits, row.changed_at = rules.merge_traits(row.traits, {key: each.after}), now
    _model(entity).objects.bulk_update([rows[each.id] for each in changed], ["traits", "changed_at"], batch_size=200)
    lines = [(str(rows[each.id]), {key: each.before}, {key: each.after}) for each in changed]
    record_audits(by=by, action=f"{entity}.trait_changed", lines=lines)


def touch(*, entity: Entity, ids: Collection[int]) -> None:
    """Say that accounts or people have changed: what was computed of them is computed again."""
    for chunk in batched(ids, _READ):
        _model(entity).objects.filter(pk__among=Many(chunk)).update(changed_at=clock.now())


def trait_values(entity: Entity, key: str, ids: Collection[int]) -> dict[int, TraitValue]:
    """What a trait is of those who have it. One query a 5,000."""
    found: dict[int, TraitValue] = {}
    for chunk in batched(sorted(ids), _READ):
        rows = _model(entity).objects.filter(pk__among=Many(chunk))
        # To a database a key that is a number is a place in a list.
        if key.removeprefix("-").isdecimal():
            held = ((pk, traits.get(key)) for pk, traits in rows.values_list("pk", "traits"))
        else:
            held = rows.values_list("pk", KeyTransform(key, "traits"))
        found |= {pk: value for pk, value in held if value is not None}
    return found


def _model(entity: Entity) -> Any:
    """The two tables look alike here."""
    return Account if entity == "account" else Person
