"""A worker's rounds go on: after another worker was killed, and after a round that failed."""

import signal
import socket
import sys
from pathlib import Path

import pytest
from django.db import connection, connections

from tenure.base import cycle, leases, locks
from tenure.base.cycle import StageRun
from tenure.cli import worker
from tenure.tenants.models import Workspace


@pytest.fixture
def rounds(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workspaces whose cycle was run."""
    found: list[str] = []

    def noted(run: StageRun) -> None:
        found.append(run.slug)

    monkeypatch.setattr(cycle, "run_cycle", noted)
    return found


@pytest.mark.django_db
def test_what_a_killed_worker_held_is_taken_up_at_once(rounds: list[str]) -> None:
    assert leases.claim("cycle:acme", holder=socket.gethostname(), seconds=600) == 1
    worker.one_round()
    assert rounds == ["acme"]
    assert leases.holder("cycle:acme") is None


@pytest.mark.django_db
def test_a_cycle_at_work_is_left_alone(rounds: list[str]) -> None:
    with locks.alone("cycle-acme"):
        worker.one_round()
    assert leases.claim("cycle:acme", holder="another machine", seconds=600) == 1
    worker.one_round()
    assert rounds == []
    assert leases.holder("cycle:acme") == "another machine"


def test_a_failed_round_does_not_end_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds: list[int] = []
    said: list[tuple[str, str]] = []

    def failing() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OSError("The disk is full.")
        signal.raise_signal(signal.SIGTERM)

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(worker, "one_round", failing)
    monkeypatch.setattr(worker, "_keep_on", lambda work, *, stopped, **_: stopped.wait())
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.log, "exception", lambda told: said.append((told, repr(sys.exception()))))
    try:
        worker.work(every_s=0.0)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert rounds == [0, 1]
    assert said == [
        ("The round failed, before or after its workspaces; it is tried again.", "OSError('The disk is full.')")
    ]


@pytest.mark.django_db
def test_a_workers_connection_holds_no_view_of_the_database(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own memory.")
    other = type(connections["default"])({**connection.settings_dict, "NAME": str(tmp_path / "other.sqlite3")}, "other")

    def mapped() -> int:
        with other.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size")
            return int(cursor.fetchone()[0])

    try:
        with other.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size = {64 * 2**20}")
        assert mapped() > 0
        worker._by_its_cache_alone(connection=other)
        assert mapped() == 0
    finally:
        other.close()
