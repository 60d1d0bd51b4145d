"""The worker: rounds over all workspaces, each under a lease so that two workers never do the same."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tenure.base import clock, cycle, jobs, leases, mail, memory, outbox, tenancy
from tenure.ingest.drain.draining import MOST_EVENTS, drain, leave
from tenure.tenants import queries
from tenure.tenants.contracts import WorkspaceView

log = logging.getLogger(__name__)

LEASE_S = 600.0
"""A round that takes longer renews nothing; a worker on another machine may start after this time."""
BESIDE_S = 2.0
"""Seconds between looks for jobs and mails, beside a round that may take long."""
DRAIN_S = 1.0
"""Seconds between looks for what waits in the inbox."""
COMMITS_S = 5.0
"""Seconds from one drain of a workspace to the next while more and more comes in. Each run is a commit and a file of
the log, which stay for days: what is drained at once is few of them; what comes after a silence does not wait."""


def one_round() -> None:
    """One cycle in every workspace, then waiting facts. A failing workspace never stops the others."""
    for view in queries.workspaces():
        with tenancy.no_workspace(), leases.alone(f"cycle:{view.slug}", seconds=LEASE_S) as fencing:
            if fencing is None:
                continue
            try:
                cycle.run_cycle(_run_of(view))
            except Exception:
                log.exception("The cycle of %s failed; it runs again next round.", view.slug)
    outbox.deliver()
    memory.give_back()


def drain_round(due: dict[int, float]) -> None:
    """Take in what waits in every workspace whose time has come; `due` remembers when that is, by `monotonic`.

    A failing workspace never stops the others. One of which more waits than a drain takes is due at once.
    """
    drained = False
    for view in queries.workspaces():
        began = monotonic()
        if began < due.get(view.id, 0.0):
            continue
        taken = None
        try:
            taken = drain(_run_of(view)).rows
        except Exception:
            log.exception("The drain of %s failed; it is tried again.", view.slug)
        drained = drained or taken != 0
        if taken is None or 0 < taken < MOST_EVENTS:
            due[view.id] = began + COMMITS_S
    if drained:
        memory.give_back()


def _keep_on(work: Callable[[], object], *, stopped: threading.Event, every_s: float, failed: str) -> None:
    """Does it again and again beside the cycle, until the worker stops; what has begun is finished."""
    try:
        while not stopped.wait(every_s):
            close_old_connections()
            try:
                work()
            except Exception:
                log.exception(failed)
    finally:
        leave()
        connections.close_all()


def _run_of(view: WorkspaceView) -> cycle.StageRun:
    day = queries.as_of_day(view)
    return cycle.StageRun(workspace_id=view.id, slug=view.slug, as_of=day, days=(day,))


def work(*, every_s: float = 5.0, parent: int | None = None) -> None:
    """Rounds until SIGTERM, SIGINT, or until the process `parent` is gone; a round that has begun is finished."""
    stopped = threading.Event()
    connection_created.connect(_by_its_cache_alone)
    connections.close_all()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, stopped), daemon=True).start()
    beside = [
        threading.Thread(
            target=_keep_on, args=(each,), kwargs={"stopped": stopped, "every_s": every, "failed": failed}, name=name
        )
        for name, each, every, failed in (
            ("drain", partial(drain_round, {}), DRAIN_S, "The workspaces could not be drained; it is tried again."),
            ("jobs", jobs.work_off, BESIDE_S, "Jobs could not be looked for; it is tried again."),
            ("mail", mail.send, BESIDE_S, "Mails could not be looked for; it is tried again."),
        )
    ]
    for thread in beside:
        thread.start()
    log.info("The worker starts at %s.", clock.now().isoformat(timespec="seconds"))
    while not stopped.is_set():
        close_old_connections()
        try:
            one_round()
        except Exception:
            log.exception("The round failed, before or after its workspaces; it is tried again.")
        stopped.wait(every_s)
    for thread in beside:
        thread.join()


def _by_its_cache_alone(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """SQLite reads pages by copies, not by a view of the file: who answers is spared the copies, but a round that walks
    through a table would hold all of it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")


def _watch(parent: int, stopped: threading.Event) -> None:
    while not stopped.wait(2):
        if os.getppid() != parent:
            stopped.set()
