"""Takes in what connectors have received: raw events → states → rows, which land as an import's do.

Nothing is forgotten before it is in the log: an event stays waiting until its rows are written, and taking one twice
changes nothing.
"""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction

from tenure.base import clock, paths
from tenure.base.cycle import StageReport, StageRun
from tenure.events.queries import last_run, open_lake
from tenure.ingest.adapters.locks import alone
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.stripe import rows, states
from tenure.ingest.connectors.stripe.meaning import Rows, meaning
from tenure.ingest.connectors.stripe.reading import Unreadable
from tenure.ingest.drain.models import EventReject
from tenure.ingest.drain.summary import Newest, Outcome, Summary
from tenure.ingest.messages import RAW_LIMIT
from tenure.ingest.pipeline import WRITTEN, Import, writer_of
from tenure.ingest.staging import deliveries
from tenure.ingest.staging.store import Bench
from tenure.tenants import queries as tenants

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""Events a run takes."""
KEPT = timedelta(days=90)
"""How long it is known which events came."""
WORK_S = 300.0
_NEWEST = 50
_OUTCOMES: Mapping[str, Outcome] = {"taken": "stored", "ignored": "taken", "refused": "rejected"}


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of rows. `rejects` are entry, row and reason."""

    stated: int
    rejects: tuple[tuple[str, rows.Row, str], ...]
    delivered: deliveries.Days


def take_stage(run: StageRun) -> StageReport:
    """The stage of the cycle: take in what waits. `rows` = events."""
    taken = 0
    for connector in Connector.objects.order_by("id"):
        try:
            taken += take(connector)
        except Exception:
            log.exception("What %s sent could not be taken in; it is tried again.", connector.source)
    ConnectorEvent.objects.filter(taken_at__lt=clock.now() - KEPT).delete()
    return StageReport(taken)


def take(connector: Connector) -> int:
    """Take in up to `AT_ONCE` events that wait; how many. None while facts or another run are being taken in."""
    view = tenants.here()
    if not ConnectorEvent.objects.filter(connector=connector, outcome="waiting").exists():
        return 0
    with alone(view.slug, at="facts", seconds=WORK_S) as free:
        if not free:
            return 0
        waiting = list(ConnectorEvent.objects.filter(connector=connector, outcome="waiting").order_by("id")[:AT_ONCE])
        touched: set[tuple[str, str]] = set()
        told: list[states.Told] = []
        for event in waiting:
            _read(event, told)
        touched = states.keep(connector, told)
        landed = state_all(connector, touched, history=False)
        _finish(connector, waiting, landed)
    return len(waiting)


def state_all(connector: Connector, touched: Iterable[tuple[str, str]], *, history: bool) -> Landed:
    """State what these objects mean. `history`: as known on the day it happened; otherwise from today on."""
    view, now = tenants.here(), clock.now()
    found = meaning(connector, touched, zone=ZoneInfo(view.timezone), now=int(now.timestamp()))
    return _land(connector, found, history=history)


def _read(event: ConnectorEvent, told: list[states.Told]) -> None:
    """Note what an event says, and on the event what became of it."""
    try:
        found = states.of_event(msgspec.json.decode(bytes(event.body)))
    except Unreadable as error:
        event.outcome, event.problem = "refused", f"The event cannot be read: {error}."
        return
    event.outcome = "taken" if found else "ignored"
    told += found


def _land(connector: Connector, found: Rows, *, history: bool) -> Landed:
    """Write rows the way an import does: the same bench, checks and comparison with what is known."""
    if not found:
        return Landed(0, (), {})
    view = tenants.here()
    lake, today = open_lake(view.slug), tenants.as_of_day(view)
    parent = paths.home() / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="connector-", dir=parent, ignore_cleanup_errors=True) as scratch:
        files = {entry: [(entry, _written(Path(scratch), entry, told))] for entry, told in found.items()}
        with Bench(Path(scratch), zone=view.timezone) as bench:
            work = Import(
                bench, view, rows.source_map(connector.source, found), lake, today, connector.source, lambda _: None,
                known_from=None if history else today,
                appends=last_run(lake, WRITTEN, writer=writer_of(connector.source)),
            )  # fmt: skip
            work.run(files)
            query = "SELECT __file, __line, min(c), min(reason) FROM rejects GROUP BY 1, 2 ORDER BY 1, 2"
            rejects = tuple(
                (str(entry), found[str(entry)][int(str(line)) - 1], f"{column}: {reason}" if column else str(reason))
                for entry, line, column, reason in bench.rows(query)
            )
            stated = bench.number("SELECT count(*) FROM outcomes WHERE outcome <> 'unchanged'")
            return Landed(stated, rejects, dict(work.delivered))


def _written(folder: Path, entry: str, told: Sequence[rows.Row]) -> Path:
    file = folder / f"{entry}.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(rows.whole(entry, row)) + b"\n" for row in told))
    return file


@transaction.atomic
def _finish(connector: Connector, events: Sequence[ConnectorEvent], landed: Landed) -> None:
    """Note what became of the events, and count it for the page of the source."""
    now = clock.now()
    for event in events:
        event.taken_at = now
        if event.outcome != "refused":
            event.body = b""
    ConnectorEvent.objects.bulk_update(events, ["taken_at", "outcome", "problem", "body"], batch_size=200)
    summary = Summary()
    for event in events:
        summary.receive(connector.source, event.received_at)
        summary.count(connector.source, event.received_at, "messages")
    by_outcome = Counter(event.outcome for event in events)
    summary.count(connector.source, now, "events", by_outcome["taken"])
    summary.count(connector.source, now, "rejected", by_outcome["refused"] + len(landed.rejects))
    summary.newest[connector.source] = [_newest(event, now) for event in reversed(events[-_NEWEST:])]
    summary.write()
    account_for(connector, landed, now)


def account_for(connector: Connector, landed: Landed, now: datetime) -> None:
    """Keep which kinds of data came, and the rows that were refused."""
    summary = Summary()
    summary.deliver(connector.source, _days(landed.delivered))
    summary.write()
    EventReject.objects.bulk_create(
        EventReject(
            run=0, received_at=now, source=connector.source, trust="server", kind=entry[:20], reason="fact_wrong",
            path="", detail=reason, raw=f"{entry} ".encode() + msgspec.json.encode(row)[: RAW_LIMIT - 40],
        )
        for entry, row, reason in landed.rejects
    )  # fmt: skip


def _days(delivered: deliveries.Days) -> dict[str, tuple[date | None, date | None]]:
    return dict(delivered)


def _newest(event: ConnectorEvent, now: datetime) -> Newest:
    return Newest(
        event.received_at, event.received_at, "webhook", event.type, event.external_id, "", _OUTCOMES[event.outcome]
    )
