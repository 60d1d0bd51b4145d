"""Behind a number: its course over the days, and the very events that it was counted from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from tenure.base import sql
from tenure.base.refusals import NotFound
from tenure.customers.queries import merged
from tenure.events.queries import engine, moved, span
from tenure.measures import published, sources
from tenure.measures.compiler.names import NameSet, name_set
from tenure.measures.contracts import Entity
from tenure.measures.deliveries import deliveries
from tenure.measures.document import Features, Invoices, Measure, Measures, Subscription, Surveys, Tickets, Usage
from tenure.measures.facts import facts
from tenure.measures.sources import House
from tenure.measures.spine import BEGINNING


@dataclass(frozen=True, slots=True)
class Point:
    """A measure on a day; `value` None = unknown; `stale_since` while its source was silent."""

    day: date
    value: float | None
    stale_since: date | None


@dataclass(frozen=True, slots=True)
class Series:
    """A measure's course, oldest first."""

    key: str
    measure: Measure
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """An event that was counted."""

    message_id: str
    name: str
    day: date
    at: datetime
    account: int
    person: int | None
    count: float
    seconds: float | None
    value: float | None
    errors: float | None
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The events behind a number, newest first: `total` of them, on the days from `first` to `last`."""

    key: str
    measure: Measure
    first: date
    last: date
    total: int
    rows: tuple[EvidenceRow, ...]


def series(
    measure: str,
    entity: Entity,
    id: int,
    days: int = 90,
    *,
    as_of: date | None = None,
    daily: int | None = None,
    known: pa.Table | None = None,
) -> Series:
    """The measure on each of the last `days` as-of days; refuses with `NotFound` what is not published.

    With `daily`, on each of so many days, and before them on one a week. One run of the facts over all days, on the
    rows of the one account. `known` as for `facts`.
    """
    last = as_of or sources.house().as_of
    recent = days if daily is None else min(daily, days)
    wanted = [last - timedelta(days=back) for back in (*range(recent), *range(recent + 6, days, 7))]
    document = _published(measure)
    rows = facts(entity=entity, as_of=wanted, ids=[id], only=[measure], known=known)
    if measure not in rows.column_names:
        raise NotFound(f"The measure {measure!r} is not known of {entity}s.")
    columns = (rows[c].to_pylist() for c in ("as_of", measure, f"{measure}__stale_since"))
    return Series(measure, document, tuple(Point(*each) for each in zip(*columns, strict=True)))


def evidence(
    measure: str,
    entity: Entity,
    id: int,
    as_of: date | None = None,
    *,
    before: bool = False,
    limit: int = 200,
) -> Evidence:
    """The events that the measure was counted from on `as_of`; with `before`, those of the window before.

    A ratio answers with the events of the measure above the line; a frozen measure with those of its last good day.
    An attribute, such as the length of the relation, has none. Refuses with `NotFound` what is not published.
    """
    house = sources.house()
    day = as_of or house.as_of
    document = counted = _published(measure)
    if isinstance(document.counts, Measures):
        counted = _published(document.counts.of)
    first, last = _days(house, measure, counted, day, before=before)
    chosen = _names(house, counted, day)
    merges = merged()
    ends = span(merges, [id]) if entity == "account" else None
    relation = moved(
        house.lake.relation("events", classes={chosen.of_class}, accounts=ends, days=(first, last)), merges
    )
    rows = engine().query(
        sql.load("tenure.measures", "evidence"),
        relations={
            "events": relation,
            "names": pa.table({"name": pa.array(chosen.names, pa.string())}),
            "own_people": sources.own_people(house.own_domains),
        },
        params={
            "by_person": entity == "person", "entity_id": id, "class": chosen.of_class, "first": first, "last": last,
            "as_of": day, "kind": chosen.kind, "limit": limit,
        },
    ).to_pylist()  # fmt: skip
    return Evidence(measure, document, first, last, rows[0]["total"] if rows else 0, tuple(_row(r) for r in rows))


@dataclass(frozen=True, slots=True)
class _Chosen:
    of_class: str
    names: tuple[str, ...]
    kind: str | None = None


def _published(measure: str) -> Measure:
    found = published.published().get(measure)
    if found is None:
        raise NotFound(f"There is no measure {measure!r}.")
    return found.measure


def _days(house: House, key: str, measure: Measure, as_of: date, *, before: bool) -> tuple[date, date]:
    """The first and last day whose rows count."""
    delivered = deliveries(house.lake, as_of)
    numbers, clocks = sources.clocks({key: measure}, (as_of,), delivered)
    at = clocks[numbers[key]].at[0]
    if measure.window is None:
        return BEGINNING, as_of
    last = at - timedelta(days=measure.window if before else 0)
    return last - timedelta(days=measure.window), last - timedelta(days=1)


def _names(house: House, measure: Measure, as_of: date) -> _Chosen:
    counts = measure.counts
    match counts:
        case Usage() | Features():
            return _Chosen("usage", _matching(house, name_set(counts), as_of))
        case Tickets():
            events = ("opened", "closed") if measure.aggregate == "open" else (counts.event,)
            return _Chosen("record", tuple(f"ticket_{event}" for event in events))
        case Surveys():
            return _Chosen("record", ("survey_answered",), counts.survey)
        case Invoices():
            return _Chosen("record", ("invoice_issued", "invoice_paid"))
        case Subscription():
            return _Chosen("record", ("subscription_started", "subscription_changed", "subscription_ended"))
        case _:
            return _Chosen("record", ())


def _matching(house: House, names: NameSet, as_of: date) -> tuple[str, ...]:
    known = deliveries(house.lake, as_of).names
    return tuple(name for name in known if names.weight(name) is not None)


def _row(row: Mapping[str, object]) -> EvidenceRow:
    kept = {k: v for k, v in row.items() if k not in ("moment", "total", "properties")}
    properties = json.loads(str(row["properties"])) if row["properties"] else {}
    return EvidenceRow(at=row["moment"], properties=properties, **kept)  # type: ignore[arg-type]
