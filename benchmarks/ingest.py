"""Events over HTTP: batches of 100 to a server process, acknowledged after they are on disk; then the raw inserts.

The rival is what no receiver can beat: the same bytes put into the inbox alone with the same safety, as many in a
commit as there are connections, with no HTTP, no key, no JSON. The load comes from a process beside the server; how
much of what can be reached is HTTP's and the load's, a server tells that reads each request and keeps nothing.
"""

import sqlite3
import statistics
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections, transaction

from benchmarks.load import BATCH, CONNECTIONS, answering, batch, resident_mb, send, serving
from benchmarks.machine import Line, Report
from tenure.base import clock
from tenure.ingest import inbox
from tenure.ingest.inbox import sqlite, statements
from tenure.tenants.actions import found_workspace
from tenure.tenants.models import Workspace

TARGET_PER_S = 60_000
P99_MS = 60.0


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 1) -> Report:
    """`events` are sent as fast as they are taken, then half of them at half that rate, and at half the target's."""
    report = Report(f"Receiving {events:,} events over HTTP, {BATCH} a request, {CONNECTIONS} connections")
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    slug = f"ingest-{Workspace.objects.count() + 1}"
    key = found_workspace(slug=slug, email="bench@example.org", password="a password for benchmarks").secret_key
    body = batch([f"account-{number}" for number in range(accounts)])
    batches = max(CONNECTIONS, events // BATCH)
    rates, late, calm = [], [], []
    for _ in range(repeat):
        _empty()
        with serving(home) as process:
            send(key, body, CONNECTIONS)
            started = time.perf_counter()
            send(key, body, batches)
            rates.append(batches * BATCH / (time.perf_counter() - started))
            taken = send(key, body, batches // 2, every=BATCH / rates[-1] * 2)
            late.append(_p99_ms(taken))
            calm.append(_p99_ms(send(key, body, batches // 2, every=BATCH / (TARGET_PER_S / 2))))
            memory = sum(resident_mb(process.pid))
        kept = sum(inbox.waiting(workspace).batches for workspace in inbox.workspaces())
        assert kept == CONNECTIONS + batches + 2 * (batches // 2), f"{kept} batches kept of those acknowledged"
    bare = _bare(key, body, batches)
    raw = (_raw_sqlite if connection.vendor == "sqlite" else _raw_postgres)(home, body, batches)
    _tell(report, statistics.median(rates), raw, memory, len(body))
    note = f"{bare:,.0f} events a second, {bare / raw:.2f} of raw inserts"
    report.add(Line("an event read by a server that keeps nothing", 1e6 / bare, "µs", note=note))
    report.add(Line("p99 of an acknowledgement at half the rate", statistics.median(late), "ms"))
    report.add(Line(f"p99 at {TARGET_PER_S // 2:,} events a second", statistics.median(calm), "ms", target=P99_MS))
    if connection.vendor == "sqlite":
        plain = _raw_sqlite(home, body, batches, tuned=False)
        note = f"{plain:,.0f} events a second; receiving has {statistics.median(rates) / plain:.2f} of that"
        report.add(Line("an event put into a table of SQLite as it comes", 1e6 / plain, "µs", note=note))
    _empty()
    return report


def _tell(report: Report, rate: float, raw: float, memory: float, size: int) -> None:
    note = f"{rate:,.0f} events a second, {rate / raw:.2f} of raw inserts, {size:,} bytes a request"
    report.add(Line("an event received", 1e6 / rate, "µs", target=1e6 / TARGET_PER_S, ratio=raw / rate, note=note))
    report.add(
        Line("an event put into the same table, nothing around it", 1e6 / raw, "µs", note=f"{raw:,.0f} events a second")
    )
    report.add(Line("memory of the server", memory, "MB", target=400.0))


def _p99_ms(taken: list[float]) -> float:
    return taken[int(len(taken) * 0.99)] * 1_000


def _bare(key: str, body: bytes, batches: int) -> float:
    """Events a second, from the same load, to a server that does nothing with them."""
    with answering("benchmarks.bare:application"):
        send(key, body, CONNECTIONS)
        started = time.perf_counter()
        send(key, body, batches)
        return batches * BATCH / (time.perf_counter() - started)


def _raw_postgres(_: Path, body: bytes, batches: int) -> float:
    """As `_raw_sqlite`, on PostgreSQL, in one connection."""
    row = (1, BATCH, len(body), clock.now(), 1, "server", "batch", "bench", body)
    started = time.perf_counter()
    for _group in range(batches // CONNECTIONS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statements.marked(statements.inserting(1), "%s"), [row] * CONNECTIONS)
    return batches // CONNECTIONS * CONNECTIONS * BATCH / (time.perf_counter() - started)


def _raw_sqlite(home: Path, body: bytes, batches: int, *, tuned: bool = True) -> float:
    """Events a second into the inbox's own table, without anything around it.

    `tuned` is with the inbox's own pages and checkpoints; else with those that SQLite comes with.
    """
    file = home / "raw.sqlite3"
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    schema = sqlite.connect(sqlite.path()).execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    raw = sqlite.connect(str(file), checkpoints=True) if tuned else _as_it_comes(file)
    for (statement,) in schema:
        if "ingest_batch" in statement:
            raw.execute(statement)
    row = (1, BATCH, len(body), "2026-03-01 12:00:00.000000", 1, "server", "batch", "bench", body)
    insert = statements.marked(statements.inserting(1), "?")
    started = time.perf_counter()
    for _ in range(batches // CONNECTIONS):
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(insert, [row] * CONNECTIONS)
        raw.execute("COMMIT")
    rate = batches // CONNECTIONS * CONNECTIONS * BATCH / (time.perf_counter() - started)
    raw.close()
    file.unlink()
    return rate


def _as_it_comes(file: Path) -> sqlite3.Connection:
    """A connection that is as safe, and SQLite's own in everything else."""
    made = sqlite3.connect(file, isolation_level=None)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("PRAGMA synchronous=FULL")
    return made


def _empty() -> None:
    """Nothing of an earlier run in the inbox."""
    if connection.vendor == "sqlite":
        file = sqlite3.connect(sqlite.path())
        file.execute("DELETE FROM ingest_batch")
        file.commit()
        file.execute("VACUUM")
        file.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE ingest_batch")
    connections.close_all()
