"""Who is in which segment: columns of the current state, computed for all segments together."""

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import tenancy
from tenure.definitions.contracts import PublishedDefinition
from tenure.definitions.queries import published
from tenure.health import current
from tenure.health import queries as health
from tenure.health.contracts import Derived
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, ExpressionError, parse
from tenure.measures.language.words import read_words
from tenure.segments import rules
from tenure.segments.document import KIND, Bucket, Segment

PREFIX = "segment."


def column_of(key: str) -> str:
    """The column of the current state that says who is in the segment."""
    return f"in__{key}"


def in_force() -> dict[str, PublishedDefinition]:
    """The segments in force by key. No query where a definition was read before."""
    return {each.key: each for each in published(KIND)}


def body_of(each: PublishedDefinition) -> Segment:
    assert isinstance(each.body, Segment)
    return each.body


def fields() -> tuple[Field, ...]:
    """A field for each segment: `segment.key`, whether an account is in it."""
    return tuple(
        Field(
            each.key, "account", "boolean", "derived", "segment", body_of(each).name, "", "", body_of(each).description
        )
        for each in in_force().values()
    )


@lru_cache(maxsize=10_000)
def names_in(text: str) -> frozenset[str]:
    """The segments an expression names, whether they exist or not; none where it cannot be read."""
    try:
        words = read_words(text)
    except ExpressionError:
        return frozenset()
    names = (word.text.casefold() for word in words if word.kind == "name")
    return frozenset(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def reads(body: Segment) -> frozenset[str]:
    """The segments that a segment's expression names."""
    return names_in(body.where) if body.where else frozenset()


def marks() -> dict[str, str]:
    """Each segment's column with what it is made from: its version, and those of the segments it reads."""
    return tenancy.remembered("segment marks", _marks)


def _marks() -> dict[str, str]:
    known = in_force()
    needs = {key: reads(body_of(each)) for key, each in known.items()}
    found: dict[str, str] = {}
    for layer in rules.layers(needs):
        for key in layer:
            below = ",".join(f"{k}={found.get(column_of(k), 'none')}" for k in sorted(needs[key]))
            found[column_of(key)] = f"{known[key].version}({below})" if below else str(known[key].version)
    return found


def columns(table: pa.Table, wanted: Collection[str]) -> dict[str, pa.Array]:
    """Who of the rows is in each of the wanted segments (columns `in__key`): one query for all that have expressions,
    in the order in which they read each other. What cannot be read any more is unknown for everybody."""
    bodies = {key: body_of(each) for key, each in in_force().items() if column_of(key) in wanted}
    if not bodies:
        return {}
    found = {column_of(key): simple for key, body in bodies.items() if (simple := listed(table, body)) is not None}
    dynamic = {key: body for key, body in bodies.items() if body.where is not None}
    catalogue = health.catalogue()
    read: list[dict[str, Expression]] = []
    for layer in rules.layers({key: reads(body) for key, body in dynamic.items()}):
        parsed = {column_of(key): parsed_or_none(dynamic[key].where or "", catalogue) for key in layer}
        found.update({name: pa.nulls(table.num_rows, pa.bool_()) for name, each in parsed.items() if each is None})
        read.append({name: each for name, each in parsed.items() if each is not None})
    if any(read):
        base = table
        for name, column in found.items():
            base = base.append_column(name, column)
        found.update(current.evaluate(base, read))
    return found


def listed(table: pa.Table, body: Segment) -> pa.Array | None:
    """Who is in a segment without an expression; None for one with."""
    if body.members is not None:
        members = pa.array(body.members, pa.string())
        return _whole(pc.is_in(table["external_id"], value_set=members))
    return pa.array(_drawn(table, body.bucket)) if body.bucket is not None else None


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


COLUMNS = Derived(fields=fields, marks=marks, columns=columns)
