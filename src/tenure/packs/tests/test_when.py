"""When a pack is due: working days, hours of the workspace's clock, once a month."""

from datetime import UTC, date, datetime

import pytest

from tenure.packs.contracts import Plan
from tenure.packs.when import due_month, due_on, next_due

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("working_day", "nth", "month", "day"),
    [
        (True, 1, date(2026, 11, 1), 2),  # the 1st is a Sunday
        (True, 2, date(2026, 11, 1), 3),
        (True, 5, date(2026, 11, 1), 6),
        (True, 6, date(2026, 11, 1), 9),
        (True, 1, date(2026, 12, 1), 1),  # a Tuesday
        (True, 15, date(2026, 2, 1), 20),
        (False, 1, date(2026, 11, 1), 1),
        (False, 28, date(2026, 2, 1), 28),
    ],
)
def test_the_day_of_a_month(working_day: bool, nth: int, month: date, day: int) -> None:
    assert due_on(Plan(working_day=working_day, nth=nth), month) == month.replace(day=day)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (datetime(2026, 11, 3, 6, 59, tzinfo=UTC), None, None),  # 07:59 in Berlin
        (datetime(2026, 11, 3, 7, 0, tzinfo=UTC), None, OCTOBER),
        (datetime(2026, 11, 3, 7, 0, tzinfo=UTC), date(2026, 9, 1), OCTOBER),
        (datetime(2026, 11, 3, 7, 0, tzinfo=UTC), OCTOBER, None),
        (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), None, OCTOBER),  # late, once
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), OCTOBER, None),  # December in Berlin, not yet its second day
    ],
)
def test_it_is_due_from_its_hour_by_the_clock_of_the_workspace_until_the_next(
    now: datetime, last: date | None, due: date | None
) -> None:
    assert due_month(Plan(active=True, nth=2, hour=8), "Europe/Berlin", now, last) == due


def test_nothing_is_due_of_a_schedule_that_is_off() -> None:
    assert due_month(Plan(), "UTC", datetime(2026, 11, 20, tzinfo=UTC), None) is None


def test_the_next_is_of_the_month_that_will_be_over() -> None:
    plan = Plan(active=True, nth=1, hour=8)
    assert next_due(plan, "UTC", datetime(2026, 11, 1, 9, tzinfo=UTC), None) == (OCTOBER, date(2026, 11, 2))
    assert next_due(plan, "UTC", datetime(2026, 11, 2, 8, tzinfo=UTC), None) == (NOVEMBER, date(2026, 12, 1))
    assert next_due(plan, "UTC", datetime(2026, 11, 1, 9, tzinfo=UTC), OCTOBER) == (NOVEMBER, date(2026, 12, 1))
