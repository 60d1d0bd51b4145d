"""Attributed messages as rows of the lake, column by column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.events.contracts import EVENTS, MOMENT, TRAITS, EventClass
from tenure.events.queries import engine
from tenure.ingest.drain.days import days, days_of
from tenure.ingest.drain.flat import MEASURES
from tenure.ingest.drain.lines import Lines, Rows
from tenure.ingest.drain.records import MEANT, recorded

HISTORY = "import"
"""The call whose events count as known on the day they happened."""

NOBODY = -1
"""In the place of a person's id."""
AT_ONCE = 20_000
"""Rows of which the content is hashed together, which takes as much memory again."""

_encode = msgspec.json.Encoder().encode
_WITHOUT_MONTH = pa.schema([each for each in EVENTS if each.name != "month"])
_SAYING = ("class", "name", "at", "count", "properties")
_CONTENT_AT = _WITHOUT_MONTH.get_field_index("content")
_AT_ANY_TIME = -(2**31)

# 63 bits of what a row says, as an import has them (`staging.facts`).
_CONTENT = """
SELECT CAST(md5_number_lower(concat_ws(chr(31), class, name, epoch_us("at"), count, properties)) >> 1 AS BIGINT)
FROM rows
"""

_DELIVERED = {
    "usage": "at", "usage.people": "person", "usage.seconds": "seconds", "usage.value": "value",
    "usage.errors": "errors",
}  # fmt: skip
"""Kinds of data, and the column that has them."""

type Span = tuple[date | None, date | None]
type Ids = NDArray[np.int64]
"""Ids of people or accounts, a row each; `NOBODY` for none."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """Events of `lines`: which rows, whose. `floors` has the least known day of each sender, None = as it happened."""

    lines: Lines
    rows: Rows
    people: Ids
    accounts: Ids
    floors: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """What events say beside who, when and where: a column each."""

    name: pa.Array
    message_id: pa.Array
    measures: NDArray[np.float64]
    properties: pa.Array


def table(parts: Sequence[Attributed], *, zone: str, currency: str) -> pa.Table:
    """The events as rows of the lake, and the records they mean when a server key sent them.

    Without `month`, which the log derives. `currency` is the workspace's.
    """
    made = [_WITHOUT_MONTH.empty_table()]
    for part in parts:
        for first in range(0, len(part.rows), AT_ONCE):
            some = _part(part, slice(first, first + AT_ONCE))
            made.append(_columns(some, EventClass.USAGE, _said(some), zone))
            meaning = _part(some, _meaning(some))
            if len(meaning.rows):
                made.append(_columns(meaning, EventClass.RECORD, _recorded(meaning, currency), zone))
    return pa.concat_tables(made)


def _part(whole: Attributed, which: slice | NDArray[np.intp]) -> Attributed:
    return replace(whole, rows=whole.rows[which], people=whole.people[which], accounts=whole.accounts[which])


def _columns(events: Attributed, event_class: EventClass, said: _Said, zone: str) -> pa.Table:
    lines, rows, count = events.lines, events.rows, len(events.rows)
    of = lines.of[rows]
    at = pa.array(lines.at[rows]).cast(MOMENT)
    floors = np.array([_AT_ANY_TIME if floor is None else floor for floor in events.floors], np.int32)
    happened = days_of(at, zone)
    known = np.maximum(happened, floors[of])
    times, seconds, value, errors = said.measures.T
    columns: dict[str, object] = {
        "class": pa.repeat(event_class.value, count), "day": _dates(happened), "known_day": _dates(known),
        "at": at, "received_at": pa.array([sender.received_at for sender in lines.senders], MOMENT).take(of),
        "account": events.accounts, "person": pa.array(events.people, mask=events.people == NOBODY),
        "source": pa.array([sender.source for sender in lines.senders]).take(of),
        "name": said.name, "message_id": said.message_id, "content": np.zeros(count, np.int64),
        "sign": np.ones(count, np.int8), "count": times, "seconds": _known(seconds), "value": _known(value),
        "errors": _known(errors), "properties": said.properties,
    }  # fmt: skip
    arrays = [_column(columns[each.name], each.type) for each in _WITHOUT_MONTH]
    made = pa.table(arrays, _WITHOUT_MONTH)
    content = engine().query(_CONTENT, relations={"rows": made.select(_SAYING)}).column(0)
    return made.set_column(_CONTENT_AT, _WITHOUT_MONTH.field(_CONTENT_AT), content)


def _column(values: object, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def _known(numbers: NDArray[np.float64]) -> pa.Array:
    return pa.array(numbers, mask=np.isnan(numbers))


def _said(events: Attributed) -> _Said:
    lines, rows = events.lines, pa.array(events.rows)
    return _Said(
        lines.names.take(rows), lines.message_ids.take(rows), lines.measures[events.rows], lines.properties.take(rows)
    )


def _meaning(events: Attributed) -> NDArray[np.intp]:
    """Which of the events mean a record."""
    by_server = np.array([sender.trust == "server" for sender in events.lines.senders])[events.lines.of[events.rows]]
    named = pc.is_in(events.lines.names.take(pa.array(events.rows)), pa.array(sorted(MEANT)))
    return np.flatnonzero(by_server & named.to_numpy(zero_copy_only=False))


def _recorded(events: Attributed, currency: str) -> _Said:
    messages = [events.lines.message(row) for row in events.rows.tolist()]
    records = [
        recorded(message, account=account, currency=currency)
        for message, account in zip(messages, events.accounts.tolist(), strict=True)
    ]
    measures = np.full((len(records), MEASURES), np.nan)
    measures[:, 0] = 1.0
    return _Said(
        pa.array([name.value for name, _ in records]), pa.array([f"{each.message_id}/record" for each in messages]),
        measures, pa.array([_encode(properties).decode() for _, properties in records]),
    )  # fmt: skip


def delivered(table: pa.Table, today: date) -> dict[str, dict[str, Span]]:
    """First and last day (none after today) of each kind, by source: what freshness is measured by."""
    usage = table.select(["source", "day", *_DELIVERED.values()]).filter(
        pc.and_(pc.equal(table["class"], EventClass.USAGE.value), pc.less_equal(table["day"], pa.scalar(today)))
    )
    found: dict[str, dict[str, Span]] = {}
    for kind, column in _DELIVERED.items():
        present = usage.filter(pc.is_valid(usage[column]))
        ends = present.group_by("source").aggregate([("day", "min"), ("day", "max")])
        for row in ends.to_pylist():
            found.setdefault(row["source"], {})[kind] = row["day_min"], row["day_max"]
    return found


class TraitRow(msgspec.Struct, frozen=True):
    """A changed attribute on its way to the lake; `value` is JSON, None for removed."""

    entity: str
    id: int
    key: str
    value: str | None
    at: datetime
    received_at: datetime
    history: bool
    source: str


def trait_table(changes: Sequence[TraitRow], zone: str) -> pa.Table:
    """Rows of `traits`."""
    happened, received = days([c.at for c in changes], zone), days([c.received_at for c in changes], zone)
    history = np.array([c.history for c in changes], bool)
    known = np.where(history, happened, np.maximum(happened, received)).astype(np.int32)
    columns: dict[str, object] = {
        "entity": [c.entity for c in changes], "id": [c.id for c in changes], "key": [c.key for c in changes],
        "value": [c.value for c in changes], "at": [c.at for c in changes], "day": _dates(happened),
        "known_day": _dates(known), "source": [c.source for c in changes],
    }  # fmt: skip
    return pa.table([pa.array(columns[each.name], each.type) for each in TRAITS], TRAITS)


def _dates(numbers: np.ndarray[tuple[int], np.dtype[np.int32]]) -> pa.Array:
    return pa.array(numbers, pa.int32()).cast(pa.date32())
