"""Leases: one holder at a time, with a fencing number that only grows.

A holder that was asleep while its lease ran out carries an older fencing number; whoever guards the
resource compares numbers and turns it away (Kleppmann, "How to do distributed locking", 2016).
"""

from datetime import timedelta

from django.db import transaction

from tenure.base import clock
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


def holder(name: str) -> str | None:
    """Who holds the lease now, if anybody."""
    found = Lease.objects.filter(name=name, until__gt=clock.now()).values_list("holder", flat=True)
    return found[0] if found else None
