"""What is read ahead is what the run would have read; whatever becomes of the reader, nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from tenure.base import tenancy
from tenure.ingest import inbox
from tenure.ingest.dialects.segment import said
from tenure.ingest.drain import ahead as reading
from tenure.ingest.drain.ahead import Ahead
from tenure.ingest.drain.flat import flat
from tenure.ingest.drain.tests.sending import NOON, drained, group, identify, send, stored, track
from tenure.ingest.inbox import Row
from tenure.ingest.messages import whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
PARENT = """
import subprocess, sys, time
reader = subprocess.Popen([sys.executable, "-m", "tenure.ingest.drain.reader", "0", "1"], stdin=-1, stdout=-1)
print(reader.pid, flush=True)
time.sleep(60)
"""


def waits(until: Callable[[], object]) -> None:
    for _ in range(1_000):
        if until():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come")


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """Three requests, the second no JSON: told by `peek` even where a test's transaction hides the table."""
    send(identify("u1", traits={"name": "Ümit"}), group("u1", "g1"), track("Saved", userId="u1", properties={"n": 1}))
    send(track("Opened", anonymousId="a"), track("", userId="u1"))
    send({"type": "track", "event": "No id", "userId": "u1"})
    claimed = inbox.claim(tenancy.current_workspace_id(), 1, 1_000)
    claimed[1] = structs.replace(claimed[1], body=b"{")
    monkeypatch.setattr(
        inbox, "peek", lambda _workspace, after, limit: [row for row in claimed if row.id > after][:limit]
    )
    return claimed


@pytest.fixture
def ahead(rows: list[Row]) -> Iterator[Ahead]:
    found = Ahead(7, events=1_000, most=10_000)
    yield found
    found.close()


def test_it_is_what_the_run_would_read(rows: list[Row], ahead: Ahead) -> None:
    ahead.look()
    assert ahead.asked() == {row.id for row in rows}
    for row in (rows[0], rows[2]):
        seed = f"{row.received_at.isoformat()}:{row.id}"
        spoken, refused = said(row.body, kind=row.kind, received_at=row.received_at, message_id_seed=seed)
        assert ahead.take(row.id) == flat(spoken, refused, workspace=7)
        assert ahead.take(row.id) is None


def test_it_looks_no_further_than_it_is_wanted(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 1)
    for limits in ({"events": 1, "most": 10_000}, {"events": 1_000, "most": 1}):
        with closing(Ahead(7, **limits)) as ahead:
            ahead.look()
            assert ahead.asked() == {rows[0].id}


def test_no_more_is_asked_than_fits_into_a_pipe(rows: list[Row], ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    ahead.offer(rows)
    ahead.look()
    assert ahead.asked() == {rows[0].id, rows[1].id}
    assert ahead.take(rows[2].id) is None


def test_answers_come_whole_where_python_does_not_buffer(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    with closing(Ahead(7, events=1_000, most=10_000)) as ahead:
        many = [structs.replace(rows[0], id=each) for each in range(1, 1_500)]
        ahead.offer(many)
        first = ahead.take(1)
        assert first is not None
        assert {first.size} == {found.size for each in many[1:] if (found := ahead.take(each.id))}


def test_plain_events_lie_as_messages_do(rows: list[Row]) -> None:
    spoken, refused = said(rows[0].body, kind="batch", received_at=rows[0].received_at, message_id_seed="s")
    assert [isinstance(each, tuple) for each in spoken] == [False, False, True]
    assert flat(spoken, refused, workspace=7) == flat([whole(each) for each in spoken], refused, workspace=7)


def test_what_a_run_offers_is_read_too(rows: list[Row], ahead: Ahead) -> None:
    ahead.look()
    offered = structs.replace(rows[0], id=rows[2].id + 1)
    ahead.offer([offered])
    assert ahead.take(offered.id) is not None


def test_what_cannot_be_read_is_left_to_the_run(rows: list[Row], ahead: Ahead) -> None:
    ahead.look()
    assert ahead.take(rows[1].id) is None
    assert ahead.take(rows[2].id) is not None


def test_a_killed_reader_is_no_loss(rows: list[Row], ahead: Ahead, caplog: pytest.LogCaptureFixture) -> None:
    os.kill(ahead._process.pid, signal.SIGKILL)
    ahead._process.wait()
    ahead.look()
    assert ahead.take(rows[2].id) is None
    assert "each run reads for itself" in caplog.text


def test_a_run_reads_what_a_killed_reader_had_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WORTH_EVENTS", 1)
    monkeypatch.setattr(Ahead, "asked", lambda self: self._process.kill() or frozenset(range(1_000_000)))
    send(group("u1", "g1"), track("Opened", userId="u1"))
    assert drained(NOON).rows == 2
    assert stored() == [("Opened", "g1", "u1")]


def test_the_reader_ends_with_its_parent_however_that_dies() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        reader = int(parent.stdout.readline())
        assert not gone(reader)
        parent.kill()
    waits(lambda: gone(reader))


def test_a_drain_that_reads_ahead_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WORTH_EVENTS", 1)
    send(group("u1", "g1"), track("Opened", userId="u1"))
    send(track("Saved", userId="u1"), track("Opened", userId="u1"), track("Waits", anonymousId="a"))
    assert drained(NOON).rows == 4
    assert stored() == [("Opened", "g1", "u1"), ("Saved", "g1", "u1")]
    assert not inbox.waiting(tenancy.current_workspace_id()).batches


def test_a_drain_without_a_reader_reads_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WORTH_EVENTS", 1)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    send(group("u1", "g1"), track("Opened", userId="u1"))
    assert drained(NOON).rows == 2
    assert stored() == [("Opened", "g1", "u1")]
