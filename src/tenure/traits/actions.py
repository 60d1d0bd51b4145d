"""Traits and tags changed by a member: at once in the database, and from there into the lake, exactly once."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import NotFound
from tenure.customers import actions as customers
from tenure.customers.actions import EditedMeanwhile
from tenure.customers.contracts import Entity, TraitChange, TraitOutcome, TraitValue
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.traits import queries, rules
from tenure.traits.contracts import TraitEdit
from tenure.traits.models import SaidTrait
from tenure.traits.tags import add_tag as add_tag  # noqa: PLC0414
from tenure.traits.tags import add_usual_tags as add_usual_tags  # noqa: PLC0414
from tenure.traits.tags import retire_tag as retire_tag  # noqa: PLC0414
from tenure.traits.writing import write_out as write_out  # noqa: PLC0414


@transaction.atomic
def say_trait(*, entity: Entity, subject: int, key: str, text: str, began: str, by: MemberView) -> None:
    """Give a trait of an account or person the value that a text says (empty: clear it), by a member who saw `began`,
    both as `rules.typed` writes values. Refuses what does not fit the trait's type, and with `EditedMeanwhile` where
    another value stands by now, unless it is the one that is wanted."""
    edit = TraitEdit(key, "put", rules.read(text, queries.editable(entity, key).type))
    (outcome,) = _change(
        entity, key, [subject], lambda _, value: rules.edited(edit, value), by=by,
        only_if=lambda _, value: rules.typed(value) == began,
    )  # fmt: skip
    if outcome.reason == customers.OTHERWISE:
        raise EditedMeanwhile("Somebody changed it meanwhile. Nothing was written over.", rules.words(outcome.before))
    _check(outcome)


@transaction.atomic
def tag_account(*, account: int, tag: str, by: MemberView, on: bool = True) -> str:
    """Put a tag of the workspace's set on an account, or take off one that it has; the tag as it is written. What is so
    already is nothing."""
    edit = queries.checked(TraitEdit.tag(tag, on=on))
    (outcome,) = change_traits(entity="account", edit=edit, ids=[account], by=by)
    _check(outcome)
    return str(edit.value)


def change_traits(*, entity: Entity, edit: TraitEdit, ids: Collection[int], by: MemberView) -> list[TraitOutcome]:
    """Change a trait of accounts or people (at most 1,000) at once; an outcome for each, in order."""
    return _change(entity, edit.key, ids, lambda _, value: rules.edited(edit, value), by=by)


def undo_traits(
    *, entity: Entity, edit: TraitEdit, before: Mapping[int, TraitValue], by: MemberView
) -> list[TraitOutcome]:
    """Take an edit back of those (at most 1,000) that still are as it left them: they get what they had `before`."""

    def back(subject: int, value: TraitValue) -> TraitValue:
        return rules.edited(rules.undone(edit, before[subject]), value)

    return _change(entity, edit.key, before, back, by=by, only_if=lambda _, value: rules.stands(edit, value))


def _change(
    entity: Entity,
    key: str,
    ids: Collection[int],
    then: Callable[[int, TraitValue], TraitValue],
    *,
    by: MemberView,
    only_if: Callable[[int, TraitValue], bool] | None = None,
) -> list[TraitOutcome]:
    return customers.change_trait(
        entity=entity, key=key, ids=ids, then=then, by=by, also=lambda changes: _keep(changes, by), only_if=only_if
    )


def _keep(changes: Sequence[TraitChange], by: MemberView) -> None:
    """What is to go into the lake, in the transaction that changes the values: it stands or falls with them."""
    view = tenants.here()
    at, day = rules.moment(clock.now(), view.as_of, view.timezone), tenants.as_of_day(view)
    SaidTrait.objects.bulk_create(
        SaidTrait(
            entity=each.entity, subject=each.id, key=each.key, at=at, day=day, by_id=by.id,
            value=None if each.value is None else json.dumps(each.value, ensure_ascii=False, separators=(",", ":")),
        )
        for each in changes
    )  # fmt: skip


def _check(outcome: TraitOutcome) -> None:
    if outcome.outcome == "refused":
        raise NotFound(f"Nothing was changed. {outcome.reason}")
