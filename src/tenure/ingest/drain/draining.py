"""Takes in what waits in a workspace: run by run, until the inbox is empty."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pyarrow as pa
from django.db import transaction

from tenure.base import clock, tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.events.queries import open_lake
from tenure.ingest import duplicates, inbox
from tenure.ingest.drain import parking, refusing, state
from tenure.ingest.drain.ahead import Ahead, reading_ahead
from tenure.ingest.drain.models import DrainState
from tenure.ingest.drain.runs import EVENTS_A_RUN, Run
from tenure.ingest.drain.summary import Summary
from tenure.tenants import queries as tenants

SWEEP = timedelta(seconds=60)
"""How often the parking place is searched for what an import or a person made attributable."""
MOST_EVENTS = 200_000
"""Events after which a call ends, so that the stages behind it get their turn; the rest is taken by the next."""


def drain(run: StageRun) -> StageReport:
    """Take in what waits (at most about `MOST_EVENTS`), in runs of about `EVENTS_A_RUN`. `rows` = messages.

    What comes while it is at work is left to the next call: each run is a commit and a file more. Does nothing while
    another drain of the workspace is at work.
    """
    with tenancy.workspace(run.workspace_id):
        if not _anything_to_do(run.workspace_id):
            return StageReport()
        with state.alone(run.slug) as fencing:
            if fencing is None:
                return StageReport(note="another drain is at work")
            with (
                _no_search_for_cycles(),
                reading_ahead(run.workspace_id, events=EVENTS_A_RUN, most=MOST_EVENTS) as ahead,
            ):
                return _drain(run, fencing, ahead)


def leave() -> None:
    """Close the files that draining opened in this thread, which ends."""
    inbox.leave()
    duplicates.leave()


def _anything_to_do(workspace_id: int) -> bool:
    row = DrainState.objects.first()
    if row is None or row.run > row.done or _sweep_is_due(row):
        return True
    return inbox.waiting(workspace_id).batches > 0


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """A run makes a million objects and no cycles: to search all of them again and again took a quarter of its time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _drain(stage: StageRun, fencing: int, ahead: Ahead | None) -> StageReport:
    view, lake = tenants.workspace_by_id(stage.workspace_id), open_lake(stage.slug)
    taken = runs = 0
    left = inbox.waiting(view.id).batches
    while taken < MOST_EVENTS:
        row = state.current()
        if row.run > row.done:
            one = Run(view, lake, row.run, fencing)
            one.again()
        else:
            inbox.done(view.id, row.done)  # left by a run that died right at its end
            swept = _sweep(view.timezone) if _sweep_is_due(row) else []
            if not swept and (left <= 0 or not inbox.waiting(view.id).batches):
                break
            one = Run(view, lake, row.run + 1, fencing, swept, ahead=ahead)
            one.first()
        taken, runs, left = taken + one.taken, runs + 1, left - one.batches
        pa.default_memory_pool().release_unused()
        if state.renew(stage.slug) != fencing:
            break
    return StageReport(rows=taken, note=f"{runs} runs" if runs else "")


def _sweep_is_due(row: DrainState) -> bool:
    return row.swept_at is None or row.swept_at <= clock.now() - SWEEP


def _sweep(zone: str) -> list[parking.Release]:
    """Search the parking place, and drop what has become too old anywhere."""
    now: datetime = clock.now()
    DrainState.objects.update(swept_at=now)
    duplicates.drop_before(now.date() - timedelta(days=duplicates.DAYS))
    refusing.prune(now)
    with transaction.atomic():
        summary = Summary()
        for source, count in parking.expire(clock.today(zone)).items():
            summary.count(source, now, "expired", count)
        summary.write()
    return parking.swept() if parking.anything_waits() else []
