"""The drain: from the inbox into the log on SQLite, by a worker process of its own, with a full duplicate window.

All people and accounts are known before the clock starts, and the window's filters are in memory; what that takes
after a start is told too. The rival is the floor: the same bytes parsed with msgspec and appended to a Delta table in
commits of the same size, with no identity, no duplicates, no counts.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
from django.core.management import call_command

from benchmarks import drain_load
from benchmarks.drain_worker import Took
from benchmarks.machine import Line, Report
from tenure.base import clock
from tenure.ingest import duplicates, inbox
from tenure.ingest.duplicates import pieces
from tenure.tenants import queries as tenants
from tenure.tenants.actions import found_workspace
from tenure.tenants.contracts import WorkspaceView
from tenure.tenants.models import Workspace

SLUG = "drain"
HASHES = 30_000_000
TARGET_PER_S = 60_000
MEMORY_MB = 400.0


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3, window: int = HASHES) -> Report:
    """Each repeat drains `events` new messages."""
    report = Report(f"Drain of {events:,} messages of {accounts * drain_load.PEOPLE_AN_ACCOUNT:,} people on SQLite")
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    view, fresh = _workspace()
    _fill_window(view.id, window)
    bodies = home / "bodies"
    ours, rivals, starts = [], [], []
    for _ in range(repeat):
        with _worker() as tell:
            drain_load.introduce(view.id, accounts=accounts if fresh else 1)
            fresh = False
            starts.append(tell(f"drain {view.slug}"))
            with bodies.open("wb") as file:
                for body in drain_load.send(view.id, accounts=accounts, count=events, seed=time.time_ns()):
                    file.write(body + b"\n")
            ours.append(tell(f"drain {view.slug}"))
        with _worker() as tell:
            rivals.append(tell(f"floor {bodies}"))
    assert all(took.rows >= events * 0.9 for took in (*ours, *rivals)), "events are missing"
    _tell(report, events, ours, rivals)
    started = min(took.wall_s for took in starts)
    report.add(Line("after a start: the window's filters", started, "s"))
    report.add(Line("hashes in the window", duplicates.rows_held(), ""))
    report.add(Line("memory of the worker", max(took.memory_mb for took in ours), "MB", target=MEMORY_MB))
    return report


def _tell(report: Report, events: int, ours: list[Took], rivals: list[Took]) -> None:
    wall, floor = (statistics.median(took.wall_s for took in each) for each in (ours, rivals))
    processor = statistics.median(took.processor_s for took in ours)
    rates = ", ".join(f"{events / took.wall_s:,.0f}" for took in ours)
    note = f"{events / wall:,.0f} messages a second ({rates}), {events / processor:,.0f} a second of processor"
    report.add(
        Line("a message drained", wall / events * 1e6, "µs", target=1e6 / TARGET_PER_S, ratio=wall / floor, note=note)
    )
    report.add(Line("parsed and appended only", floor / events * 1e6, "µs", note=f"{events / floor:,.0f} a second"))


@contextmanager
def _worker() -> Iterator[Callable[[str], Took]]:
    """A process that takes orders; calling what this yields gives one and waits."""
    command = [sys.executable, "-m", "benchmarks.drain_worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        orders, answers = process.stdin, process.stdout
        assert orders
        assert answers

        def tell(order: str) -> Took:
            print(order, file=orders, flush=True)
            return msgspec.json.decode(answers.readline(), type=Took)

        yield tell
        orders.close()


def _workspace() -> tuple[WorkspaceView, bool]:
    """The benchmark's workspace, and whether it is new: its people and the window stay for the next benchmark."""
    fresh = not Workspace.objects.filter(slug=SLUG).exists()
    if fresh:
        found_workspace(slug=SLUG, email="bench@example.org", password="a password for benchmarks")
    return tenants.workspace(SLUG), fresh


def _fill_window(workspace: int, hashes: int) -> None:
    """As many hashes of other messages on each of the last 30 days, once."""
    today = clock.now().date()
    held = {each.day: each.hashes for each in pieces.days(workspace)}
    for ago in range(1, duplicates.DAYS + 1):
        day = today - timedelta(days=ago)
        missing = hashes // duplicates.DAYS - held.get(day, 0)
        if missing > 0:
            drawn = np.random.default_rng().integers(0, 2**64, (missing, 2), np.uint64)
            pieces.add(workspace, day, 0, drawn)
