"""The inbox on SQLite: a file of its own, written by one thread of the process for all that wait.

Sharing one file with the product would make every click wait for events. Connections are raw: what the product's own
database handle does (transactions of a request, of a test) must not hold the writer up.

Versions of SQLite before 3.51.3 can damage a WAL that two processes checkpoint at once. So only one connection does:
that of the writer thread, and of several server processes' that of the one which holds the lock file. All others
neither checkpoint on commit nor on closing.
"""

import fcntl
import os
import sqlite3
import threading
from datetime import UTC, datetime

from django.db import connections

from tenure.ingest.inbox import statements
from tenure.ingest.inbox.contracts import Row, Trust, Values, Waiting
from tenure.ingest.inbox.packing import unpacked
from tenure.ingest.inbox.router import ALIAS

BUSY_S = 10
CHECKPOINT_BYTES = 8 * 2**20
"""Everybody waits for a checkpoint: with 32 MB at a time one acknowledgement in a hundred took over 70 ms."""
PAGE_BYTES = 16_384
"""Bodies are kilobytes, packed: larger pages write them in half the time of SQLite's own 4,096."""


def path() -> str:
    """The inbox's file."""
    return str(connections.settings[ALIAS]["NAME"])


def connect(file: str, *, checkpoints: bool = False) -> sqlite3.Connection:
    """A connection whose commits are on disk when they return. Only the one with `checkpoints` moves the WAL back."""
    connection = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, not checkpoints)
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_BYTES // PAGE_BYTES if checkpoints else 0}")
    connection.execute(f"PRAGMA journal_size_limit={2 * CHECKPOINT_BYTES}")
    connection.execute("PRAGMA cache_size=-8192")
    return connection


class CheckpointLock:
    """Held by the one process that checkpoints; the kernel gives it back when the process dies."""

    def __init__(self, file: str) -> None:
        self._descriptor = os.open(f"{file}.checkpoints", os.O_RDWR | os.O_CREAT, 0o600)

    def taken(self) -> bool:
        """Whether this process has it, trying now."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        os.close(self._descriptor)


class Sqlite:
    """The inbox in one file, for this process."""

    def __init__(self, file: str) -> None:
        from tenure.ingest.inbox.writer import Writer

        self._file = file
        self._threads = threading.local()
        self._writer = Writer(file)

    def store(self, row: Row) -> None:
        self._writer.store(row)

    def change(self, statement: str, values: Values) -> int:
        texts = tuple(text(value) if isinstance(value, datetime) else value for value in values)
        return self._connection().execute(statements.marked(statement, "?"), texts).rowcount

    def rows(self, statement: str, values: Values) -> list[Row]:
        found = self._connection().execute(statements.marked(statement, "?"), values)
        return [_row(each) for each in found]

    def body(self, row: int) -> bytes:
        found = self._connection().execute(statements.marked(statements.BODY, "?"), (row,))
        size, kept = found.fetchone()
        return unpacked(kept, size)

    def waiting(self, workspace_id: int) -> Waiting:
        found = self._connection().execute(statements.marked(statements.WAITING, "?"), (workspace_id,))
        batches, events, oldest = found.fetchone()
        return Waiting(batches, events, moment(oldest) if oldest else None)

    def workspaces(self) -> list[int]:
        return [found[0] for found in self._connection().execute(statements.WORKSPACES)]

    def leave(self) -> None:
        """Close this thread's connection; another use opens one again."""
        found: sqlite3.Connection | None = self._threads.__dict__.pop("connection", None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """Stop the writer, once all that waits is stored."""
        self._writer.close()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            found = self._threads.connection = connect(self._file)
        return found


def text(value: datetime) -> str:
    """A moment as Django's columns on SQLite hold it: UTC, to the microsecond."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def moment(value: str) -> datetime:
    """The moment that `text` wrote."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _row(found: tuple[int, int, int, int, str, int, Trust, str, str, bytes]) -> Row:
    row_id, workspace_id, events, size, received_at, key_id, trust, kind, source, body = found
    return Row(
        id=row_id, workspace_id=workspace_id, key_id=key_id, trust=trust, kind=kind, source=source,
        received_at=moment(received_at), body=unpacked(body, size), events=events,
    )  # fmt: skip


_made: dict[str, Sqlite] = {}
_making = threading.Lock()
os.register_at_fork(after_in_child=_made.clear)


def adapter() -> Sqlite:
    """This process's inbox, the same for all its threads from the first on; a forked process has its own.

    Of two, the one that is not used could hold the lock of checkpoints, and the WAL of the other would grow for ever.
    """
    file = path()
    found = _made.get(file)
    if found is None:
        with _making:
            found = _made.get(file) or Sqlite(file)
            _made[file] = found
    return found


def clear() -> None:
    """Empty the inbox, if this process has used it. For tests."""
    if _made:
        for statement in ("DELETE FROM ingest_batch", "DELETE FROM ingest_claim"):
            adapter().change(statement, ())
