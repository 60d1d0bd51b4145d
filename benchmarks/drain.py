"""The drain: from the inbox into the log on SQLite, with 150 hashes in the duplicate window for each event drained.

Acknowledged batches of 100 events wait; the drain takes them all. One in twenty is an identify or a group call, the
rest are track calls of known people with five properties, one in a hundred a repeat of an earlier one.
"""

import os
import time
from datetime import date, timedelta
from pathlib import Path

import msgspec
from django.core.management import call_command

from benchmarks.machine import Line, Report, peak_memory_gb, reset_peak_memory
from tenure.base import clock, tenancy
from tenure.base.cycle import StageRun
from tenure.events.queries import open_lake
from tenure.ingest import duplicates, inbox
from tenure.ingest.drain.draining import drain
from tenure.ingest.duplicates.tables import tables
from tenure.tenants.actions import found_workspace
from tenure.tenants.models import Workspace

HASHES_AN_EVENT = 150
A_BATCH = 100
PEOPLE_AN_ACCOUNT = 20


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 1) -> Report:
    """Each run drains `events` messages of a fresh workspace; the window stays."""
    report = Report(f"Drain of {events:,} messages of {accounts:,} accounts on SQLite")
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    _fill_window(events * HASHES_AN_EVENT)
    reset_peak_memory()
    for _ in range(repeat):
        slug = f"drain-{Workspace.objects.count() + 1}"
        view = found_workspace(slug=slug, email="bench@example.org", password="a password for benchmarks").workspace
        with tenancy.workspace(view.id):
            _send(view.id, accounts=accounts, first=0, count=A_BATCH)
            stage = StageRun(view.id, slug, clock.today("UTC"), (clock.today("UTC"),))
            drain(stage)  # the filters of the window are made once, by the first drain of a process
            _send(view.id, accounts=accounts, first=A_BATCH, count=events)
            started, used = time.perf_counter(), time.process_time()
            while inbox.waiting(view.id).batches:
                drain(stage)
            seconds, processor = time.perf_counter() - started, time.process_time() - used
            rows = sum(file.rows for file in open_lake(slug).snapshot("events").files)
        note = f"{seconds:.2f} s, {processor:.2f} s of processor; {rows:,} rows in the log"
        report.add(Line("messages a second", events / seconds, "/s", note=note))
    report.add(Line("hashes in the window", duplicates.rows_held(), ""))
    report.add(Line("peak memory", peak_memory_gb(), "GB"))
    return report


def _fill_window(hashes: int) -> None:
    today, where = clock.now().date(), tables()
    each = hashes // duplicates.DAYS
    for ago in range(1, duplicates.DAYS + 1):
        day: date = today - timedelta(days=ago)
        missing = each - where.held().get(day, 0)
        while missing > 0:
            some = os.urandom(16 * min(missing, 500_000))
            where.add(day, [some[at : at + 16] for at in range(0, len(some), 16)], 0)
            missing -= 500_000


def _send(workspace: int, *, accounts: int, first: int, count: int) -> None:
    for start in range(first, first + count, A_BATCH):
        body = msgspec.json.encode({"batch": [_said(number, accounts) for number in range(start, start + A_BATCH)]})
        inbox.store(
            inbox.Row(
                workspace_id=workspace, key_id=1, trust="server", kind="batch", source="bench",
                received_at=clock.now(), body=body, events=A_BATCH,
            )
        )  # fmt: skip


def _said(number: int, accounts: int) -> dict[str, object]:
    person = number % (accounts * PEOPLE_AN_ACCOUNT)
    user, group = f"user-{person}", f"account-{person % accounts}"
    base = {"userId": user, "messageId": f"message-{number - 1 if number % 100 == 99 else number}",
            "timestamp": clock.now(), "context": {"groupId": group, "library": {"name": "bench"}}}  # fmt: skip
    match number % 40:
        case 0:
            return {**base, "type": "identify", "traits": {"email": f"{user}@example.org", "role": "admin"}}
        case 20:
            return {**base, "type": "group", "groupId": group, "traits": {"name": group, "plan": "gold"}}
        case _:
            properties = {"page": f"/p/{number % 50}", "tab": "home", "count": 1, "duration": number % 90, "ok": True}
            return {**base, "type": "track", "event": f"Feature {number % 30}", "properties": properties}
