"""Reading ahead: while a run is decided and written, a second process reads what the next will claim.

Nothing is claimed and nothing is kept by it. What it has read is a guess at what will be asked, found by the id of the
inbox's row, which never changes; what it has not read, cannot read, or would have read when it died is read by the run.
"""

import contextlib
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import msgspec

from tenure.ingest import inbox
from tenure.ingest.drain.flat import Flat
from tenure.ingest.drain.hearing import seed
from tenure.ingest.drain.reader import AT_ONCE_BYTES, Task, frames, send
from tenure.ingest.inbox import Row

WORTH_EVENTS = 20_000
"""Below this nothing is read ahead: starting a process takes as long."""
ROWS_AT_ONCE = 20
"""Bodies that are in memory on their way to the process."""
LOOK_AGAIN_S = 0.1
_log = logging.getLogger(__name__)
_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Flat).decode


class Ahead:
    """What was read ahead of one workspace: at most about `events` that are not taken yet, and `most` in all."""

    def __init__(self, workspace: int, *, events: int, most: int) -> None:
        self._workspace, self._events, self._left = workspace, events, most
        self._changed = threading.Condition()
        self._stopped = False
        self._after = 0
        self._offered: deque[Row] = deque()
        self._asked: deque[int] = deque()
        self._wanted: dict[int, int] = {}
        self._read: dict[int, bytes] = {}
        command = [sys.executable, "-m", "tenure.ingest.drain.reader"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pipesize=AT_ONCE_BYTES)
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._ask, self._listen)]
        for thread in self._threads:
            thread.start()

    def ready(self) -> frozenset[int]:
        """The rows that are read: `take` has them."""
        with self._changed:
            return frozenset(self._read)

    def offer(self, rows: Sequence[Row]) -> None:
        """Read these too, which a run has claimed, from the first on: the run itself begins with the last."""
        with self._changed:
            self._offered.extend(row for row in rows if row.body and row.id not in self._wanted)
            self._wanted |= {row.id: row.events for row in self._offered}
            self._changed.notify_all()

    def take(self, row: int) -> Flat | None:
        """What a row says, if it is read by now. It is not wanted a second time."""
        with self._changed:
            if self._offered and self._offered[-1].id == row:
                self._offered.pop()
            self._wanted.pop(row, None)
            answer = self._read.pop(row, None)
        return None if answer is None else _decode(answer)

    def close(self) -> None:
        """End the process, whatever it is at."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._process.kill()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not sent
                _open(stream).close()
        self._process.wait()

    def _ask(self) -> None:
        """Send what a run offers, and what no run has claimed, as long as there is room."""
        orders = _open(self._process.stdin)
        try:
            while (rows := self._next()) is not None:
                with self._changed:
                    self._asked.extend(row.id for row in rows)
                send(orders, (self._task(row) for row in rows))
        except BrokenPipeError:
            pass
        except Exception:
            _log.exception("Nothing more is read ahead in this drain; each run reads for itself.")
        finally:
            inbox.leave()

    def _task(self, row: Row) -> bytes:
        return _encode(Task(self._workspace, seed(row), row.kind, row.received_at, row.body))

    def _next(self) -> list[Row] | None:
        """What to send now; None at the end."""
        with self._changed:
            # Looks for room by itself: to be woken by each `take` would slow the run down.
            self._changed.wait_for(lambda: self._stopped or self._offered or self._has_room(), LOOK_AGAIN_S)
            if self._stopped:
                return None
            while self._offered:
                row = self._offered.popleft()
                if row.id in self._wanted:
                    return [row]
            if not self._has_room():
                return []
        rows = inbox.peek(self._workspace, self._after, ROWS_AT_ONCE)
        with self._changed:
            for row in rows:
                self._wanted[row.id] = row.events
                self._left -= row.events
                self._after = row.id
            if not rows:
                self._changed.wait_for(lambda: self._stopped or self._offered, LOOK_AGAIN_S)
        return rows

    def _has_room(self) -> bool:
        return self._left > 0 and sum(self._wanted.values()) < self._events

    def _listen(self) -> None:
        """Keep the answers, which come in the order of the questions."""
        answers = _open(self._process.stdout)
        for answer in frames(answers):
            with self._changed:
                row = self._asked.popleft()
                if row in self._wanted and answer:
                    self._read[row] = answer
                else:
                    self._wanted.pop(row, None)
                    self._changed.notify_all()
        with self._changed:
            if not self._stopped:
                _log.warning("The process that reads ahead has ended; each run reads for itself.")
            self._stopped = True
            self._changed.notify_all()


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
