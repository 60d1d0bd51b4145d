"""Silence and unusual hours, by a source's own habits."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.ingest.watching import habits

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
"""The first of four weeks."""
HOUR = timedelta(hours=1)


def office_hours(days: int = 28) -> list[datetime]:
    """Heard on working days from 8 to 17."""
    every = (MONDAY + n * HOUR for n in range(24 * days))
    return [hour for hour in every if hour.weekday() < 5 and 8 <= hour.hour < 18]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


FRIDAY_EVENING = at(25, 17, 30)
"""When the fourth week's last message came."""


def test_a_weekend_is_no_silence() -> None:
    assert not habits.is_silent(office_hours(), last=FRIDAY_EVENING, now=at(28, 8))


def test_six_missed_office_hours_are() -> None:
    assert not habits.is_silent(office_hours(), last=FRIDAY_EVENING, now=at(28, 13, 59))
    assert habits.is_silent(office_hours(), last=FRIDAY_EVENING, now=at(28, 14))


def test_an_hour_heard_in_every_week_is_expected() -> None:
    assert habits.expected_hours(office_hours(), until=FRIDAY_EVENING) == frozenset(
        day * 24 + hour for day in range(5) for hour in range(8, 18)
    )


def test_a_source_of_less_than_two_weeks_has_no_habits() -> None:
    assert habits.expected_hours(office_hours(days=13), until=at(12, 0)) == frozenset()


@pytest.mark.parametrize(("hours", "silent"), [(24, False), (25, True)])
def test_a_young_source_may_be_quiet_for_a_day(hours: int, silent: bool) -> None:
    assert habits.is_silent([at(0, 8), at(0, 9)], last=at(0, 9), now=at(0, 9) + hours * HOUR) is silent


@pytest.mark.parametrize(("days", "silent"), [(6, False), (7, True)])
def test_a_weekly_file_is_silent_after_twice_its_pause(days: int, silent: bool) -> None:
    heard = [at(0, 3), at(3, 3), at(6, 3)]
    assert habits.is_silent(heard, last=at(6, 3), now=at(6, 3) + timedelta(days=days)) is silent


def test_a_dip_and_a_flood_are_unusual() -> None:
    now = at(25, 12)
    usual = {hour: 400 + hour.hour + hour.day for hour in office_hours(26)}
    messages = {**usual, at(25, 9): 40, at(25, 11): 4_000}
    assert habits.unusual_hours(messages, first=MONDAY, now=now) == (
        habits.Unusual(at(25, 9), 40, 422),
        habits.Unusual(at(25, 11), 4_000, 424),
    )
    assert habits.unusual_hours(usual, first=MONDAY, now=now) == ()


def test_nothing_is_unusual_before_a_week_is_known() -> None:
    messages = {**{at(day, 9): 400 for day in range(7)}, at(6, 9): 0}
    assert habits.unusual_hours(messages, first=MONDAY, now=at(6, 12)) == ()


def test_few_messages_are_never_unusual() -> None:
    messages = {**{at(day, 9): 1 for day in range(25)}, at(25, 9): 20}
    assert habits.unusual_hours(messages, first=MONDAY - HOUR, now=at(25, 12)) == ()
