"""Reads of the traits that members can change, of tags, and of who said a value."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from tenure.base.refusals import Conflict, NotFound
from tenure.customers import queries as customers
from tenure.customers.contracts import Entity, TraitValue
from tenure.tenants.queries import members_by_id
from tenure.traits import rules
from tenure.traits.contracts import TAGS, Editable, TraitEdit
from tenure.traits.models import SaidTrait
from tenure.traits.tags import tag_named
from tenure.traits.tags import tags as tags  # noqa: PLC0414


def editable_traits(entity: Entity) -> list[Editable]:
    """The traits that members can change, by label: all that data brought but those with parts of their own, and tags,
    which have actions of their own. One query."""
    found = [
        Editable(each.key, rules.label(each.key), each.type)
        for each in customers.trait_definitions(entity)
        if each.type != "object" and not (entity == "account" and each.key == TAGS)
    ]
    return sorted(found, key=lambda each: each.label.casefold())


def editable(entity: Entity, key: str) -> Editable:
    """One of them; refuses with `NotFound`. One query."""
    found = next((each for each in editable_traits(entity) if each.key == key), None)
    if found is None:
        raise NotFound("There is no such trait that can be changed by hand. Choose one of the list.")
    return found


def checked(edit: TraitEdit) -> TraitEdit:
    """An edit that may be made of accounts, its tag as the set writes it; refuses a tag that is put on and not in the
    set, a trait that is not there, and a value of another type than the trait's. One query, two for a tag."""
    if edit.key != TAGS or edit.verb == "put":
        trait = editable("account", edit.key)
        return replace(edit, value=rules.read(rules.typed(edit.value), trait.type))
    held = next((each for each in customers.trait_definitions("account") if each.key == TAGS), None)
    if held is not None and held.type != "list":
        source = f" {held.source}" if held.source else " a source"
        raise Conflict(f"In what comes from{source}, “tags” is a {held.type}. Rename it there, then tags can be used.")
    return replace(edit, value=tag_named(str(edit.value or ""))) if edit.verb == "add" else edit


def standing(key: str, accounts: Collection[int]) -> Mapping[int, TraitValue]:
    """What a trait is of those of the accounts that have it. One query a 5,000."""
    return customers.trait_values("account", key, accounts)


def lately(entity: Entity, subject: int) -> dict[str, TraitValue]:
    """What members said of an account or person so lately that the current state may not have it, by key. One query."""
    rows = SaidTrait.objects.filter(entity=entity, subject=subject).order_by("pk").values_list("key", "value")
    return {key: None if value is None else json.loads(value) for key, value in rows}


def said_by(sources: Iterable[str]) -> dict[str, str]:
    """The sources of values that members said, each with her name. One query, none where nobody did."""
    numbers = {each: int(each.removeprefix(rules.HAND)) for each in set(sources) if each.startswith(rules.HAND)}
    known = members_by_id(sorted(set(numbers.values()))) if numbers else {}
    return {source: known[number].label for source, number in numbers.items() if number in known}
