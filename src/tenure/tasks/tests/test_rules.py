"""Working days, rhythms, promises."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.tasks.contracts import Calendar, Repeat, State
from tenure.tasks.rules import (
    add_business_days,
    is_working,
    next_due,
    next_working_day,
    promise,
    read_repeat,
    written_repeat,
)

FRIDAY, MONDAY = date(2024, 5, 3), date(2024, 5, 6)
WEEK = Calendar(holidays=frozenset({date(2024, 5, 9)}))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, MONDAY),
        (date(2024, 5, 4), 0, MONDAY),
        (date(2024, 5, 4), 1, date(2024, 5, 7)),
        (date(2024, 5, 8), 1, date(2024, 5, 10)),  # over the holiday
        (date(2024, 5, 8), 2, date(2024, 5, 13)),  # and over the weekend
    ],
)
def test_days_are_counted_on_which_the_team_works(day: date, days: int, expected: date) -> None:
    assert add_business_days(day, days, WEEK) == expected


def test_another_week_has_other_working_days() -> None:
    sunday_to_thursday = Calendar(frozenset({6, 0, 1, 2, 3}))
    assert next_working_day(FRIDAY, sunday_to_thursday) == date(2024, 5, 5)


def test_a_year_without_a_working_day_leaves_the_day_as_it_is() -> None:
    assert next_working_day(FRIDAY, Calendar(frozenset())) == FRIDAY
    free = frozenset(date.fromordinal(FRIDAY.toordinal() + step) for step in range(400))
    assert next_working_day(FRIDAY, Calendar(holidays=free)) == FRIDAY


@pytest.mark.parametrize(
    ("repeat", "anchor", "last", "today", "expected"),
    [
        (Repeat("daily"), FRIDAY, FRIDAY, FRIDAY, MONDAY),
        (Repeat("daily"), FRIDAY, FRIDAY, date(2024, 5, 8), date(2024, 5, 8)),
        (Repeat("weekly"), MONDAY, MONDAY, FRIDAY, date(2024, 5, 13)),  # finished early
        (Repeat("weekly"), MONDAY, MONDAY, date(2024, 5, 13), date(2024, 5, 13)),  # late, on the day of the next
        (Repeat("weekly"), MONDAY, MONDAY, date(2024, 5, 15), date(2024, 5, 20)),  # so late that one is left out
        (Repeat("weekly", 2), MONDAY, MONDAY, MONDAY, date(2024, 5, 20)),
        (Repeat("weekly"), date(2024, 5, 2), date(2024, 5, 2), FRIDAY, date(2024, 5, 10)),  # moved off the holiday
        (Repeat("weekly"), date(2024, 5, 2), date(2024, 5, 10), date(2024, 5, 10), date(2024, 5, 16)),  # and back
        (Repeat("monthly"), date(2024, 1, 31), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29)),
        (
            Repeat("monthly"),
            date(2024, 1, 31),
            date(2024, 2, 29),
            date(2024, 3, 1),
            date(2024, 4, 1),
        ),  # 31 March: Sunday
        (Repeat("monthly", 3), date(2024, 1, 15), date(2024, 1, 15), date(2024, 1, 20), date(2024, 4, 15)),
    ],
)
def test_what_repeats_is_due_again(repeat: Repeat, anchor: date, last: date, today: date, expected: date) -> None:
    assert next_due(repeat, anchor=anchor, last=last, today=today, calendar=WEEK) == expected


@given(
    st.sampled_from([Repeat("daily"), Repeat("weekly", 2), Repeat("monthly"), Repeat("monthly", 5)]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(-400, 400),
)
def test_the_next_day_is_a_working_one_after_the_last_and_not_past(repeat: Repeat, last: date, late: int) -> None:
    today = date.fromordinal(last.toordinal() + late)
    found = next_due(repeat, anchor=last, last=last, today=today, calendar=WEEK)
    assert found > last
    assert found >= today
    assert is_working(found, WEEK)


@pytest.mark.parametrize("repeat", [None, Repeat("daily"), Repeat("weekly", 3), Repeat("monthly")])
def test_a_rhythm_is_read_as_it_was_written(repeat: Repeat | None) -> None:
    assert read_repeat(written_repeat(repeat)) == repeat


@pytest.mark.parametrize("text", ["yearly:1", "weekly:0", "weekly:53", "nonsense"])
def test_what_is_no_rhythm_is_none(text: str) -> None:
    assert read_repeat(text) is None


@pytest.mark.parametrize(
    ("state", "due", "finished", "expected"),
    [
        (State.OPEN, MONDAY, None, "open"),
        (State.OPEN, FRIDAY, None, "overdue"),
        (State.OPEN, None, None, "open"),
        (State.DONE, FRIDAY, FRIDAY, "kept"),
        (State.DONE, FRIDAY, MONDAY, "kept late"),
        (State.DONE, None, MONDAY, "kept"),
        (State.DROPPED, MONDAY, FRIDAY, "broken"),
    ],
)
def test_what_became_of_a_promise(state: State, due: date | None, finished: date | None, expected: str) -> None:
    assert promise(state, due=due, finished_on=finished, today=MONDAY) == expected
