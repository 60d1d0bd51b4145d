"""SQLite's writer: what it acknowledged survives kill -9, and it refuses before anything is at risk."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenure.ingest.inbox import Busy, Full, sqlite, writer
from tenure.ingest.inbox.packing import unpacked
from tenure.ingest.inbox.tests.rows import row

SCHEMA = """
CREATE TABLE ingest_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, workspace_id INT, run INT, claimed_at TEXT, events INT, size INT,
    received_at TEXT, key_id INT, trust TEXT, kind TEXT, source TEXT, body BLOB
)
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    found = str(tmp_path / "inbox.sqlite3")
    connection = sqlite.connect(found)
    connection.execute(SCHEMA)
    connection.close()
    return found


@pytest.fixture
def one(file: str) -> Iterator[writer.Writer]:
    made = writer.Writer(file)
    yield made
    made.close()


def _bodies(file: str) -> list[bytes]:
    connection = sqlite3.connect(file)
    found = [unpacked(*kept) for kept in connection.execute("SELECT body, size FROM ingest_batch ORDER BY id")]
    connection.close()
    return found


def test_many_threads_store_all_of_their_rows(one: writer.Writer, file: str) -> None:
    def send(thread: int) -> None:
        for number in range(20):
            one.store(row(body=b"%d-%d" % (thread, number)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_bodies(file)) == sorted(b"%d-%d" % (t, n) for t in range(16) for n in range(20))


_CHILD = """
import sys, threading
sys.path.insert(0, {root!r})
import django
django.setup()
from tenure.ingest.inbox.tests.rows import row
from tenure.ingest.inbox.writer import Writer
one = Writer({file!r})
def send(thread):
    for number in range(1_000_000):
        body = b"%d-%d" % (thread, number)
        one.store(row(body=body))
        sys.stdout.write(body.decode() + "\\n")
        sys.stdout.flush()
for thread in range(4):
    threading.Thread(target=send, args=(thread,)).start()
"""


def test_what_was_acknowledged_survives_kill_9(file: str, tmp_path: Path) -> None:
    root = str(Path(__file__).parents[5])
    told = tmp_path / "acknowledged"
    with told.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD.format(file=file, root=root)],
            stdout=out,
            env={**os.environ, "TENURE_HOME": str(tmp_path / "home")},
        )
        deadline = time.monotonic() + 120
        while told.stat().st_size < 2_000 and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    acknowledged = set(told.read_bytes().rpartition(b"\n")[0].split(b"\n"))
    stored = _bodies(file)
    assert len(acknowledged) > 100
    assert acknowledged - set(stored) == set()
    assert len(stored) == len(set(stored))


def test_too_much_in_the_queue_is_refused_and_nothing_of_it_is_kept(
    one: writer.Writer, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "QUEUE_BYTES", 12)
    with pytest.raises(Busy) as refused:
        one.store(row(body=b"more than ten bytes"))
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    assert _bodies(file) == []
    one.store(row(body=b"ten bytes."))
    assert _bodies(file) == [b"ten bytes."]


def test_a_nearly_full_disk_is_refused_before_it_is_full(
    one: writer.Writer, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RESERVE_BYTES", 2**80)
    with pytest.raises(Busy) as refused:
        one.store(row())
    assert refused.value.retry_after == 30
    assert _bodies(file) == []


def test_a_full_disk_is_said_and_recovers_by_itself(
    one: writer.Writer, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`max_page_count` makes SQLite itself say that the disk is full."""
    one.store(row(body=b"before"))
    real = sqlite.connect

    def small(path: str, *, checkpoints: bool = False) -> sqlite3.Connection:
        connection = real(path, checkpoints=checkpoints)
        connection.execute("PRAGMA max_page_count=1")
        return connection

    one.close()
    monkeypatch.setattr(sqlite, "connect", small)
    with pytest.raises(Full) as refused:
        one.store(row(body=os.urandom(100_000)))
    assert refused.value.status == 507
    assert _bodies(file) == [b"before"]
    monkeypatch.setattr(sqlite, "connect", real)
    one.store(row(body=b"after"))
    assert _bodies(file) == [b"before", b"after"]


def test_an_inbox_locked_by_another_is_refused_with_a_time(
    one: writer.Writer, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_S", 0)
    other = sqlite.connect(file)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as refused:
        one.store(row())
    assert refused.value.retry_after == 2
    other.execute("ROLLBACK")
    other.close()
    one.store(row(body=b"after"))
    assert _bodies(file) == [b"after"]


def test_only_one_process_checkpoints(file: str) -> None:
    first, second = sqlite.CheckpointLock(file), sqlite.CheckpointLock(file)
    assert (first.taken(), second.taken()) == (True, False)
    first.release()
    assert second.taken()
    second.release()


def test_other_connections_never_checkpoint(file: str) -> None:
    connection = sqlite.connect(file)
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA page_size").fetchone() == (16_384,)
    assert connection.getconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
    connection.close()


def test_threads_that_begin_at_once_share_one_inbox(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one each, an idle one could hold the lock of checkpoints: the WAL would never go back."""
    together, found = threading.Barrier(8), []

    class Slow(sqlite.Sqlite):
        def __init__(self, file: str) -> None:
            time.sleep(0.05)
            super().__init__(file)

    def ask() -> None:
        together.wait()
        found.append(sqlite.adapter())

    monkeypatch.setattr(sqlite, "Sqlite", Slow)
    monkeypatch.setattr(sqlite, "path", lambda: file)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
