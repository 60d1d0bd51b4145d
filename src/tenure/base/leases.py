"""Leases: one holder at a time, with a fencing number that only grows.

A holder that was asleep while its lease ran out carries an older fencing number; whoever guards the
resource compares numbers and turns it away (Kleppmann, "How to do distributed locking", 2016).
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from tenure.base import clock, locks
from tenure.base.models import Lease


def claim(name: str, *, holder: str, seconds: float) -> int | None:
    """Take or renew the lease `name` for `seconds`; the fencing number, or None when another holds it."""
    now = clock.now()
    until = now + timedelta(seconds=seconds)
    with transaction.atomic():
        lease, made = Lease.objects.select_for_update().get_or_create(
            name=name, defaults={"holder": holder, "until": until, "fencing": 1}
        )
        if made:
            return lease.fencing
        if lease.holder != holder and lease.until > now:
            return None
        if lease.holder != holder:
            lease.holder, lease.fencing = holder, lease.fencing + 1
        lease.until = until
        lease.save(update_fields=["holder", "fencing", "until"])
        return lease.fencing


def release(name: str, *, holder: str) -> None:
    """Give the lease back, if we still hold it."""
    Lease.objects.filter(name=name, holder=holder).update(until=clock.now())


@contextmanager
def alone(name: str, *, seconds: float) -> Iterator[int | None]:
    """The fencing number while nobody else holds `name`; None when another does. Never waits.

    Within this machine a lock decides, which the kernel gives back when its holder is killed; between machines the
    lease, in the machine's name. So whoever is started after a kill goes on at once.
    """
    me = socket.gethostname()
    with locks.alone(name.replace(":", "-")) as free:
        fencing = claim(name, holder=me, seconds=seconds) if free else None
        try:
            yield fencing
        finally:
            if fencing is not None:
                release(name, holder=me)


def holder(name: str) -> str | None:
    """Who holds the lease now, if anybody."""
    found = Lease.objects.filter(name=name, until__gt=clock.now()).values_list("holder", flat=True)
    return found[0] if found else None
