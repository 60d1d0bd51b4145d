from datetime import UTC, datetime, timedelta

import pytest
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tenure.base import clock, jobs, leases

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@task
def double(number: int) -> int:
    return 2 * number


@task
def fail() -> None:
    raise ValueError("broken")


def test_a_waiting_task_runs_once_and_keeps_its_value() -> None:
    queued = double.enqueue(21)
    assert jobs.work_off() == 1
    assert jobs.work_off() == 0
    queued.refresh()
    assert (queued.status, queued.return_value) == (TaskResultStatus.SUCCESSFUL, 42)


def test_a_failing_task_is_failed_visibly(caplog: pytest.LogCaptureFixture) -> None:
    fail.enqueue()
    jobs.work_off()
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == (TaskResultStatus.FAILED, "builtins.ValueError")


def test_a_task_whose_process_was_killed_is_failed_within_a_minute() -> None:
    double.enqueue(1)
    row = DBTaskResult.objects.get()
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.RUNNING, started_at=NOON)
    with clock.frozen(NOON):
        leases.claim(f"task:{row.pk}", holder=str(row.pk), seconds=jobs.ALIVE_S)
    with clock.frozen(NOON + timedelta(seconds=44)):
        assert jobs.reap() == 0
    with clock.frozen(NOON + timedelta(seconds=46)):
        assert jobs.reap() == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
