"""The writer thread: commits all requests that wait in one transaction, then lets them answer.

A commit costs one wait for the disk whether it carries one request or fifty. While it waits, others queue up; so the
groups grow with the load and nobody waits for company.
"""

import shutil
import sqlite3
import threading
import time
from functools import cache
from pathlib import Path
from queue import SimpleQueue

from tenure.base.refusals import Refusal
from tenure.ingest.inbox import sqlite, statements
from tenure.ingest.inbox.contracts import Busy, Full, Row
from tenure.ingest.inbox.packing import packed

QUEUE_BYTES = 32 * 2**20
QUEUE_ROWS = 1_000
GROUP_ROWS = 64
RESERVE_BYTES = 256 * 2**20
"""Below so much free disk nothing more is taken: the drain itself needs room to make room."""
DISK_CHECKED_EVERY_S = 1.0
WAL_BYTES = 16 * sqlite.CHECKPOINT_BYTES
WAL_CHECKED_EVERY = 256


class _Ticket:
    """A request that waits: a lock that the writer opens, and what went wrong, if anything."""

    __slots__ = ("lock", "problem", "values")

    def __init__(self, values: tuple[object, ...]) -> None:
        self.values = values
        self.problem: Exception | None = None
        self.lock = threading.Lock()
        self.lock.acquire()


class Writer:
    """One for each file and process; the thread starts with the first row."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._queue: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._bytes = self._rows = self._groups = 0
        self._free = (float("-inf"), 0)

    def store(self, row: Row) -> None:
        """Return once the row is on disk. Refuses with `Busy` before memory or disk is at risk, `Full` after."""
        body = packed(row.body)
        size = len(body)
        values = (
            row.workspace_id, row.events, len(row.body), sqlite.text(row.received_at), row.key_id, row.trust, row.kind,
            row.source, body,
        )  # fmt: skip
        ticket = _Ticket(values)
        self._admit(size)
        try:
            self._queue.put(ticket)
            ticket.lock.acquire()
        finally:
            with self._guard:
                self._bytes -= size
                self._rows -= 1
        if isinstance(ticket.problem, Refusal):
            raise ticket.problem
        if ticket.problem is not None:
            raise RuntimeError("The inbox could not be written.") from ticket.problem

    def close(self) -> None:
        """Stop when everything that waits is stored."""
        thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join()
            self._thread = None

    def _admit(self, size: int) -> None:
        with self._guard:
            if self._rows >= QUEUE_ROWS or self._bytes + size > QUEUE_BYTES:
                raise Busy("More events wait for the disk than is safe; send again in a second.", retry_after=1)
            if self._free_bytes() < RESERVE_BYTES:
                raise Busy("The disk is nearly full. Make room; clients will send again.", retry_after=30)
            self._bytes += size
            self._rows += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
                self._thread.start()

    def _free_bytes(self) -> int:
        checked, free = self._free
        now = time.monotonic()
        if now - checked > DISK_CHECKED_EVERY_S:
            free = shutil.disk_usage(Path(self._file).parent).free
            self._free = (now, free)
        return free

    def _run(self) -> None:
        lock = sqlite.CheckpointLock(self._file)
        checkpoints = lock.taken()
        connection: sqlite3.Connection | None = None
        try:
            while (group := self._next_group()) is not None:
                try:
                    if connection is None or (not checkpoints and lock.taken()):
                        checkpoints = lock.taken()
                        _close(connection)
                        connection = sqlite.connect(self._file, checkpoints=checkpoints)
                    _commit(connection, group)
                    if checkpoints:
                        self._bound_wal(connection)
                except Exception as error:
                    _close(connection)
                    connection = None
                    _tell(group, error)
                for ticket in group:
                    ticket.lock.release()
        finally:
            _close(connection)
            lock.release()

    def _bound_wal(self, connection: sqlite3.Connection) -> None:
        """Start the WAL again from its beginning where readers kept the usual checkpoint from it."""
        self._groups += 1
        if self._groups % WAL_CHECKED_EVERY:
            return
        if Path(f"{self._file}-wal").stat().st_size > WAL_BYTES:
            connection.execute("PRAGMA wal_checkpoint(RESTART)")

    def _next_group(self) -> list[_Ticket] | None:
        """All that wait now, at least one; None at the end."""
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < GROUP_ROWS and not self._queue.empty():
            ticket = self._queue.get()
            if ticket is None:
                self._queue.put(None)
                break
            group.append(ticket)
        return group


def _commit(connection: sqlite3.Connection, group: list[_Ticket]) -> None:
    """All rows or none, in one statement that is its own transaction: for each call of SQLite this thread lets go of
    Python, and would wait at its end until all the others had their turn."""
    connection.execute(_inserting(len(group)), [value for ticket in group for value in ticket.values])


@cache
def _inserting(rows: int) -> str:
    return statements.marked(statements.inserting(rows), "?")


def _tell(group: list[_Ticket], error: Exception) -> None:
    """Refuse every request of the group: its transaction is undone, so none of it is kept."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    for ticket in group:
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            ticket.problem = Full("The disk is full. Make room; clients will send again.")
        elif code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            ticket.problem = Busy("The inbox is locked by another process; send again.", retry_after=2)
        else:
            ticket.problem = error


def _close(connection: sqlite3.Connection | None) -> None:
    """Close, which undoes what was begun."""
    if connection is not None:
        connection.close()
