"""Attributed messages as rows of the lake."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite

import msgspec
import numpy as np
import pyarrow as pa

from tenure.events.contracts import EVENTS, TRAITS, EventClass
from tenure.ingest.drain.days import dated, day_number, days
from tenure.ingest.drain.records import recorded
from tenure.ingest.identity.contracts import Sender
from tenure.ingest.messages import Message

HISTORY = "import"
"""The call whose events count as known on the day they happened."""

_encode = msgspec.json.Encoder().encode
_63_BITS = 2**63 - 1

type Span = tuple[date | None, date | None]


@dataclass(slots=True)
class EventRows:
    """Rows of `events` in the making, column by column. `floor` is the least known day; None = as it happened."""

    zone: str
    currency: str
    event_class: list[str] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    received_at: list[datetime] = field(default_factory=list)
    floor: list[int | None] = field(default_factory=list)
    account: list[int] = field(default_factory=list)
    person: list[int | None] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    message_id: list[str] = field(default_factory=list)
    content: list[int] = field(default_factory=list)
    count: list[float] = field(default_factory=list)
    seconds: list[float | None] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    errors: list[float | None] = field(default_factory=list)
    properties: list[bytes | None] = field(default_factory=list)

    def add(self, message: Message, sender: Sender, *, person: int | None, account: int, floor: int | None) -> None:
        """An event, and the record it means when a server key sent it."""
        said = message.properties
        if said:
            self._row(
                message, sender, person, account, floor, EventClass.USAGE.value, message.name, message.message_id,
                count=_number(said, "count", above=0.0) or 1.0, seconds=_seconds(said),
                value=_number(said, "value", "revenue", "total"), errors=_number(said, "errors", least=0.0),
                properties=_encode(said),
            )  # fmt: skip
        else:
            self._row(
                message, sender, person, account, floor, EventClass.USAGE.value, message.name, message.message_id,
                count=1.0, seconds=None, value=None, errors=None, properties=None,
            )  # fmt: skip
        if sender.trust == "server":
            record = recorded(message, account=account, currency=self.currency)
            if record is not None:
                name, properties = record
                self._row(
                    message, sender, person, account, floor, EventClass.RECORD.value, name.value,
                    f"{message.message_id}/record", count=1.0, seconds=None, value=None, errors=None,
                    properties=_encode(properties),
                )  # fmt: skip

    def _row(
        self, message: Message, sender: Sender, person: int | None, account: int, floor: int | None,
        event_class: str, name: str, message_id: str, *, count: float, seconds: float | None, value: float | None,
        errors: float | None, properties: bytes | None,
    ) -> None:  # fmt: skip
        self.event_class.append(event_class)
        self.at.append(message.at)
        self.received_at.append(sender.received_at)
        self.floor.append(floor)
        self.account.append(account)
        self.person.append(person)
        self.source.append(sender.source)
        self.name.append(name)
        self.message_id.append(message_id)
        said = f"{event_class}\0{name}\0{message.at.timestamp()}\0{count}".encode() + (properties or b"")
        self.content.append(int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "little") & _63_BITS)
        self.count.append(count)
        self.seconds.append(seconds)
        self.value.append(value)
        self.errors.append(errors)
        self.properties.append(properties)

    def table(self) -> pa.Table:
        """The rows, without `month`, which the log derives."""
        happened = days(self.at, self.zone)
        floors = np.array([-(2**31) if floor is None else floor for floor in self.floor], np.int32)
        known = np.maximum(happened, floors)
        columns: dict[str, object] = {
            "class": self.event_class, "day": _dates(happened), "known_day": _dates(known), "at": self.at,
            "received_at": self.received_at, "account": self.account, "person": self.person, "source": self.source,
            "name": self.name, "message_id": self.message_id, "content": self.content,
            "sign": np.ones(len(self.at), np.int8), "count": self.count, "seconds": self.seconds,
            "value": self.value, "errors": self.errors, "properties": self.properties,
        }  # fmt: skip
        wanted = [each for each in EVENTS if each.name != "month"]
        return pa.table([pa.array(columns[each.name], each.type) for each in wanted], pa.schema(wanted))

    def delivered(self, today: date) -> dict[str, dict[str, Span]]:
        """First and last day (none after today) of each kind, by source: what freshness is measured by."""
        happened, upto = days(self.at, self.zone), day_number(today)
        parts: Mapping[str, Sequence[object]] = {
            "usage": self.at, "usage.people": self.person, "usage.seconds": self.seconds, "usage.value": self.value,
            "usage.errors": self.errors,
        }  # fmt: skip
        ends: dict[tuple[str, str], tuple[int, int]] = {}
        usage = np.array([each == EventClass.USAGE.value for each in self.event_class], bool) & (happened <= upto)
        sources = np.array(self.source, dtype=object)
        for source in set(self.source):
            ours = usage & (sources == source)
            for kind, column in parts.items():
                present = np.fromiter((each is not None for each in column), bool, len(column))
                of_kind = happened[ours & present]
                if len(of_kind):
                    ends[source, kind] = int(of_kind.min()), int(of_kind.max())
        found: dict[str, dict[str, Span]] = {}
        for (source, kind), (first, last) in ends.items():
            found.setdefault(source, {})[kind] = dated(first), dated(last)
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
        if value is None or isinstance(value, bool) or not isinstance(value, int | float):
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
