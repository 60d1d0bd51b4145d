"""Load for a server on this machine: batches of a hundred events over HTTP, over enough connections to keep it busy."""

import json
import os
import random
import selectors
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast
from uuid import UUID

BATCH = 100
CONNECTIONS = 32
PORT = 18_765
_MARK = b"########"
_WORK = frozenset({"worker", "tenure.ingest.drain.reader"})


def batch(accounts: Sequence[str]) -> bytes:
    """A hundred calls of as many people as Segment's client for Node writes them; `send` numbers their messages.

    What is drawn at random in a real call is so here too: a body that is kept packed must not be packed too well.
    """
    draw = random.Random(11)
    sent = "2026-03-01T12:00:00.000Z"
    listed = [
        {
            "type": "track",
            "event": "Report Exported",
            "userId": f"user-{number}",
            "messageId": f"node-next-1795302165267-{str(UUID(int=draw.getrandbits(128)))[:28]}{_MARK.decode()}",
            "timestamp": f"2026-03-01T11:59:{number * 0.6:06.3f}Z",
            "properties": {"format": draw.choice(("csv", "pdf", "xlsx")), "rows": draw.randrange(100_000)},
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
    command = ["-m", "tenure.cli", "serve", "--port", str(PORT), *([] if worker else ["--no-worker"])]
    with _started(command, {"TENURE_HOME": str(home)}) as process:
        yield process


@contextmanager
def answering(application: str) -> Iterator[None]:
    """The same server in front of a WSGI application that is not the product."""
    options = ["--interface", "wsgi", "--blocking-threads", str(CONNECTIONS), "--log-level", "critical"]
    with _started(["-m", "granian", "--port", str(PORT), *options, application], {}):
        yield


@contextmanager
def _started(arguments: Sequence[str], settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], env=os.environ | settings, stderr=subprocess.DEVNULL)
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
    """Memory of a server with the process that answers for it, and of its worker with that one's reader, MB.

    What processes share, libraries above all, counts once: each has its part of it.
    """
    import psutil

    server = psutil.Process(pid)
    held = {False: 0.0, True: 0.0}
    for process in (server, *server.children(recursive=True)):
        held[not _WORK.isdisjoint(process.cmdline())] += process.memory_full_info().pss / 1e6
    return held[False], held[True]


def send(key: str, body: bytes, batches: int, *, every: float = 0.0, first: int = 0) -> list[float]:
    """Send over `CONNECTIONS` connections; seconds from when each was due to its acknowledgement, ascending.

    `every` is the time between two requests of all; 0 sends as fast as they are acknowledged. Messages are numbered by
    their batch, from `first` on. One thread serves all connections: it shares the machine with who is measured.
    """
    head = (
        f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {b64encode(f'{key}:'.encode()).decode()}"
        f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    taken: list[float] = []
    sent = 0
    with ExitStack() as opened:
        size = len(head) + len(body)
        idle = [opened.enter_context(_connected(size)) for _ in range(CONNECTIONS)]
        waiting: dict[socket.socket, tuple[float, bytes]] = {}
        answers = opened.enter_context(selectors.DefaultSelector())
        for connection in idle:
            answers.register(connection, selectors.EVENT_READ)
        start = time.perf_counter()
        while len(taken) < batches:
            now = time.perf_counter()
            while idle and sent < batches and (due := start + sent * every if every else now) <= now:
                connection = idle.pop()
                connection.sendall(head + body.replace(_MARK, b"%08d" % (first + sent)))
                waiting[connection] = due, b""
                sent += 1
            rest = start + sent * every - now if idle and sent < batches else None
            for key_, _ in answers.select(rest):
                connection = cast("socket.socket", key_.fileobj)
                if connection not in waiting:  # the server hung up on it while it had nothing to do
                    answers.unregister(connection)
                    connection.close()
                    idle.remove(connection)
                    idle.append(opened.enter_context(_connected(size)))
                    answers.register(idle[-1], selectors.EVENT_READ)
                    continue
                due, answer = waiting.pop(connection)
                answer += connection.recv(4_096)
                if answer.endswith(b"}"):
                    assert answer.startswith(b"HTTP/1.1 200"), answer
                    taken.append(time.perf_counter() - due)
                    idle.append(connection)
                else:
                    waiting[connection] = due, answer
    return sorted(taken)


def _connected(size: int) -> socket.socket:
    """A connection that takes a whole request at once."""
    made = socket.create_connection(("127.0.0.1", PORT))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * size)
    return made
