"""Merged accounts and people, applied where the log is read. The log itself is never rewritten.

What is read is the log with the rows of a merged account taken back there and stated again at its survivor, known from
the day of the merge: facts of earlier days stay as they were, later ones are those of one account.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa

from tenure.base import sql
from tenure.customers.contracts import Entity
from tenure.customers.queries import Aliases, Merged
from tenure.events.relations import LakeRelation, MovedRelation

_PACKAGE = "tenure.events"
_HOLDERS = pa.schema([("id", pa.int64()), ("holder", pa.int64()), ("since", pa.date32()), ("until", pa.date32())])
_MOVES = pa.schema([("id", pa.int64()), ("day", pa.date32()), ("holder", pa.int64()), ("sign", pa.int8())])

Pairs = frozenset[tuple[date, date]]


def moved(events: LakeRelation, merged: Merged) -> LakeRelation | MovedRelation:
    """Rows of `events` as the merges leave them; the rows themselves where there are none."""
    if not merged.accounts.courses and not merged.people.courses:
        return events
    return MovedRelation(events, sql.load(_PACKAGE, "moved"), tuple(sorted(_tables(merged).items())))


def composed(rows: LakeRelation, entity: Entity, members: Mapping[int, Sequence[int]]) -> LakeRelation | MovedRelation:
    """Rows of `events` or `traits`, and beside them those of accounts (people) put together: id → members.

    The rows keep the days on which they were known: what such an account would be, had all its rows always been its.
    """
    if not members:
        return rows
    pairs = [(one, member) for one, found in members.items() for member in found]
    table = pa.table(
        {"id": pa.array([one for one, _ in pairs], pa.int64()), "member": pa.array([m for _, m in pairs], pa.int64())}
    )
    query = sql.load(_PACKAGE, f"composed_{rows.spec.name}")
    return MovedRelation(rows, query, (("composed", table), ("composed_kind", pa.table({"entity": [entity]}))))


def span(merged: Merged, accounts: Iterable[int] | None) -> tuple[int, int] | None:
    """The first and last account under which the log may have rows of these; None for all."""
    if not accounts:
        return None
    sources = merged.accounts.sources(accounts)
    return min(sources), max(sources)


def with_moves(pairs: Pairs, merged: Merged) -> Pairs:
    """`pairs`, and those in which what came in them is moved by a merge that was known before it came."""
    return pairs | later((*merged.accounts.days, *merged.people.days), pairs) if merged else pairs


def later(days: Iterable[date], pairs: Pairs) -> Pairs:
    """For each of the pairs, its day on each of the later known days."""
    return frozenset((moved, day) for moved in set(days) for known_day, day in pairs if known_day < moved)


def _tables(merged: Merged) -> Mapping[str, pa.Table]:
    return {
        "account_holders": _holders(merged.accounts),
        "account_moves": _moves(merged.accounts),
        "person_holders": _holders(merged.people),
        "person_moves": _moves(merged.people),
    }


def _holders(aliases: Aliases) -> pa.Table:
    rows = [each for course in aliases.courses for each in course if each.holder != each.id]
    columns = ([getattr(row, name) for row in rows] for name in _HOLDERS.names)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, _HOLDERS, strict=True)], _HOLDERS)


def _moves(aliases: Aliases) -> pa.Table:
    rows = [
        (after.id, after.since, holder, sign)
        for course in aliases.courses
        for before, after in itertools.pairwise(course)
        for holder, sign in ((before.holder, -1), (after.holder, 1))
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(_MOVES)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, _MOVES, strict=True)], _MOVES)
