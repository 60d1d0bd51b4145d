"""When the team works: its weekdays and its holidays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from tenure.base import tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.tasks import rules
from tenure.tasks.contracts import Calendar
from tenure.tasks.models import Holiday, WorkingWeek
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

MOST_HOLIDAYS = 1000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class HolidayView:
    """A day on which nobody works."""

    id: int
    day: date
    name: str


def calendar() -> Calendar:
    """The workspace's; Monday to Friday where nobody said otherwise. Two queries, none where it was read before."""
    return tenancy.remembered("working days", _calendar)


def _calendar() -> Calendar:
    week = WorkingWeek.objects.first()
    days = frozenset(Holiday.objects.values_list("day", flat=True))
    return Calendar(frozenset(week.days), days) if week else Calendar(holidays=days)


def add_business_days(day: date, days: int) -> date:
    """So many working days of the workspace after the day; with 0 the day itself or the next working one."""
    return rules.add_business_days(day, days, calendar())


def next_working_day(day: date) -> date:
    """The day itself, or the first one after it that the team works on."""
    return rules.next_working_day(day, calendar())


def holidays(*, since: date) -> list[HolidayView]:
    """Those from a day on, the next first. One query."""
    return [HolidayView(row.pk, row.day, row.name) for row in Holiday.objects.filter(day__gte=since).order_by("day")]


@transaction.atomic
def set_working_days(days: Collection[int], *, by: MemberView) -> None:
    """Say on which weekdays (Monday is 0) the team works. Audited. Refuses with `Invalid` a week without any."""
    wanted = sorted({day for day in days if 0 <= day <= 6})
    if not wanted:
        raise Invalid("Choose at least one day.", [Problem("Choose at least one day.", "days")])
    before = sorted(calendar().working)
    if wanted == before:
        return
    WorkingWeek.objects.update_or_create(defaults={"days": wanted}, create_defaults={"days": wanted})
    tenancy.forget()
    record_audit(
        by=by, action="calendar.week_changed", object="calendar", before={"days": before}, after={"days": wanted}
    )


@transaction.atomic
def add_holiday(*, day: date, name: str, by: MemberView) -> int:
    """Keep a day free; its id. Audited. Refuses with `Conflict` a day that is free already."""
    name = " ".join(name.split())
    problems = []
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(Problem(f"Give it a name of at most {LONGEST_NAME} characters.", "name"))
    if Holiday.objects.count() >= MOST_HOLIDAYS:
        problems.append(Problem(f"A workspace keeps at most {MOST_HOLIDAYS:,} holidays. Take some away first.", "day"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    try:
        with transaction.atomic():
            row = Holiday.objects.create(day=day, name=name)
    except IntegrityError:
        raise Conflict(
            f"{day.isoformat()} is a holiday already.", [Problem("This day is a holiday already.", "day")]
        ) from None
    tenancy.forget()
    record_audit(by=by, action="calendar.holiday_added", object=f"holiday {day.isoformat()}", after={"name": name})
    return row.pk


@transaction.atomic
def remove_holiday(*, holiday: int, by: MemberView) -> None:
    """Make it a day like the others. Audited. Days that tasks are due on stay as they are."""
    row = Holiday.objects.select_for_update().filter(pk=holiday).first()
    if row is None:
        raise NotFound("There is no such holiday.")
    record_audit(
        by=by, action="calendar.holiday_removed", object=f"holiday {row.day.isoformat()}", before={"name": row.name}
    )
    row.delete()
    tenancy.forget()
