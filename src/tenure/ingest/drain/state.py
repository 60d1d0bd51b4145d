"""How far a workspace's drain is: runs are numbered, and a run that was begun is finished before the next."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tenure.base import leases, locks
from tenure.ingest.drain.models import DrainState, PendingTraits

LEASE_S = 60.0


class Overtaken(RuntimeError):
    """Another drain has taken this workspace over while we slept; what we do no longer counts."""


@contextmanager
def alone(slug: str) -> Iterator[int | None]:
    """The fencing number under which we are the only drain of this workspace; None when another is at work.

    On one machine a lock on a file, so that nobody waits after a crash; between machines a lease in the machine's name.
    """
    with locks.alone(f"drain-{slug}") as free:
        yield renew(slug) if free else None


def renew(slug: str) -> int | None:
    """Take or keep the lease. It is not given back: the same machine drains again within seconds."""
    return leases.claim(f"drain:{slug}", holder=socket.gethostname(), seconds=LEASE_S)


def current() -> DrainState:
    """The workspace's row."""
    row, _ = DrainState.objects.get_or_create()
    return row


def begin(*, run: int, fencing: int) -> None:
    """Note that a run is begun; refuses with `Overtaken` when a later holder has begun one."""
    if not DrainState.objects.filter(fencing__lte=fencing, run__lte=run).update(run=run, fencing=fencing):
        raise Overtaken(f"Another drain is at work; run {run} is left to it.")


def keep_summary(summary: bytes, *, run: int, fencing: int) -> None:
    """Keep what the run will count, before its events are appended."""
    if not DrainState.objects.filter(fencing=fencing, run=run).update(summary=summary):
        raise Overtaken(f"Another drain is at work; run {run} is left to it.")


def end(*, run: int, fencing: int) -> None:
    """Note that the run is done, in the transaction that counts it."""
    PendingTraits.objects.filter(run__lte=run).delete()
    if not DrainState.objects.filter(fencing=fencing, run=run).update(done=run, summary=b""):
        raise Overtaken(f"Another drain is at work; run {run} is left to it.")
