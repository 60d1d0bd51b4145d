"""Reading ahead: while a run is decided and written, a second process reads what the next will claim.

Nothing is claimed and nothing is kept by it. What it has read is a guess at what will be asked, found by the id of the
inbox's row, which never changes; what it has not read, cannot read, or would have read when it died is read by the run.

Bodies and what they say lie in two files without a name, and only places in them go through pipes: a thread that
listened would take the run's time for itself, since only one thread of a process runs Python at a time.
"""

import contextlib
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import pread
from typing import IO

import msgspec

from tenure.base import paths
from tenure.ingest import inbox
from tenure.ingest.drain.flat import Flat
from tenure.ingest.drain.hearing import seed
from tenure.ingest.drain.reader import Place, Task
from tenure.ingest.inbox import Row

WORTH_EVENTS = 150_000
"""Below this nothing is read ahead: what comes in five seconds is taken in in two, so that nobody gains by a process
begun for it each time, and its memory is spared (`benchmarks/README.md`)."""
ROWS_AT_ONCE = 20
"""Bodies that are in memory on their way to the process."""
MOST_ROWS = 2_000
"""Rows that are asked for at a time: their places fit into any pipe, so that neither process waits for the other."""
_log = logging.getLogger(__name__)
_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Flat).decode
_places = msgspec.json.Decoder(list[Place]).decode


class Ahead:
    """What was read ahead of one workspace: of at most about `events` that no run has claimed, and `most` in all."""

    def __init__(self, workspace: int, *, events: int, most: int) -> None:
        self._workspace, self._events, self._left = workspace, events, most
        self._after = self._written = 0
        self._asked: set[int] = set()
        self._read: dict[int, Place] = {}
        self._ended = False
        with contextlib.ExitStack() as opened:
            self._bodies, self._said = (
                opened.enter_context(tempfile.TemporaryFile(dir=paths.home())) for _ in range(2)
            )
            files = self._bodies.fileno(), self._said.fileno()
            command = [sys.executable, "-m", "tenure.ingest.drain.reader", *map(str, files)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=files)
            opened.pop_all()

    def asked(self) -> frozenset[int]:
        """The rows that are read, or will be: `take` has them."""
        return frozenset(self._asked | self._read.keys())

    def offer(self, rows: Sequence[Row]) -> None:
        """Read these too, which a run has claimed."""
        self._order(rows[: self._room()])

    def look(self) -> None:
        """Read what the next run will claim."""
        wanted = min(self._events, self._left)
        while wanted > 0 and self._room() and not self._ended:
            rows = inbox.peek(self._workspace, self._after, min(ROWS_AT_ONCE, self._room()))
            if not rows:
                break
            self._order(rows)
            self._after = rows[-1].id
            events = sum(row.events for row in rows)
            wanted, self._left = wanted - events, self._left - events

    def take(self, row: int) -> Flat | None:
        """What a row says, as soon as it is read; None when it was not asked for or cannot be read. Tells it once."""
        while row in self._asked and not self._ended:
            self._listen()
        place = self._read.pop(row, None)
        return _decode(pread(self._said.fileno(), place.size, place.at)) if place is not None else None

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._bodies, self._said):
            with contextlib.suppress(OSError):  # what was not sent
                _open(stream).close()
        self._process.wait()

    def _room(self) -> int:
        return max(0, MOST_ROWS - len(self._asked))

    def _order(self, rows: Iterable[Row]) -> None:
        """Write the bodies down and tell where they are."""
        places = []
        try:
            for row in rows:
                task = _encode(Task(self._workspace, seed(row), row.kind, row.received_at, row.body))
                self._bodies.write(task)
                places.append(Place(row.id, self._written, len(task)))
                self._written += len(task)
            self._bodies.flush()
            orders = _open(self._process.stdin)
            orders.write(msgspec.json.encode(places) + b"\n")
            orders.flush()
        except OSError:
            self._end()
            return
        self._asked |= {place.row for place in places}

    def _listen(self) -> None:
        """Hear of one order that it is done."""
        try:
            answer = _places(_open(self._process.stdout).readline())
        except msgspec.DecodeError:
            self._end()
            return
        self._asked -= {place.row for place in answer}
        self._read |= {place.row: place for place in answer if place.size}

    def _end(self) -> None:
        if not self._ended:
            _log.warning("Nothing more is read ahead in this drain; each run reads for itself.")
        self._ended = True
        self._asked.clear()


@contextmanager
def reading_ahead(workspace: int, *, events: int, most: int) -> Iterator[Ahead | None]:
    """A process that reads what waits, where so much waits that it pays."""
    ahead = None
    if inbox.waiting(workspace).events >= WORTH_EVENTS:
        try:
            ahead = Ahead(workspace, events=events, most=most)
        except OSError:
            _log.exception("Nothing is read ahead: no process could be started.")
    try:
        yield ahead
    finally:
        if ahead is not None:
            ahead.close()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream
    return stream
