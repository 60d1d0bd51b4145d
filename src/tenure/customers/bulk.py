"""Bulk upserts: what a source says is laid over what is known, and each row's outcome is counted exactly.

A chunk is one transaction of at most `CHUNK` rows and four to six statements, whatever the number of rows: read the
known rows under lock, insert the new, upsert the changed, learn the traits. A writer that created one of
our new rows in between makes the insert fail; the chunk is then simply done again and finds it known.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F

from tenure.base import clock
from tenure.customers import rules
from tenure.customers.contracts import (
    AccountUpsert,
    Entity,
    Outcome,
    PersonUpsert,
    TraitChange,
    TraitConflict,
    TraitType,
    TraitValue,
)
from tenure.customers.models import Account, Person, TraitDefinition

CHUNK = 1_000
_TRIES = 3

type Column = str | date | None
type Also = Callable[[Mapping[str, int], Sequence[TraitChange]], None]
"""Told the ids and the changed traits of a chunk inside its transaction: what it writes stands or falls with them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one entity is upserted: its table, the columns a source may state, and their first values."""

    entity: Entity
    model: type[Account] | type[Person]
    columns: tuple[str, ...]

    def first(self, row: AccountUpsert | PersonUpsert) -> dict[str, Column]:
        """The columns of a new row, where the source says nothing."""
        blank: dict[str, Column] = dict.fromkeys(self.columns, "")
        blank["started_on"] = None
        if self.entity == "account":
            blank |= {"name": row.external_id, "kind": "account"}
        return blank


ACCOUNTS = Shape("account", Account, ("name", "kind", "product", "started_on"))
PEOPLE = Shape("person", Person, ("email", "name", "title", "started_on"))


@dataclass(slots=True)
class _State:
    """One row as it will be written."""

    id: int | None
    columns: dict[str, Column]
    traits: dict[str, TraitValue]
    outcome: Outcome


@dataclass(slots=True)
class Tally:
    """What an upsert has done so far."""

    ids: dict[str, int] = field(default_factory=dict)
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    changes: list[TraitChange] = field(default_factory=list)
    conflicts: dict[tuple[str, TraitType, TraitType], TraitConflict] = field(default_factory=dict)


def upsert(
    shape: Shape, rows: Sequence[AccountUpsert] | Sequence[PersonUpsert], *, source: str, also: Also | None = None
) -> Tally:
    """Write all rows, chunk by chunk; each chunk stands or falls alone."""
    tally = Tally()
    given: Sequence[AccountUpsert | PersonUpsert] = rows
    for chunk in batched(given, CHUNK):
        _again_if_raced(shape, chunk, tally, source, also)
    return tally


def _again_if_raced(
    shape: Shape, chunk: Sequence[AccountUpsert | PersonUpsert], tally: Tally, source: str, also: Also | None
) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                done = _write(shape, chunk, source)
                if also is not None and done.changes:
                    also(done.ids, done.changes)
        except IntegrityError:
            if attempt == _TRIES:
                raise
        else:
            tally.ids |= done.ids
            tally.outcomes += done.outcomes
            tally.changes += done.changes
            for key, conflict in done.conflicts.items():
                tally.conflicts[key] = _both(tally.conflicts.get(key), conflict)
            return


def _write(shape: Shape, chunk: Sequence[AccountUpsert | PersonUpsert], source: str) -> Tally:
    known = _known(shape, {row.external_id for row in chunk})
    tally, said = Tally(), dict[str, dict[str, TraitValue]]()
    for row in chunk:
        tally.outcomes.append((row.external_id, _lay_over(shape, known, said, row)))
    _save(shape, {key: state for key, state in known.items() if state.outcome != "unchanged"})
    tally.ids = {key: state.id for key, state in known.items() if state.id is not None}
    tally.changes = [
        TraitChange(shape.entity, tally.ids[external_id], key, value)
        for external_id, traits in said.items()
        for key, value in traits.items()
    ]
    tally.conflicts = learn_traits(shape.entity, tally.changes, source)
    return tally


def _known(shape: Shape, keys: set[str]) -> dict[str, _State]:
    rows = shape.model.objects.select_for_update().filter(external_id__in=keys)
    return {
        row["external_id"]: _State(row["id"], {c: row[c] for c in shape.columns}, row["traits"], "unchanged")
        for row in rows.values("id", "external_id", "traits", *shape.columns)
    }


def _lay_over(
    shape: Shape,
    known: dict[str, _State],
    said: dict[str, dict[str, TraitValue]],
    row: AccountUpsert | PersonUpsert,
) -> Outcome:
    """Merge one row into the state of its entity; answers what that did."""
    before = known.get(row.external_id)
    state = before or _State(None, shape.first(row), {}, "created")
    known[row.external_id] = state
    stated = _stated(shape, row)
    traits = rules.changed_traits(state.traits, row.traits)
    changed = bool(traits) or any(state.columns[c] != value for c, value in stated.items())
    state.columns |= stated
    state.traits = rules.merge_traits(state.traits, traits)
    if traits:
        said[row.external_id] = said.get(row.external_id, {}) | traits
    if before is None:
        return "created"
    if changed and state.outcome == "unchanged":
        state.outcome = "updated"
    return "updated" if changed else "unchanged"


def _stated(shape: Shape, row: AccountUpsert | PersonUpsert) -> dict[str, Column]:
    """The columns the source says something of; addresses in small letters, as they are looked up."""
    stated: dict[str, Column] = {c: value for c in shape.columns if (value := getattr(row, c)) is not None}
    if isinstance(email := stated.get("email"), str):
        stated["email"] = email.strip().lower()
    return stated


def _save(shape: Shape, states: Mapping[str, _State]) -> None:
    now = clock.now()
    # The two tables look alike here; the type of one stands for both.
    model = cast("type[Account]", shape.model)

    def instance(external_id: str, state: _State) -> Account:
        return model(external_id=external_id, traits=state.traits, first_seen_at=now, changed_at=now, **state.columns)

    created = {key: instance(key, state) for key, state in states.items() if state.outcome == "created"}
    model.objects.bulk_create(created.values())
    for key, made in created.items():
        states[key].id = made.pk
    model.objects.bulk_create(
        [instance(key, state) for key, state in states.items() if state.outcome == "updated"],
        update_conflicts=True,
        unique_fields=["workspace", "external_id"],
        update_fields=[*shape.columns, "traits", "changed_at"],
    )


def learn_traits(
    entity: Entity, changes: Sequence[TraitChange], source: str
) -> dict[tuple[str, TraitType, TraitType], TraitConflict]:
    """Define the traits seen for the first time; count the values that do not fit the others."""
    first = {c.key: found for c in reversed(changes) if (found := rules.trait_type(c.value)) is not None}
    if not first:
        return {}
    known = _trait_types(entity, first)
    if new := first.keys() - known.keys():
        now = clock.now()
        TraitDefinition.objects.bulk_create(
            [TraitDefinition(entity=entity, key=k, type=first[k], source=source, learned_at=now) for k in sorted(new)],
            ignore_conflicts=True,
        )
        known = _trait_types(entity, first)
    misfits = [c for c in changes if c.key in known and not rules.fits(c.value, known[c.key])]
    rows, examples = Counter(c.key for c in misfits), {c.key: str(c.value)[:200] for c in reversed(misfits)}
    for key, count in rows.items():
        TraitDefinition.objects.filter(entity=entity, key=key).update(
            conflicts=F("conflicts") + count, conflict_example=examples[key]
        )
    return _conflicts(entity, known, misfits)


def _trait_types(entity: Entity, keys: Mapping[str, TraitType]) -> dict[str, TraitType]:
    rows = TraitDefinition.objects.filter(entity=entity, key__in=keys.keys())
    return {key: cast("TraitType", named) for key, named in rows.values_list("key", "type")}


def _conflicts(
    entity: Entity, known: Mapping[str, TraitType], misfits: Sequence[TraitChange]
) -> dict[tuple[str, TraitType, TraitType], TraitConflict]:
    found: dict[tuple[str, TraitType, TraitType], TraitConflict] = {}
    for change in misfits:
        shows = rules.trait_type(change.value)
        if shows is not None:
            key = (change.key, known[change.key], shows)
            one = TraitConflict(entity, *key, str(change.value)[:200], rows=1)
            found[key] = _both(found.get(key), one)
    return found


def _both(a: TraitConflict | None, b: TraitConflict) -> TraitConflict:
    return b if a is None else TraitConflict(a.entity, a.key, a.expected, a.found, a.example, a.rows + b.rows)
