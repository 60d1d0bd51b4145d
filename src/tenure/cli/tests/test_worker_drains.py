"""The worker takes in what waits in every workspace, whatever happens in another."""

import gc
import threading

import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.cli import worker
from tenure.ingest import duplicates, inbox
from tenure.ingest.drain.draining import MOST_EVENTS, drain
from tenure.ingest.drain.tests.sending import group, send, stored, track
from tenure.tenants.models import Workspace


@pytest.mark.django_db
def test_every_workspace_is_drained_although_one_fails(
    acme: Workspace, globex: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with tenancy.workspace(globex.pk):
        send(group("u1", "g1"), track("Opened", userId="u1"))

    def failing(run: StageRun) -> StageReport:
        if run.slug == "acme":
            raise OSError("The lake cannot be reached.")
        return drain(run)

    monkeypatch.setattr(worker, "drain", failing)
    worker.drain_round({})
    assert "The drain of acme failed" in caplog.text
    with tenancy.workspace(globex.pk):
        assert stored(slug="globex") == [("Opened", "g1", "u1")]


@pytest.mark.django_db
def test_while_more_comes_in_drains_keep_their_distance(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    drained: list[float] = []
    taking = {0.0: 5, 1.0: 5, 6.0: 0, 7.0: MOST_EVENTS, 8.0: 5, 9.0: 5}
    clock = [0.0]

    def drain(run: StageRun) -> StageReport:
        drained.append(clock[0])
        return StageReport(rows=taking[clock[0]])

    monkeypatch.setattr(worker, "drain", drain)
    monkeypatch.setattr(worker, "monotonic", lambda: clock[0])
    due: dict[int, float] = {}
    for clock[0] in taking:
        worker.drain_round(due)
    assert drained == [0.0, 6.0, 7.0, 8.0]


@pytest.mark.django_db
def test_a_thread_that_ends_leaves_no_file_open(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left open is told as a warning when it is found, which fails the test that runs then."""
    stopped = threading.Event()

    def work() -> None:
        inbox.workspaces()
        duplicates.rows_held()
        stopped.set()

    thread = threading.Thread(
        target=worker._keep_on, args=(work,), kwargs={"stopped": stopped, "every_s": 0.0, "failed": "It failed"}
    )
    thread.start()
    thread.join()
    assert stopped.is_set()
    del thread
    gc.collect()
