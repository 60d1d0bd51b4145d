"""What the facts read of a workspace: its lake, its entities, and what its sources have delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import sql, tenancy
from tenure.customers import queries as customers
from tenure.events.queries import Lake, engine, open_lake
from tenure.measures.clocks import Clock, Delivered, clock, on_time
from tenure.measures.compiler.names import NameSet, name_set
from tenure.measures.contracts import Entity
from tenure.measures.document import Features, Feed, Measure, Usage
from tenure.measures.spine import BEGINNING
from tenure.tenants import queries as tenants

RECORD_FEEDS: Mapping[Feed, str] = {"tickets": "ticket_", "surveys": "survey_", "invoices": "invoice_"}


@dataclass(frozen=True, slots=True)
class House:
    """The workspace of this moment: its lake, the day it believes to be today, and whose addresses are its own."""

    lake: Lake
    as_of: date
    own_domains: tuple[str, ...]


def house() -> House:
    """The ambient workspace. One query."""
    view = tenants.workspace_by_id(tenancy.current_workspace_id())
    return House(open_lake(view.slug), tenants.as_of_day(view), view.own_domains)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """On which days each event name has rows, as (day, known day), usage and records apart."""

    usage: Mapping[str, tuple[Delivered, ...]]
    records: Mapping[str, tuple[Delivered, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """All names of usage events."""
        return tuple(sorted(self.usage))

    def of_feed(self, feed: Feed) -> list[Delivered]:
        """The days on which a feed delivered anything."""
        if feed == "usage":
            return [each for days in self.usage.values() for each in days]
        prefix = RECORD_FEEDS[feed]
        return [each for name, days in self.records.items() if name.startswith(prefix) for each in days]

    def of_names(self, names: NameSet) -> list[Delivered]:
        """The days on which any of the names has rows."""
        return [each for name, days in self.usage.items() if names.weight(name) is not None for each in days]


def deliveries(lake: Lake, as_of: date) -> Deliveries:
    """What was delivered up to `as_of` and known then. One query over the smallest rollup."""
    rows = engine().query(
        sql.load("tenure.measures", "deliveries"),
        relations={"usage_day": lake.relation("usage_day")},
        params={"as_of": as_of},
    )
    found: dict[str, dict[str, list[Delivered]]] = {"usage": {}, "record": {}}
    columns = (rows[c].to_pylist() for c in ("class", "name", "day", "known_day"))
    for of_class, name, day, known_day in zip(*columns, strict=True):
        found[of_class].setdefault(name, []).append(Delivered(day, known_day))
    return Deliveries(*({name: tuple(days) for name, days in found[c].items()} for c in ("usage", "record")))


def clocks(
    measures: Mapping[str, Measure], as_of: Sequence[date], delivered: Deliveries
) -> tuple[dict[str, int], list[Clock]]:
    """The clock each measure lives by, as a number into the list of the different clocks."""
    made: dict[tuple[object, ...], Clock] = {}
    numbers: dict[str, int] = {}
    different: list[Clock] = []
    for key, measure in measures.items():
        names = name_set(measure.counts) if isinstance(measure.counts, Usage | Features) else None
        sort = (measure.feed, measure.freshness_days, names)
        if sort not in made:
            made[sort] = _clock(measure, names, as_of, delivered)
        if made[sort] not in different:
            different.append(made[sort])
        numbers[key] = different.index(made[sort])
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
    """The people of our own team, by their e-mail address. One query, none without domains."""
    people = customers.people_of_domains(domains) if domains else ()
    return pa.table({"person": pa.array(people, pa.int64())})


def entities(entity: Entity, ids: Sequence[int] | None, own: pa.Table) -> pa.Table:
    """The accounts or people as the facts read them; our own people are none. One query, two with parents outside."""
    if entity == "person":
        table = customers.people_table(ids).rename_columns({"person": "id"})
        kept = pc.invert(pc.is_in(table["id"], value_set=own["person"].combine_chunks()))
        return _seen(table.filter(kept))
    table = customers.accounts_table(ids).rename_columns({"account": "id"})
    return _seen(_with_parent_names(table))


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
