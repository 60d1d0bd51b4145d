"""When a digest is due, and what it looks back and ahead to. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tenure.digests.contracts import Choice, Rhythm

WEEK = timedelta(days=7)
FARTHEST = timedelta(days=30)


def due_day(choice: Choice, zone: str, now: datetime, last_on: date | None) -> date | None:
    """The day, by the clocks of `zone`, whose digest is due now; None where there is none, or it was sent.

    It is due from its hour until midnight, so that a server that was away sends it late, once. An hour that the clocks
    leave out comes with the next; one that they have twice is one day all the same.
    """
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    wanted = {Rhythm.DAILY: choice.days, Rhythm.WEEKLY: (choice.weekday,), Rhythm.OFF: ()}[choice.rhythm]
    if day.weekday() not in wanted or local.hour < choice.hour or (last_on is not None and last_on >= day):
        return None
    return day


def since(choice: Choice, day: date) -> date:
    """The day of the digest before: a week ago, or the last of the working days."""
    if choice.rhythm is Rhythm.WEEKLY:
        return day - WEEK
    before = day - timedelta(days=1)
    while before.weekday() not in choice.days and day - before < WEEK:
        before -= timedelta(days=1)
    return before


def until(choice: Choice, day: date) -> date:
    """The last day it looks ahead to: of a weekly one the day before the next."""
    return day + WEEK - timedelta(days=1) if choice.rhythm is Rhythm.WEEKLY else day
