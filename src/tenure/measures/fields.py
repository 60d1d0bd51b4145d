"""The catalogue of fields: what an expression may name, with the values that words have."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from tenure.base import sql, tenancy
from tenure.events.queries import Lake, engine
from tenure.measures import joined, published, sources
from tenure.measures.compiler.fields import attributes
from tenure.measures.contracts import Catalogue, Entity, Field, KnownValue
from tenure.measures.facts import trait_types
from tenure.subscriptions import queries as subscriptions
from tenure.traits.rules import label

VALUES = 50
_STATUS = tuple(KnownValue(value) for value in ("customer", "trial", "prospect", "former"))
_KIND = tuple(KnownValue(value) for value in ("account", "product_instance"))


def catalogue(entity: Entity, *, values: bool = False, traits: Mapping[str, str] | None = None) -> Catalogue:
    """Every field of accounts or people: attributes, traits and published measures. Read once a stay in the workspace.

    With `values`, words know their commonest values (at most 50), counted when the traits last changed: one more
    database query, and one over the lake after a change. Without, one query for the traits,
    and none when the caller knows which there are (`traits`: key → type, in order).
    """
    key = ("catalogue", entity, values, None if traits is None else tuple(traits.items()))
    return tenancy.remembered(key, lambda: _catalogue(entity, values, traits))


def _catalogue(entity: Entity, values: bool, given: Mapping[str, str] | None) -> Catalogue:
    house = sources.house()
    measures = published.published()
    kept = published.of_entity(measures, entity)
    found = [_attribute(a.field, values=values) for a in attributes(entity)] + [*joined.fields(entity)]
    names = {field.key for field in found}
    traits = trait_types(entity) if given is None else given
    held = _trait_values(house.lake, entity, house.as_of) if traits and values else {}
    found += [
        Field(key, entity, of_type, "raw", "trait", label(key), "", "", "", tuple(held.get(key, ())))  # type: ignore[arg-type]
        for key, of_type in traits.items()
    ]
    found += [
        Field(key, entity, "number", "measure", "measure", m.label, m.unit, m.feed, m.description)
        for key, m in kept.items()
        if key not in names
    ]
    return Catalogue(entity, tuple(found))


def _attribute(field: Field, *, values: bool) -> Field:
    """An attribute with its values, where there are few."""
    known: Mapping[str, Sequence[KnownValue]] = {"status": _STATUS, "kind": _KIND}
    found = known.get(field.key, ())
    if field.key == "plan" and values:
        found = tuple(KnownValue(plan, held) for plan, held in subscriptions.plans()[:VALUES])
    if not found:
        return field
    return Field(
        field.key, field.entity, field.type, field.level, field.kind, field.label, field.unit, field.source,
        field.description, tuple(found),
    )  # fmt: skip


def _trait_values(lake: Lake, entity: Entity, as_of: date) -> Mapping[str, tuple[KnownValue, ...]]:
    return _trait_values_at(lake, entity, as_of, lake.snapshot("traits").version)


@lru_cache(maxsize=64)
def _trait_values_at(lake: Lake, entity: Entity, as_of: date, version: int) -> Mapping[str, tuple[KnownValue, ...]]:
    """Counted once for each `version` of the traits."""
    rows = engine().query(
        sql.load("tenure.measures", "trait_values"),
        relations={"traits": lake.relation("traits")},
        params={"entity": entity, "as_of": as_of, "limit": VALUES},
    )
    found: dict[str, list[KnownValue]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["key"], []).append(KnownValue(row["value"], row["held"]))
    return {key: tuple(values) for key, values in found.items()}
