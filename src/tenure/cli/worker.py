"""The worker: rounds over all workspaces, each under a lease so that two workers never do the same."""

import logging
import os
import signal
import socket
import threading

from tenure.base import clock, cycle, jobs, leases, outbox, tenancy
from tenure.tenants import queries
from tenure.tenants.contracts import WorkspaceView

log = logging.getLogger(__name__)

LEASE_S = 600.0
"""A round that takes longer renews nothing; the next worker may start after this time."""


def one_round(*, holder: str | None = None) -> None:
    """One cycle in every workspace, then waiting facts and jobs. A failing workspace never stops the others."""
    me = holder or f"{socket.gethostname()}:{os.getpid()}"
    for view in queries.workspaces():
        with tenancy.no_workspace():
            fencing = leases.claim(f"cycle:{view.slug}", holder=me, seconds=LEASE_S)
        if fencing is None:
            continue
        try:
            cycle.run_cycle(_run_of(view))
        except Exception:
            log.exception("The cycle of %s failed; it runs again next round.", view.slug)
        finally:
            leases.release(f"cycle:{view.slug}", holder=me)
    outbox.deliver()
    jobs.work_off()


def _run_of(view: WorkspaceView) -> cycle.StageRun:
    day = queries.as_of_day(view)
    return cycle.StageRun(workspace_id=view.id, slug=view.slug, as_of=day, days=(day,))


def work(*, every_s: float = 5.0, parent: int | None = None) -> None:
    """Rounds until SIGTERM, SIGINT, or until the process `parent` is gone; a round that has begun is finished."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, stopped), daemon=True).start()
    log.info("The worker starts at %s.", clock.now().isoformat(timespec="seconds"))
    while not stopped.is_set():
        one_round()
        stopped.wait(every_s)


def _watch(parent: int, stopped: threading.Event) -> None:
    while not stopped.wait(2):
        if os.getppid() != parent:
            stopped.set()
