"""Columns of the facts of accounts that a domain above keeps by itself: what the team thinks of an account.

Such a domain registers in `tenure.config.registrations`. Its fields are in the catalogue like any attribute, and its
columns are joined to every answer that asks for them, each row as of its own day.
"""

from collections.abc import Collection

import pyarrow as pa

from tenure.measures.contracts import Entity, Field, Joined

_registered: list[Joined] = []


def register(joined: Joined) -> None:
    """Make a domain's columns known. Called once at start."""
    if joined not in _registered:
        _registered.append(joined)


def fields(entity: Entity) -> tuple[Field, ...]:
    """The fields of all of them; people have none."""
    return tuple(field for each in _registered for field in each.fields) if entity == "account" else ()


def with_columns(facts: pa.Table, entity: Entity, only: Collection[str] | None) -> pa.Table:
    """`facts` with the columns asked for (all without `only`) behind its own."""
    for each in _registered if entity == "account" else ():
        wanted = [field.column for field in each.fields if only is None or field.column in only]
        if wanted:
            found = each.columns(facts.select(["as_of", "id"]), wanted)
            for name in wanted:
                facts = facts.append_column(name, found[name])
    return facts
