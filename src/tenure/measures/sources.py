"""What the facts read of a workspace: its lake, its entities, and what its sources have delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import tenancy
from tenure.customers import queries as customers
from tenure.events.queries import Lake, open_lake
from tenure.measures import stretches
from tenure.measures.clocks import Clock, clock, on_time
from tenure.measures.compiler.names import NameSet, name_set
from tenure.measures.contracts import Entity
from tenure.measures.deliveries import Deliveries
from tenure.measures.document import Features, Measure, Usage
from tenure.measures.spine import BEGINNING
from tenure.tenants import queries as tenants


@dataclass(frozen=True, slots=True)
class House:
    """The workspace of this moment: its lake, the day it believes to be today, and whose addresses are its own."""

    lake: Lake
    as_of: date
    own_domains: tuple[str, ...]


def house() -> House:
    """The ambient workspace. One query."""
    view = tenants.here()
    return House(open_lake(view.slug), tenants.as_of_day(view), view.own_domains)


def clocks(
    measures: Mapping[str, Measure], as_of: Sequence[date], delivered: Deliveries
) -> tuple[dict[str, int], list[Clock]]:
    """The clock each measure lives by, as a number into the list of the different clocks."""
    made: dict[tuple[object, ...], int] = {}
    numbers: dict[str, int] = {}
    different: list[Clock] = []
    for key, measure in measures.items():
        names = name_set(measure.counts) if isinstance(measure.counts, Usage | Features) else None
        sort = (measure.feed, measure.freshness_days, names)
        if sort not in made:
            each = _clock(measure, names, as_of, delivered)
            if each not in different:
                different.append(each)
            made[sort] = different.index(each)
        numbers[key] = made[sort]
    return numbers, different


def _clock(measure: Measure, names: NameSet | None, as_of: Sequence[date], delivered: Deliveries) -> Clock:
    """A feed's clock; a measure of certain names delivers since the first of them was seen."""
    feed = measure.feed
    if feed in ("accounts", "subscriptions"):
        return on_time(feed, as_of, BEGINNING)
    of_feed = clock(feed, as_of, delivered.of_feed(feed), measure.freshness_days)
    if names is None:
        return of_feed
    first = clock(feed, as_of, delivered.of_names(names), limit=10_000).since
    return Clock(feed, of_feed.at, first, of_feed.stale_since)


def own_people(domains: Sequence[str]) -> pa.Table:
    """The people of our own team, by their e-mail address. One query, none without domains or where read before."""
    key = ("own people", tuple(domains))
    people = tenancy.remembered(key, lambda: customers.people_of_domains(domains)) if domains else ()
    return pa.table({"person": pa.array(people, pa.int64())})


@dataclass(frozen=True, slots=True)
class Population:
    """Whom the facts are about: the accounts or people, and those people who are our own.

    `together` are those that stand for several records on some days: a number of its own → the records, the one that
    stands for them first. Where anything was ever merged (`merged`), the rows have the columns of `stretches`.
    """

    table: pa.Table
    own: pa.Table
    together: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    merged: bool = False


def population(
    entity: Entity,
    ids: Sequence[int] | None,
    domains: Sequence[str],
    *,
    known: pa.Table | None = None,
    parents: bool = True,
) -> Population:
    """The accounts or people as the facts read them; our own people are none.

    `known` is `accounts_table` of the accounts `ids`, if the caller has read it. Two queries at most, three with the
    names of `parents`.
    """
    aliases = customers.merged().of(entity)
    concerned = bool(aliases.courses) and (ids is None or not aliases.ids.isdisjoint(ids) or entity == "account")
    wanted = ids if ids is None or not concerned else sorted(aliases.sources(ids))
    if entity == "person":
        found = _people(wanted, domains)
        return _in_stretches(found, aliases, ids) if concerned else found
    read = customers.accounts_table(wanted) if known is None or wanted != ids else known
    found = Population(_seen(read.rename_columns({"account": "id"})), own_people(domains))
    found = _in_stretches(found, aliases, ids) if concerned else found
    return replace(found, table=_with_parent_names(found.table)) if parents else found


def _in_stretches(found: Population, aliases: customers.Aliases, ids: Sequence[int] | None) -> Population:
    table, together = stretches.cut(found.table, aliases)
    if ids is not None:
        table = table.filter(pc.is_in(table["id"], value_set=pa.array(ids, pa.int64())))
    return Population(table, found.own, together, merged=True)


def _people(ids: Sequence[int] | None, domains: Sequence[str]) -> Population:
    """Of a few people their addresses tell which are our own."""
    table = customers.people_table(ids).rename_columns({"person": "id"})
    if ids is None:
        own = own_people(domains)
    else:
        email = pc.utf8_lower(table["email"])
        ours = [pc.ends_with(email, pattern=f"@{domain.removeprefix('@').lower()}") for domain in domains]
        marked = reduce(pc.or_, ours, pa.array(np.zeros(table.num_rows, bool)))
        own = pa.table({"person": table["id"].filter(marked)})
    kept = pc.invert(pc.is_in(table["id"], value_set=own["person"].combine_chunks()))
    return Population(_seen(table.filter(kept)), own)


def _seen(table: pa.Table) -> pa.Table:
    """With the day it was first seen in place of the moment."""
    seen = pc.cast(pc.cast(table["first_seen_at"], pa.timestamp("us")), pa.date32(), safe=False)
    return table.append_column("seen_on", seen).drop_columns(["first_seen_at"])


def _with_parent_names(accounts: pa.Table) -> pa.Table:
    """With the parent's external id in place of its id."""
    wanted = pc.unique(accounts["parent"].drop_null())
    parents = (
        customers.accounts_table(wanted.to_pylist())
        if len(wanted)
        else accounts.slice(0, 0).rename_columns({"id": "account"})
    )
    at = pc.index_in(accounts["parent"], value_set=parents["account"].combine_chunks())
    named = pc.take(parents["external_id"].combine_chunks(), at.combine_chunks())
    return accounts.set_column(accounts.column_names.index("parent"), "parent", pc.cast(named, pa.string()))
