"""What a run counts: volumes by source and hour, deliveries, the newest events. Written once, with the run's end."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec
import numpy as np
from django.db.models import F

from tenure.base import clock
from tenure.ingest.actions import record_delivery
from tenure.ingest.drain.hearing import Heard
from tenure.ingest.drain.models import SourceHour, SourceNow
from tenure.ingest.messages import EVENTS
from tenure.ingest.seen import names

NEWEST = 50

type Outcome = Literal["stored", "taken", "parked", "rejected", "duplicate"]
type Column = Literal["messages", "events", "duplicates", "rejected", "parked", "released", "expired"]


class Newest(msgspec.Struct, frozen=True):
    """One of the newest messages of a source, for people to look at."""

    at: datetime
    received_at: datetime
    type: str
    name: str
    user: str
    group: str
    outcome: Outcome


class Summary(msgspec.Struct):
    """What a run will count, as it is kept until its end."""

    hours: dict[str, dict[str, dict[Column, int]]] = msgspec.field(default_factory=dict)
    deliveries: dict[str, dict[str, tuple[date | None, date | None]]] = msgspec.field(default_factory=dict)
    newest: dict[str, list[Newest]] = msgspec.field(default_factory=dict)
    received: dict[str, tuple[datetime, datetime]] = msgspec.field(default_factory=dict)
    seen: list[names.Look] = msgspec.field(default_factory=list)

    def count(self, source: str, at: datetime, column: Column, number: int = 1) -> None:
        """Count something of a source in the hour of receipt."""
        hour = at.replace(minute=0, second=0, microsecond=0).isoformat()
        columns = self.hours.setdefault(source, {}).setdefault(hour, {})
        columns[column] = columns.get(column, 0) + number

    def receive(self, source: str, at: datetime) -> None:
        """Note when a source was heard."""
        first, last = self.received.get(source, (at, at))
        self.received[source] = min(first, at), max(last, at)

    def deliver(self, source: str, kinds: dict[str, tuple[date | None, date | None]]) -> None:
        """Note kinds of data with their days."""
        self.deliveries.setdefault(source, {}).update(kinds)

    def write(self) -> None:
        """Add it to what was counted before. To be done once, in the transaction that ends the run."""
        for source, hours in self.hours.items():
            for hour, columns in hours.items():
                row, made = SourceHour.objects.get_or_create(
                    source=source,
                    hour=datetime.fromisoformat(hour),
                    defaults={str(key): n for key, n in columns.items()},
                )
                if not made:
                    SourceHour.objects.filter(pk=row.pk).update(**{key: F(key) + n for key, n in columns.items()})
        for source, kinds in self.deliveries.items():
            record_delivery(source=source, kinds=kinds)
        now = clock.now()
        for source, (first, last) in self.received.items():
            row_now, _ = SourceNow.objects.get_or_create(source=source, defaults={"first_at": first, "last_at": last})
            row_now.last_at = max(row_now.last_at, last)
            row_now.lag_ms = max(0, int((now - first).total_seconds() * 1000))
            fresh = [msgspec.to_builtins(each) for each in self.newest.get(source, [])]
            row_now.newest = [*fresh, *row_now.newest][:NEWEST]
            row_now.save(update_fields=["last_at", "lag_ms", "newest"])
        names.keep(self.seen)


def newest(heard: Heard, outcomes: Mapping[int, Outcome]) -> dict[str, list[Newest]]:
    """The newest messages of each source, newest first; `outcomes` of those that were not simply taken, by row."""
    found: dict[str, list[Newest]] = {}
    for number, sender in reversed([*enumerate(heard.batches)]):
        tape = found.setdefault(sender.source, [])
        for row, message in reversed(heard.messages_of(number, last=NEWEST - len(tape))):
            usual: Outcome = "stored" if message.type in EVENTS else "taken"
            tape.append(
                Newest(
                    message.at, sender.received_at, message.type, message.name[:200],
                    message.user_id or message.anonymous_id or "", message.group_id or "",
                    outcomes.get(row, usual),
                )
            )  # fmt: skip
    return found


def look(heard: Heard) -> list[names.Look]:
    """What is in some messages of each source."""
    sources = sorted({batch.source for batch in heard.batches})
    place = np.array([sources.index(batch.source) for batch in heard.batches], np.intp)[heard.lines.of]
    found = []
    for number, source in enumerate(sources):
        rows = np.flatnonzero(place == number)
        some = [int(rows[each]) for each in names.sampled(len(rows))]
        found.append(
            names.look_at(source, [(heard.lines.sender(row).received_at, heard.lines.message(row)) for row in some])
        )
    return found
