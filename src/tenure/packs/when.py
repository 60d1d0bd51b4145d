"""When a pack is due. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tenure.base.months import first_day, months_after, months_back
from tenure.packs.contracts import Plan

LAST_WORKING_DAY, LAST_DAY = 15, 28
"""Every month has so many working days, and so many days."""


def due_on(plan: Plan, month: date) -> date:
    """The day of a month (its first day) on which the pack of the month before is made."""
    if not plan.working_day:
        return month.replace(day=plan.nth)
    day, left = month, plan.nth
    while True:
        left -= day.weekday() < 5
        if not left:
            return day
        day += timedelta(days=1)


def due_month(plan: Plan, zone: str, now: datetime, last: date | None) -> date | None:
    """The month whose pack is due now, by the clocks of `zone`; None where there is none, or it was asked for.

    It is due from its hour on its day until the next is: a server that was away makes it late, once.
    """
    local = now.astimezone(ZoneInfo(zone))
    running = first_day(local.date())
    day = due_on(plan, running)
    if not plan.active or local.date() < day or (local.date() == day and local.hour < plan.hour):
        return None
    before = months_back(running, 1)
    return before if last is None or last < before else None


def next_due(plan: Plan, zone: str, now: datetime, last: date | None) -> tuple[date, date]:
    """(month, day): the next pack that is made by itself, and when."""
    local = now.astimezone(ZoneInfo(zone))
    running = first_day(local.date())
    day = due_on(plan, running)
    before = months_back(running, 1)
    passed = local.date() > day or (local.date() == day and local.hour >= plan.hour)
    if passed or (last is not None and last >= before):
        following = months_after(running, 1)
        return running, due_on(plan, following)
    return before, day
