"""Months add and subtract; days of the end of a month stay in their month."""

from datetime import UTC, date, datetime

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.months import (
    date_of,
    each_month,
    first_day,
    last_day,
    months_after,
    months_back,
    number_of,
)

D = date.fromisoformat
DAYS = st.dates(D("1900-01-01"), D("2100-12-31"))
COUNTS = st.integers(-600, 600)


def test_numbers_of_months_follow_each_other_over_the_year() -> None:
    assert number_of(D("2025-01-31")) - number_of(D("2024-12-01")) == 1
    assert date_of(number_of(D("2024-12-31"))) == D("2024-12-01")


@pytest.mark.parametrize("day", ["2024-02-01", "2024-02-17", "2024-02-29"])
def test_the_ends_of_a_month_are_found_from_any_day_of_it(day: str) -> None:
    assert (first_day(D(day)), last_day(D(day))) == (D("2024-02-01"), D("2024-02-29"))


def test_the_last_month_of_the_calendar_has_a_last_day() -> None:
    assert last_day(D("9999-12-01")) == date.max


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [("2025-03-01", 12, "2024-03-01"), ("2025-03-31", 1, "2025-02-01"), ("2024-12-05", -1, "2025-01-01")],
)
def test_so_many_months_back_is_the_first_day_of_that_month(day: str, count: int, then: str) -> None:
    assert months_back(D(day), count) == D(then)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-02-28", 1, "2025-03-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-03-31", 0, "2025-03-31"),
    ],
)
def test_the_same_day_of_another_month_or_its_last(day: str, count: int, then: str) -> None:
    assert months_after(D(day), count) == D(then)


def test_the_time_of_day_stays() -> None:
    assert months_after(datetime(2025, 1, 31, 9, 30, tzinfo=UTC), 1) == datetime(2025, 2, 28, 9, 30, tzinfo=UTC)


@given(day=DAYS, count=COUNTS)
def test_another_library_finds_the_same(day: date, count: int) -> None:
    assert months_after(day, count) == day + relativedelta(months=count)
    assert months_back(day, count) == day + relativedelta(months=-count, day=1)
    assert last_day(day) == day + relativedelta(day=31)


def test_each_month_includes_both_ends() -> None:
    assert list(each_month(D("2024-11-30"), D("2025-01-01"))) == [D("2024-11-01"), D("2024-12-01"), D("2025-01-01")]
    assert list(each_month(D("2025-02-01"), D("2025-01-31"))) == []
