"""From measures to one query: what it reads besides the lake is made here, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from tenure.measures import spine
from tenure.measures.clocks import Clock
from tenure.measures.compiler import assemble, distinct, records, usage
from tenure.measures.compiler.fields import Attribute
from tenure.measures.compiler.measure import Compiling
from tenure.measures.compiler.names import names_table
from tenure.measures.compiler.needs import Needs
from tenure.measures.compiler.parts import Parts
from tenure.measures.contracts import Entity
from tenure.measures.document import Measure


@dataclass(frozen=True, slots=True)
class Question:
    """What facts are asked for. `as_of` ascending, each day once; `clock_of` numbers the clocks of the measures.
    No row is older than `beginning`. `merged`: the entities come in stretches of days (`tenure.measures.stretches`).
    `before`: whether windows before are asked for, too."""

    entity: Entity
    as_of: tuple[date, ...]
    measures: Mapping[str, Measure]
    also: Mapping[str, Measure]
    clock_of: Mapping[str, int]
    clocks: Sequence[Clock]
    attributes: Sequence[Attribute]
    traits: Mapping[str, str]
    names: Sequence[str]
    own_people: bool = False
    some: bool = False
    starts_known: bool = True
    beginning: date = spine.BEGINNING
    merged: bool = False
    before: bool = True


@dataclass(frozen=True, slots=True)
class Compiled:
    """The query, and the small tables it reads; `reads` names the relations it needs besides.

    `states` are the numbers of days back at which it reads subscriptions; `days` the first and last day of a usage
    rollup that it can make use of, where these are not all; `columns` the rollups' columns that it reads.
    """

    sql: str
    tables: Mapping[str, pa.Table]
    states: tuple[int, ...]
    reads: frozenset[str]
    days: Mapping[str, tuple[date, date]]
    columns: frozenset[str]


def compile_facts(question: Question) -> Compiled:
    """The query for `question` in DuckDB's dialect."""
    needs = Needs(before=question.before)
    compiling = Compiling({**question.also, **question.measures}, question.clock_of, needs)
    columns = {key: compiling.columns(key) for key in question.measures}
    trait_types = {key: of_type for key, of_type in question.traits.items() if needs.trait(key)}
    for attribute in question.attributes:
        needs.attribute(attribute.sql)
    as_of = question.as_of
    u_windows = {w for windows in [*needs.usage.values(), *needs.distinct.values()] for w in windows}
    r_windows = {w for windows in needs.records.values() for w in windows}
    lived = [clock.at for clock in question.clocks]
    u = spine.cut(as_of, lived, u_windows, beginning=question.beginning)
    r = spine.cut(as_of, lived, r_windows, beginning=question.beginning, short=False)
    (u_table, u_bounds), (r_table, r_bounds) = u.bounds(), r.bounds()
    first, last = u.days
    scope = usage.Scope(question.entity, first, last, as_of, question.own_people, question.some, question.merged)

    parts = Parts()
    assemble.began_part(scope, parts, known=question.starts_known)
    usage.usage_parts(needs, scope, parts, u_bounds)
    distinct.distinct_parts(needs, scope, parts, words=u.words)
    records.record_parts(needs, scope, parts, r_bounds)
    assemble.trait_parts(needs, scope, parts)
    asked = assemble.Asked(
        question.attributes, trait_types, columns, {key: question.clock_of[key] for key in question.measures}
    )
    sql = assemble.facts_sql(asked, needs, scope, parts)

    states = tuple(sorted(needs.states))
    tables = {
        "as_of_days": _as_of_days(question, needs, states),
        "arrivals": spine.arrivals(as_of),
        "names": names_table(question.names, needs.sets),
        "u_calendar": u.calendar(),
        "r_calendar": r.calendar(),
    }
    tables["u_edges"], tables["u_bounds"] = u.edges(), u_table
    tables["r_edges"], tables["r_bounds"] = r.edges(), r_table
    tables["u_membership"], tables["r_membership"] = u.membership(), r.membership()
    if needs.distinct:
        tables["u_masks"] = u.masks(_all(needs.distinct.values()))
    whole = scope.tables if needs.last_usage or not question.starts_known else ()
    days = {table: (first, last) for table in usage.ROLLUPS if table not in whole}
    return Compiled(sql, tables, states, frozenset(_read(sql, needs)), days, usage.columns(needs))


def _all[T](sets: Iterable[Iterable[T]]) -> set[T]:
    return {each for some in sets for each in some}


LAKE = ("usage_account_day", "usage_person_day", "records", "traits")


def _read(sql: str, needs: Needs) -> set[str]:
    return {table for table in LAKE if f"from {table} " in sql} | ({"owners"} if needs.owners else set())


def _as_of_days(question: Question, needs: Needs, states: Sequence[int]) -> pa.Table:
    """The as-of days, with what is the same for every entity on each of them."""
    days = question.as_of
    columns: dict[str, pa.Array] = {
        "ordinal": pa.array(range(len(days)), pa.int32()),
        "as_of": pa.array(days, pa.date32()),
    }
    for number, clock in enumerate(question.clocks):
        columns[f"at_c{number}"] = pa.array(clock.at, pa.date32())
        columns[f"stale_c{number}"] = pa.array(clock.stale_since, pa.date32())
    for number, back in sorted(needs.thresholds):
        clock = question.clocks[number]
        limits = [at - timedelta(days=back) for at in clock.at]
        columns[f"old_c{number}_{back}"] = pa.array(
            [
                limit if since is not None and since <= limit else None
                for limit, since in zip(limits, clock.since, strict=True)
            ],
            pa.date32(),
        )
    for ago in states:
        columns[f"ago_{ago}"] = pa.array([day - timedelta(days=ago) for day in days], pa.date32())
    return pa.table(columns)
