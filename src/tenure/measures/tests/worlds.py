"""Small worlds for the tests of facts: events in, rollups as the lake has them, and the facts by plain counting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa

from tenure.events.contracts import EVENTS, TRAITS, USAGE_ACCOUNT_DAY, USAGE_PERSON_DAY
from tenure.measures.clocks import Clock, on_time
from tenure.measures.compiler.build import Question, compile_facts
from tenure.measures.compiler.fields import attributes
from tenure.measures.contracts import Entity
from tenure.measures.document import Measure

START = date(2024, 1, 1)


@dataclass(frozen=True)
class Event:
    """A row of the log; `record` carries the properties of a business record."""

    day: date
    name: str = "open"
    account: int = 1
    person: int = 0
    late: int = 0
    sign: int = 1
    count: float = 1.0
    seconds: float | None = None
    value: float | None = None
    errors: float | None = None
    record: Mapping[str, object] | None = None
    message: str = ""

    @property
    def known_day(self) -> date:
        return self.day + timedelta(days=self.late)


@dataclass(frozen=True)
class World:
    """Everything the facts read."""

    events: Sequence[Event] = ()
    accounts: Mapping[int, date | None] = field(default_factory=lambda: {1: START})
    people: Mapping[int, date | None] = field(default_factory=dict)
    own: Sequence[int] = ()
    states: Sequence[Mapping[str, object]] = ()
    traits: Sequence[Mapping[str, object]] = ()
    owners: Sequence[Mapping[str, object]] = ()
    trait_types: Mapping[str, str] = field(default_factory=dict)


def events_table(events: Sequence[Event]) -> pa.Table:
    """The log."""
    rows = [
        {
            "class": "record" if e.record is not None else "usage", "month": f"{e.day:%Y-%m}", "day": e.day,
            "known_day": e.known_day, "at": datetime(e.day.year, e.day.month, e.day.day, 12, tzinfo=UTC),
            "received_at": datetime(e.known_day.year, e.known_day.month, e.known_day.day, 13, tzinfo=UTC),
            "account": e.account, "person": e.person or None, "source": "test", "name": e.name,
            "message_id": e.message or f"m{n}", "content": n, "sign": e.sign, "count": e.count, "seconds": e.seconds,
            "value": e.value, "errors": e.errors, "properties": json.dumps(dict(e.record)) if e.record else None,
        }
        for n, e in enumerate(events)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=EVENTS)


def rolled_up(log: pa.Table) -> dict[str, pa.Table]:
    """The rollups as the lake makes them."""
    with duckdb.connect() as db:
        db.register("events", log)
        sums = """class, sum(e.sign * e.count) as events, cast(sum(e.sign) as bigint) as rows,
            coalesce(sum(e.sign * e.seconds), 0.0) as seconds, coalesce(sum(e.sign * e.value), 0.0) as value,
            cast(coalesce(sum(case when e.value is not null then e.sign end), 0) as bigint) as valued,
            coalesce(sum(e.sign * e.errors), 0.0) as errors"""
        person = f"""select e.account, coalesce(e.person, 0) as person, e.month, e.day, e.known_day, e.name, {sums}
            from events e group by all having sum(e.sign) <> 0 or sum(e.sign * e.count) <> 0"""
        account = f"""select e.account, e.month, e.day, e.known_day, e.name, {sums}, 0::bigint as people
            from events e group by all having sum(e.sign) <> 0 or sum(e.sign * e.count) <> 0"""
        return {
            "usage_person_day": db.sql(person).to_arrow_table().cast(USAGE_PERSON_DAY),
            "usage_account_day": db.sql(account).to_arrow_table().cast(USAGE_ACCOUNT_DAY),
        }


STATE = {
    "account": pa.int64(), "as_of": pa.date32(), "status": pa.string(), "plan": pa.string(), "mrr": pa.float64(),
    "seats": pa.int64(), "subscriptions": pa.int64(), "renewals": pa.int64(), "first_paid_on": pa.date32(),
    "renewal_on": pa.date32(), "notice_on": pa.date32(), "lost_on": pa.date32(),
}  # fmt: skip


def ask(
    world: World,
    measures: Mapping[str, Measure],
    as_of: Sequence[date],
    *,
    entity: Entity = "account",
    clocks: Sequence[Clock] | None = None,
    clock_of: Mapping[str, int] | None = None,
    ids: Sequence[int] | None = None,
    also: Mapping[str, Measure] | None = None,
    before: bool = True,
) -> list[dict[str, object]]:
    """The facts of a world, rows as dicts, by day and id."""
    everything = {**(also or {}), **measures}
    usage_names = sorted({e.name for e in world.events if e.record is None})
    starts = world.accounts if entity == "account" else {p: s for p, s in world.people.items() if p not in world.own}
    question = Question(
        entity=entity, as_of=tuple(as_of), measures=measures, also=also or {},
        clock_of=clock_of or dict.fromkeys(everything, 0), clocks=clocks or [on_time("usage", as_of, date(1990, 1, 1))],
        attributes=attributes(entity), traits=world.trait_types, names=usage_names, own_people=bool(world.own),
        some=ids is not None, starts_known=None not in starts.values(), before=before,
    )  # fmt: skip
    compiled = compile_facts(question)
    log = events_table(world.events)
    kept = {i: s for i, s in starts.items() if ids is None or i in ids}
    blank = pa.array([""] * len(kept), pa.string())
    relations = {
        **compiled.tables, **rolled_up(log), "records": log.filter(pa.compute.equal(log["class"], "record")),
        "traits": pa.Table.from_pylist(list(world.traits), schema=TRAITS),
        "own_people": pa.table({"person": pa.array(world.own, pa.int64())}),
        "wanted": pa.table({"id": pa.array(ids or [], pa.int64())}),
        "entities": pa.table(
            {
                "id": pa.array(list(kept), pa.int64()), "external_id": blank, "name": blank, "kind": blank,
                "product": blank, "parent": blank, "email": blank, "title": blank,
                "started_on": pa.array(list(kept.values()), pa.date32()),
                "seen_on": pa.array([date(2030, 1, 1)] * len(kept), pa.date32()),
            }
        ),
        "owners": pa.Table.from_pylist(
            list(world.owners),
            schema=pa.schema([("account", pa.int64()), ("role", pa.string()), ("member", pa.int64()),
                              ("name", pa.string()), ("since", pa.date32()), ("until", pa.date32())]),
        ),
        "account_state": pa.Table.from_pylist(list(world.states), schema=pa.schema(list(STATE.items()))),
    }  # fmt: skip
    with duckdb.connect(config={"threads": 1}) as db:
        for name, table in relations.items():
            db.register(name, table)
        rows: list[dict[str, object]] = db.sql(compiled.sql).to_arrow_table().to_pylist()
    return sorted(rows, key=lambda row: (row["as_of"], row["id"]))
