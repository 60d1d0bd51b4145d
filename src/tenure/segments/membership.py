"""Who is in which segment: columns of the current states, computed for all segments of accounts together, and for
all of people."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import tenancy
from tenure.base.refusals import NotFound
from tenure.definitions.contracts import PublishedDefinition
from tenure.definitions.queries import published, versions
from tenure.health import current, people
from tenure.health import queries as health
from tenure.health.contracts import Derived
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, ExpressionError, parse
from tenure.measures.language.words import read_words
from tenure.segments import rules
from tenure.segments.document import KIND, Bucket, Entity, Segment

PREFIX, ACCOUNT_PREFIX = "segment.", "account."


def column_of(key: str) -> str:
    """The column of the current state that says who is in the segment."""
    return f"in__{key}"


def in_force(entity: Entity | None = None) -> dict[str, PublishedDefinition]:
    """The segments in force by key, of both entities or of one. No query where a definition was read before."""
    return {each.key: each for each in published(KIND) if entity is None or body_of(each).entity == entity}


def body_of(each: PublishedDefinition) -> Segment:
    assert isinstance(each.body, Segment)
    return each.body


def entity_before(key: str) -> Entity | None:
    """What the versions of a segment are of, in force or not: its history is theirs. None for a key without any."""
    if key in (known := in_force()):
        return body_of(known[key]).entity
    try:
        earlier = [each for each in versions(KIND, key) if each.state != "draft"]
    except NotFound:
        return None
    return ("person" if earlier[0].body.get("entity") == "person" else "account") if earlier else None


def state(entity: Entity) -> current.State:
    """The current state of the accounts, or of the people; refuses with `NoScores` before the first run."""
    return health.state() if entity == "account" else people.state()


def state_as_of(entity: Entity, day: date) -> current.State:
    """The same as of a day."""
    return health.state_as_of(day) if entity == "account" else people.state_as_of(day)


def fields(entity: Entity = "account") -> tuple[Field, ...]:
    """A field for each segment: `segment.key`, whether an account (a person) is in it."""
    return tuple(
        Field(each.key, entity, "boolean", "derived", "segment", body_of(each).name, "", "", body_of(each).description)
        for each in in_force(entity).values()
    )


def elsewhere(entity: Entity) -> dict[str, str]:
    """The segments of the other entity by name, with what to write instead where there is something."""
    other: Entity = "person" if entity == "account" else "account"
    return {f"{PREFIX}{key}".casefold(): _STRANGE[entity].format(key=key) for key in in_force(other)}


_STRANGE: Mapping[Entity, str] = {
    "account": "‘segment.{key}’ is a segment of people. A condition on accounts cannot read it.",
    "person": "‘segment.{key}’ is a segment of accounts. Write account.segment.{key}: their account is in it.",
}


@lru_cache(maxsize=10_000)
def names_in(text: str) -> frozenset[str]:
    """The segments an expression names, whether they exist or not, those of the account among them; none where it
    cannot be read."""
    try:
        words = read_words(text)
    except ExpressionError:
        return frozenset()
    names = (word.text.casefold().removeprefix(ACCOUNT_PREFIX) for word in words if word.kind == "name")
    return frozenset(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def reads(body: Segment) -> frozenset[str]:
    """The segments that a segment's expression names."""
    return names_in(body.where) if body.where else frozenset()


def marks(entity: Entity = "account") -> dict[str, str]:
    """Each segment's column with what it is made from: its version, and those of the segments it reads."""
    found = tenancy.remembered("segment marks", _marks)
    return {column_of(key): found[column_of(key)] for key in in_force(entity) if column_of(key) in found}


def _marks() -> dict[str, str]:
    known = in_force()
    needs = {key: reads(body_of(each)) for key, each in known.items()}
    found: dict[str, str] = {}
    for layer in rules.layers(needs):
        for key in layer:
            below = ",".join(f"{k}={found.get(column_of(k), 'none')}" for k in sorted(needs[key]))
            found[column_of(key)] = f"{known[key].version}({below})" if below else str(known[key].version)
    return found


def catalogue(entity: Entity, *, values: bool = False) -> Catalogue:
    """Everything a segment of accounts (of people) can name, segments among it; with `values` for completion."""
    return health.catalogue(values=values) if entity == "account" else people.catalogue(values=values)


def columns(
    table: pa.Table, wanted: Collection[str], accounts: pa.Table | None = None, *, entity: Entity = "account"
) -> dict[str, pa.Array]:
    """Who of the rows is in each of the wanted segments (columns `in__key`): one query for all that have expressions,
    in the order in which they read each other. What cannot be read any more is unknown for everybody. People's rows
    need the columns of their accounts, or `accounts` to read them from."""
    bodies = {key: body_of(each) for key, each in in_force(entity).items() if column_of(key) in wanted}
    if not bodies:
        return {}
    found = {column_of(key): simple for key, body in bodies.items() if (simple := listed(table, body)) is not None}
    dynamic = {key: body for key, body in bodies.items() if body.where is not None}
    known = catalogue(entity)
    read: list[dict[str, Expression]] = []
    for layer in rules.layers({key: reads(body) for key, body in dynamic.items()}):
        parsed = {column_of(key): parsed_or_none(dynamic[key].where or "", known) for key in layer}
        found.update({name: pa.nulls(table.num_rows, pa.bool_()) for name, each in parsed.items() if each is None})
        read.append({name: each for name, each in parsed.items() if each is not None})
    if any(read):
        base = current.reached(table, accounts, [c for layer in read for each in layer.values() for c in each.columns])
        for name, column in found.items():
            base = base.append_column(name, column)
        found.update(current.evaluate(base, read))
    return found


def listed(table: pa.Table, body: Segment) -> pa.Array | None:
    """Who is in a segment without an expression; None for one with."""
    if body.members is not None:
        members = pa.array(body.members, pa.string())
        named = pc.is_in(table["external_id"], value_set=members)
        if body.entity == "person":
            mailed = pc.is_in(pc.utf8_lower(table["email"]), value_set=pc.utf8_lower(members.filter(_address(members))))
            named = pc.or_(named, mailed)
        return _whole(named)
    return pa.array(_drawn(table, body.bucket)) if body.bucket is not None else None


def _address(members: pa.Array) -> pa.Array:
    return pc.match_substring(members, "@")


def _drawn(table: pa.Table, bucket: Bucket) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    places = rules.drawn(table["id"].to_numpy(), bucket.salt)
    return (places >= bucket.start) & (places < bucket.start + bucket.share)


def parsed_or_none(text: str, catalogue: Catalogue) -> Expression | None:
    """The expression; None where it cannot be read (any more)."""
    try:
        return parse(text, catalogue)
    except ExpressionError:
        return None


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    found = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


COLUMNS = Derived(fields=fields, marks=marks, columns=columns, elsewhere=lambda: elsewhere("account"))
PEOPLE_COLUMNS = Derived(
    fields=lambda: fields("person"), marks=lambda: marks("person"), columns=partial(columns, entity="person"),
    elsewhere=lambda: elsewhere("person"), entity="person",
)  # fmt: skip
