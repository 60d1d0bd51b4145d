"""Load for a server on this machine: batches of a hundred events over HTTP, over enough connections to keep it busy."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

BATCH = 100
CONNECTIONS = 32
PORT = 18_765
_MARK = b"########"
_WORK = frozenset({"worker", "tenure.ingest.drain.reader"})


def batch(accounts: Sequence[str]) -> bytes:
    """A hundred calls of as many people as Segment's client for Node writes them; `send` numbers their messages."""
    sent = "2026-03-01T12:00:00.000Z"
    listed = [
        {
            "type": "track",
            "event": "Report Exported",
            "userId": f"user-{number}",
            "messageId": f"node-next-1795302165267-f5dc40f2-878c-4350-{number:04d}-{_MARK.decode()}",
            "timestamp": sent,
            "properties": {"format": "csv", "rows": number},
            "context": {
                "groupId": accounts[number % len(accounts)],
                "library": {"name": "@segment/analytics-node", "version": "3.1.0"},
            },
        }
        for number in range(BATCH)
    ]
    return json.dumps({"batch": listed, "sentAt": sent}, separators=(",", ":")).encode()


@contextmanager
def serving(home: Path, *, worker: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """One server process as `tenure serve` starts it, with or without the worker."""
    command = [sys.executable, "-m", "tenure.cli", "serve", "--port", str(PORT), *([] if worker else ["--no-worker"])]
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
        process.wait(timeout=60)


def resident_mb(pid: int) -> tuple[float, float]:
    """Memory of a server with the process that answers for it, and of its worker with that one's reader, MB."""
    import psutil

    server = psutil.Process(pid)
    held = {False: 0.0, True: 0.0}
    for process in (server, *server.children(recursive=True)):
        held[not _WORK.isdisjoint(process.cmdline())] += process.memory_info().rss / 1e6
    return held[False], held[True]


def send(key: str, body: bytes, batches: int, *, every: float = 0.0, first: int = 0) -> list[float]:
    """Send from `CONNECTIONS` threads; seconds from when each was due to its acknowledgement, ascending.

    `every` is the time between two requests of all; 0 sends as fast as they are acknowledged. Messages are numbered by
    their batch, from `first` on.
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
                request = head + body.replace(_MARK, b"%08d" % (first + turn))
                due = start + turn * every if every else time.perf_counter()
                time.sleep(max(0.0, due - time.perf_counter()))
                connection.sendall(request)
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
