"""Attributed messages as rows of the lake, column by column."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from math import isfinite

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.events.contracts import EVENTS, MOMENT, TRAITS, EventClass
from tenure.events.queries import engine
from tenure.ingest.drain.days import days, days_of
from tenure.ingest.drain.records import MEANT, Record, recorded
from tenure.ingest.identity.contracts import Sender
from tenure.ingest.messages import Message

HISTORY = "import"
"""The call whose events count as known on the day they happened."""

AT_ONCE = 20_000
"""Rows that are laid into columns together: until they are, each takes five times as much memory."""

_encode = msgspec.json.Encoder().encode
_WITHOUT_MONTH = pa.schema([each for each in EVENTS if each.name != "month"])
_AT_ANY_TIME = -(2**31)
_MEASURED = frozenset({"count", "duration", "duration_ms", "value", "revenue", "total", "errors"})

# 63 bits of what a row says, as an import has them (`staging.facts`).
_WITH_CONTENT = """
SELECT
    * REPLACE (
        CAST(md5_number_lower(concat_ws(chr(31), class, name, epoch_us("at"), count, properties)) >> 1 AS BIGINT)
            AS content
    )
FROM rows
"""

_DELIVERED = {
    "usage": "at", "usage.people": "person", "usage.seconds": "seconds", "usage.value": "value",
    "usage.errors": "errors",
}  # fmt: skip
"""Kinds of data, and the column that has them."""

type Span = tuple[date | None, date | None]
type _Row = tuple[Message, Sender, int | None, int]


@dataclass(frozen=True, slots=True)
class _Said:
    """What events say beside who, when and where: a column each."""

    name: list[str]
    message_id: list[str]
    count: list[float]
    seconds: list[float | None]
    value: list[float | None]
    errors: list[float | None]
    properties: list[bytes | None]


class EventRows:
    """Rows of `events` in the making. `floor` is the least known day; None = as it happened."""

    def __init__(self, zone: str, currency: str) -> None:
        self._zone, self._currency = zone, currency
        self._rows: list[_Row] = []
        self._senders: dict[int, tuple[int, Sender, int]] = {}

    def add(self, message: Message, sender: Sender, *, person: int | None, account: int, floor: int | None) -> None:
        """An event. The floor is the same for all of a sender."""
        if id(sender) not in self._senders:
            self._senders[id(sender)] = len(self._senders), sender, _AT_ANY_TIME if floor is None else floor
        self._rows.append((message, sender, person, account))

    def counted(self) -> Iterator[tuple[Sender, int]]:
        """How many events of each sender."""
        counts = Counter(id(sender) for _, sender, _, _ in self._rows)
        return ((sender, counts[key]) for key, (_, sender, _) in self._senders.items())

    def table(self) -> pa.Table:
        """The events, and the records they mean when a server key sent them; without `month`, which the log derives."""
        parts = [_WITHOUT_MONTH.empty_table()]
        for rows in batched(self._rows, AT_ONCE):
            parts.append(self._columns(rows, EventClass.USAGE, _said([each[0] for each in rows])))
            server = [each for each in rows if each[0].name in MEANT and each[1].trust == "server"]
            if server:
                records = [recorded(each[0], account=each[3], currency=self._currency) for each in server]
                parts.append(self._columns(server, EventClass.RECORD, _recorded(server, records)))
        return pa.concat_tables(parts)

    def _columns(self, rows: Sequence[_Row], event_class: EventClass, said: _Said) -> pa.Table:
        messages, by, people, accounts = zip(*rows, strict=True)
        senders = [(sender, floor) for _, sender, floor in self._senders.values()]
        of = np.fromiter((self._senders[id(each)][0] for each in by), np.int64, len(rows))
        at = pa.array([each.at for each in messages], MOMENT)
        happened = days_of(at, self._zone)
        known = np.maximum(happened, np.array([floor for _, floor in senders], np.int32)[of])
        columns: dict[str, object] = {
            "class": pa.repeat(event_class.value, len(rows)), "day": _dates(happened), "known_day": _dates(known),
            "at": at, "received_at": pa.array([sender.received_at for sender, _ in senders], MOMENT).take(of),
            "account": accounts, "person": people,
            "source": pa.array([sender.source for sender, _ in senders]).take(of),
            "name": said.name, "message_id": said.message_id, "content": np.zeros(len(rows), np.int64),
            "sign": np.ones(len(rows), np.int8), "count": said.count, "seconds": said.seconds, "value": said.value,
            "errors": said.errors, "properties": said.properties,
        }  # fmt: skip
        arrays = [_column(columns[each.name], each.type) for each in _WITHOUT_MONTH]
        table = pa.table(arrays, _WITHOUT_MONTH)
        return engine().query(_WITH_CONTENT, relations={"rows": table}).cast(_WITHOUT_MONTH)


def _column(values: object, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def _said(messages: Sequence[Message]) -> _Said:
    """Most properties are no measures, so only those are looked at that may be."""
    rows = len(messages)
    said = _Said(
        [each.name for each in messages], [each.message_id for each in messages], [1.0] * rows, [None] * rows,
        [None] * rows, [None] * rows, [_encode(each.properties) if each.properties else None for each in messages],
    )  # fmt: skip
    for row, message in enumerate(messages):
        properties = message.properties
        if _MEASURED.isdisjoint(properties):
            continue
        if "count" in properties:
            said.count[row] = _number(properties, "count", above=0.0) or 1.0
        if "duration" in properties or "duration_ms" in properties:
            said.seconds[row] = _seconds(properties)
        if "errors" in properties:
            said.errors[row] = _number(properties, "errors", least=0.0)
        said.value[row] = _number(properties, "value", "revenue", "total")
    return said


def _recorded(rows: Sequence[_Row], records: Sequence[Record]) -> _Said:
    nothing = [None] * len(rows)
    return _Said(
        [name.value for name, _ in records], [f"{each[0].message_id}/record" for each in rows], [1.0] * len(rows),
        [*nothing], [*nothing], [*nothing], [_encode(properties) for _, properties in records],
    )  # fmt: skip


def delivered(table: pa.Table, today: date) -> dict[str, dict[str, Span]]:
    """First and last day (none after today) of each kind, by source: what freshness is measured by."""
    usage = table.filter(
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


def _number(
    said: Mapping[str, object], *names: str, above: float | None = None, least: float | None = None
) -> float | None:
    """The first of these that is a finite number in range."""
    for name in names:
        value = said.get(name)
        if value.__class__ is not int and value.__class__ is not float:
            continue
        try:
            number = float(value)
        except OverflowError:
            continue
        if isfinite(number) and (above is None or number > above) and (least is None or number >= least):
            return number
    return None


def _seconds(said: Mapping[str, object]) -> float | None:
    seconds = _number(said, "duration", least=0.0)
    if seconds is not None:
        return seconds
    milliseconds = _number(said, "duration_ms", least=0.0)
    return None if milliseconds is None else milliseconds / 1000
