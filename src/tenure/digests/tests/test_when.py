"""When a digest is due: by the member's clock, once a day of hers, across daylight saving."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenure.digests.contracts import Choice, Rhythm
from tenure.digests.rules import due_day, since, until

DAILY = Choice(Rhythm.DAILY, hour=8)
WEEKLY = Choice(Rhythm.WEEKLY, hour=8, weekday=2)
FRIDAY, MONDAY = date(2026, 3, 27), date(2026, 3, 30)


def _hours(choice: Choice, zone: str, first: datetime, hours: int) -> list[datetime]:
    """When it is sent, if somebody looks every quarter of an hour."""
    sent, last = [], None
    for quarter in range(hours * 4):
        now = first + timedelta(minutes=15 * quarter)
        day = due_day(choice, zone, now, last)
        if day is not None:
            sent.append(now)
            last = day
    return sent


def test_it_comes_at_her_hour_on_working_days_and_stays_there_when_clocks_change() -> None:
    assert _hours(DAILY, "Europe/Berlin", datetime(2026, 3, 26, tzinfo=UTC), 24 * 6) == [
        datetime(2026, 3, 26, 7, tzinfo=UTC), datetime(2026, 3, 27, 7, tzinfo=UTC),
        datetime(2026, 3, 30, 6, tzinfo=UTC), datetime(2026, 3, 31, 6, tzinfo=UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "day", "at"),
    [
        (2, datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (2, datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)),
    ],
    ids=["an hour that is left out comes with the next", "an hour that comes twice is one day"],
)
def test_the_nights_when_clocks_change_have_one(hour: int, day: datetime, at: datetime) -> None:
    every_day = Choice(Rhythm.DAILY, hour=hour, days=(0, 1, 2, 3, 4, 5, 6))
    assert _hours(every_day, "Europe/Berlin", day, 24) == [at]


def test_a_server_that_was_away_sends_it_late_but_not_the_next_day() -> None:
    late = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)
    assert due_day(DAILY, "Europe/Berlin", late, None) == FRIDAY
    assert due_day(DAILY, "Europe/Berlin", late + timedelta(hours=1), None) is None
    assert due_day(DAILY, "Europe/Berlin", late, FRIDAY) is None


def test_the_day_is_hers_wherever_she_is() -> None:
    now = datetime(2026, 3, 27, 20, tzinfo=UTC)
    assert due_day(DAILY, "Pacific/Auckland", now, None) is None
    assert due_day(DAILY, "America/Los_Angeles", now, None) == FRIDAY


def test_a_weekly_one_comes_on_its_day_and_off_never() -> None:
    wednesday = datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert due_day(WEEKLY, "UTC", wednesday, date(2026, 3, 25)) == date(2026, 4, 1)
    assert due_day(WEEKLY, "UTC", wednesday + timedelta(days=1), None) is None
    assert due_day(Choice(), "UTC", wednesday, None) is None


def test_how_far_it_looks() -> None:
    assert (since(DAILY, MONDAY), until(DAILY, MONDAY)) == (FRIDAY, MONDAY)
    assert (since(WEEKLY, MONDAY), until(WEEKLY, MONDAY)) == (date(2026, 3, 23), date(2026, 4, 5))
