"""Rare work in the background: Django's tasks, kept in the database, and a reaper for those that died.

A process that is killed leaves its task RUNNING for ever. A running task proves itself alive by renewing a
lease named after it; the reaper fails a task whose lease has run out, visibly, so that it can be started again.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import close_old_connections
from django.tasks import TaskResultStatus, default_task_backend
from django.tasks.exceptions import TaskResultDoesNotExist
from django_tasks_db.models import DBTaskResult

from tenure.base import clock, leases

log = logging.getLogger(__name__)

ALIVE_S = 45.0
"""A running task that has not renewed its lease for so long is dead."""


def work_off(*, limit: int = 5) -> int:
    """Reap the dead, then run up to `limit` waiting tasks in this process; how many ran."""
    reap()
    ran = 0
    for waiting in DBTaskResult.objects.ready().order_by("-priority", "run_after", "enqueued_at")[:limit]:
        claimed = DBTaskResult.objects.filter(pk=waiting.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING, started_at=clock.now()
        )
        if claimed:
            _run(waiting)
            ran += 1
    return ran


def _run(row: DBTaskResult[Any, Any]) -> None:
    row.refresh_from_db()
    with _alive(str(row.pk)):
        try:
            value = row.task.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except Exception as error:
            log.exception("Task %s failed.", row.task_path)
            row.set_failed(error)
        else:
            row.set_successful(value)


@contextmanager
def _alive(task: str) -> Iterator[None]:
    """Renew the task's lease from a thread of its own while the block runs."""
    done = threading.Event()
    leases.claim(f"task:{task}", holder=task, seconds=ALIVE_S)

    def beat() -> None:
        while not done.wait(ALIVE_S / 3):
            leases.claim(f"task:{task}", holder=task, seconds=ALIVE_S)
            close_old_connections()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=1)
        leases.release(f"task:{task}", holder=task)


def course(task: str) -> tuple[bool, str]:
    """Whether a task still waits for the worker, and why it died if it did. One query."""
    try:
        result = default_task_backend.get_result(task)
    except TaskResultDoesNotExist:
        return False, "its task is gone"
    if result.status == TaskResultStatus.FAILED:
        return False, result.errors[-1].exception_class_path.rsplit(".", 1)[-1] if result.errors else "it failed"
    return result.status == TaskResultStatus.READY, ""


def reap() -> int:
    """Fail every running task that shows no life; how many."""
    reaped = 0
    old = clock.now() - timedelta(seconds=ALIVE_S)
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=old):
        if leases.holder(f"task:{row.pk}") is None:
            row.set_failed(RuntimeError("The process that ran this task ended before it was done. Start it again."))
            log.warning("Task %s (%s) died with its process.", row.task_path, row.pk)
            reaped += 1
    return reaped
