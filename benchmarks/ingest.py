"""Events over HTTP: batches of 100 to a server process, acknowledged after they are on disk; then the raw inserts.

The rival is what no receiver can beat: the same bytes put into SQLite with the same safety, as many in a commit as
there are connections, with no HTTP, no key, no JSON. The load comes from a process beside the server.
"""

import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from benchmarks.machine import Line, Report
from tenure.ingest import inbox
from tenure.ingest.inbox import sqlite
from tenure.tenants.actions import found_workspace
from tenure.tenants.models import Workspace

BATCH = 100
CONNECTIONS = 32
TARGET_PER_S = 60_000
P99_MS = 60.0
PORT = 18_765


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 1) -> Report:
    """`events` are sent as fast as they are taken, then for as long at half that rate."""
    report = Report(f"Receiving {events:,} events over HTTP, {BATCH} a request, {CONNECTIONS} connections")
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    slug = f"ingest-{Workspace.objects.count() + 1}"
    key = found_workspace(slug=slug, email="bench@example.org", password="a password for benchmarks").secret_key
    body = _body(accounts)
    batches = max(CONNECTIONS, events // BATCH)
    rates, late = [], []
    for _ in range(repeat):
        _empty()
        with _server(home) as process:
            _send(key, body, CONNECTIONS)
            started = time.perf_counter()
            _send(key, body, batches)
            rates.append(batches * BATCH / (time.perf_counter() - started))
            taken = _send(key, body, batches // 2, every=BATCH / rates[-1] * 2)
            late.append(taken[int(len(taken) * 0.99)] * 1_000)
            memory = _resident_mb(process.pid)
        kept = sum(inbox.waiting(workspace).batches for workspace in inbox.workspaces())
        assert kept == CONNECTIONS + batches + batches // 2, f"{kept} batches kept of those acknowledged"
    raw = _raw(home / "raw.sqlite3", body, batches)
    _empty()
    _tell(report, statistics.median(rates), raw, statistics.median(late), memory, len(body))
    return report


def _tell(report: Report, rate: float, raw: float, p99: float, memory: float, size: int) -> None:
    note = f"{rate:,.0f} events a second, {rate / raw:.2f} of raw inserts, {size:,} bytes a request"
    report.add(Line("an event received", 1e6 / rate, "µs", target=1e6 / TARGET_PER_S, ratio=raw / rate, note=note))
    report.add(Line("an event put into SQLite", 1e6 / raw, "µs", note=f"{raw:,.0f} events a second"))
    report.add(Line("p99 of an acknowledgement at half the rate", p99, "ms", target=P99_MS))
    report.add(Line("memory of the server", memory, "MB", target=400.0))


def _body(accounts: int) -> bytes:
    """A hundred calls as Segment's client for Node writes them."""
    sent = "2026-03-01T12:00:00.000Z"
    listed = [
        {
            "type": "track",
            "event": "Report Exported",
            "userId": f"user-{number}",
            "messageId": f"node-next-1795302165267-f5dc40f2-878c-4350-a2d1-{number:012d}",
            "timestamp": sent,
            "properties": {"format": "csv", "rows": number},
            "context": {
                "groupId": f"account-{number % max(1, accounts)}",
                "library": {"name": "@segment/analytics-node", "version": "3.1.0"},
            },
        }
        for number in range(BATCH)
    ]
    return json.dumps({"batch": listed, "sentAt": sent}, separators=(",", ":")).encode()


@contextmanager
def _server(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One server process as `tenure serve` starts it, without the worker."""
    command = [sys.executable, "-m", "tenure.cli", "serve", "--no-worker", "--port", str(PORT)]
    process = subprocess.Popen(command, env={**os.environ, "TENURE_HOME": str(home)}, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _send(key: str, body: bytes, batches: int, *, every: float = 0.0) -> list[float]:
    """Send from `CONNECTIONS` threads; seconds from when each was due to its acknowledgement, ascending.

    `every` is the time between two requests of all; 0 sends as fast as they are acknowledged.
    """
    head = (
        f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {b64encode(f'{key}:'.encode()).decode()}"
        f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    taken: list[float] = []
    failed: list[bytes] = []
    start = time.perf_counter()

    def one(number: int) -> None:
        with socket.create_connection(("127.0.0.1", PORT)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for turn in range(number, batches, CONNECTIONS):
                due = start + turn * every if every else time.perf_counter()
                time.sleep(max(0.0, due - time.perf_counter()))
                connection.sendall(head + body)
                answer = connection.recv(4_096)
                while not answer.endswith(b"}"):
                    answer += connection.recv(4_096)
                taken.append(time.perf_counter() - due)
                if not answer.startswith(b"HTTP/1.1 200"):
                    failed.append(answer)

    _together([partial(one, number) for number in range(CONNECTIONS)])
    assert not failed, failed[0]
    return sorted(taken)


def _together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _raw(file: Path, body: bytes, batches: int) -> float:
    """Events a second into the inbox's own table, without anything around it."""
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    schema = sqlite.connect(sqlite.path()).execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection = sqlite.connect(str(file), checkpoints=True)
    for (statement,) in schema:
        if "ingest_batch" in statement:
            connection.execute(statement)
    row = (1, BATCH, len(body), "2026-03-01 12:00:00.000000", 1, "server", "batch", "bench", body)
    insert = (
        "INSERT INTO ingest_batch (workspace_id, events, size, received_at, key_id, trust, kind, source, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    started = time.perf_counter()
    for _ in range(batches // CONNECTIONS):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, [row] * CONNECTIONS)
        connection.execute("COMMIT")
    rate = batches // CONNECTIONS * CONNECTIONS * BATCH / (time.perf_counter() - started)
    connection.close()
    file.unlink()
    return rate


def _empty() -> None:
    """Nothing of an earlier run in the inbox."""
    connection = sqlite3.connect(sqlite.path())
    connection.execute("DELETE FROM ingest_batch")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    connections.close_all()


def _resident_mb(pid: int) -> float:
    """Memory of the server and its worker process, MB."""
    import psutil

    parent = psutil.Process(pid)
    return float(sum(p.memory_info().rss for p in (parent, *parent.children(recursive=True)))) / 1e6
