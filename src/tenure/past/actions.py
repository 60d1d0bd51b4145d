"""A day is asked for."""

from datetime import date, timedelta

from django.db import transaction

from tenure.base import clock, jobs, tenancy
from tenure.past import making
from tenure.past.contracts import Preparing
from tenure.past.models import AskedDay

WAITING = 8
"""So many days of a workspace wait at most."""
AGAIN = timedelta(minutes=5)
AHEAD = -10
"""The priority of a day that nobody waits for."""


def ask(day: date, *, ahead: bool = False) -> Preparing:
    """Have the worker keep a day: once, however often it is asked for, and again where that broke off; how far it is.
    `ahead`: nobody waits for it yet."""
    row = AskedDay.objects.filter(day=day).first()
    if row is None:
        if AskedDay.objects.count() >= WAITING:
            return Preparing(day, "behind")
        with transaction.atomic():
            row, new = AskedDay.objects.get_or_create(day=day, defaults={"asked_at": clock.now()})
            if new:
                _hand_over(row, ahead=ahead)
        return Preparing(day, "waits")
    waits, died = jobs.course(row.task) if row.task else (False, "it was never begun")
    if died and clock.now() - row.asked_at >= AGAIN:
        with transaction.atomic():
            mine = AskedDay.objects.filter(pk=row.pk, asked_at=row.asked_at).update(asked_at=clock.now())
            if mine:
                _hand_over(row, ahead=ahead)
        return Preparing(day, "waits")
    return Preparing(day, "failed" if died else "waits" if waits else "under way", died)


def _hand_over(row: AskedDay, *, ahead: bool) -> None:
    task = making.make.using(priority=AHEAD if ahead else 0)
    queued = task.enqueue(tenancy.current_workspace_id(), row.day.isoformat())
    AskedDay.objects.filter(pk=row.pk).update(task=queued.id)
