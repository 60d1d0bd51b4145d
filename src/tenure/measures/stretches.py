"""Merged accounts and people among those the facts are about: what each of them was on which days.

An entity is cut into stretches of days. In each it stands for the same records; on days on which another one stands
for it there is none. A stretch for several records has a number of its own, under which relations show the rows of
all of them: it is what it would be, had all rows always been its own.
"""

import itertools
from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.queries import Aliases

BEGINNING, END = date(1, 1, 1), date(9999, 12, 31)

type Row = dict[str, object]


def cut(entities: pa.Table, aliases: Aliases) -> tuple[pa.Table, dict[int, tuple[int, ...]]]:
    """`entities` (id, started_on, seen_on, …, of accounts also `parent`) with `tid`, `shown_from` and `shown_to`.

    Days of a stretch: shown_from <= day < shown_to. Also told: of each number `tid` that stands for several records
    which these are, the one that stands for them first. What a record says of itself (name, start) is that of the
    one that stands for the others; without a start of its own, it began when any of them was first seen or started.
    """
    touched = pc.is_in(entities["id"], value_set=pa.array(aliases.ids, pa.int64()))
    if "parent" in entities.column_names:
        below = pc.is_in(entities["parent"], value_set=pa.array(aliases.ids, pa.int64()))
        touched = pc.or_(touched, below)
    rest, concerned = entities.filter(pc.invert(touched)), entities.filter(touched).to_pylist()
    records = {row["id"]: row for row in concerned}
    found: list[Row] = []
    together: dict[int, tuple[int, ...]] = {}
    for row in concerned:
        for stretch, members in _stretches(row, aliases):
            known = tuple(member for member in members if member in records)
            stretch["tid"] = row["id"]
            if len(members) > 1:
                stretch["tid"] = -(len(together) + 1)
                together[-(len(together) + 1)] = members
                stretch["seen_on"] = _first_seen([records[member] for member in known])
            found.append(stretch)
    schema = entities.schema.append(pa.field("shown_from", pa.date32()))
    schema = schema.append(pa.field("shown_to", pa.date32())).append(pa.field("tid", pa.int64()))
    return pa.concat_tables([_always(rest).cast(schema), pa.Table.from_pylist(found, schema=schema)]), together


def _stretches(row: Mapping[str, object], aliases: Aliases) -> list[tuple[Row, tuple[int, ...]]]:
    """The entity's stretches, in order, each with the records that it stands for."""
    own, parent = row["id"], row.get("parent")
    assert isinstance(own, int)
    days = {*aliases.changes(own), *(aliases.changes(parent) if isinstance(parent, int) else ())}
    edges = [BEGINNING, *sorted(days), END]
    found: list[tuple[Row, tuple[int, ...]]] = []
    for since, until in itertools.pairwise(edges):
        members = aliases.members(own, since)
        if not members:
            continue
        above = aliases.holder(parent, since) if isinstance(parent, int) else None
        stretch = {**row, **({"parent": None if above == own else above} if "parent" in row else {})}
        last = found[-1] if found else None
        if (
            last
            and last[0]["shown_to"] == since
            and (last[1], last[0].get("parent")) == (members, stretch.get("parent"))
        ):
            last[0]["shown_to"] = until
        else:
            found.append(({**stretch, "shown_from": since, "shown_to": until}, members))
    return found


def _first_seen(records: list[Mapping[str, object]]) -> object:
    days = [day for row in records for day in (row["seen_on"], row["started_on"]) if isinstance(day, date)]
    return min(days, default=None)


def _always(entities: pa.Table) -> pa.Table:
    rows = entities.num_rows
    return (
        entities.append_column("shown_from", pa.array([BEGINNING] * rows, pa.date32()))
        .append_column("shown_to", pa.array([END] * rows, pa.date32()))
        .append_column("tid", entities["id"])
    )
