"""A column of days is numbered as each day is."""

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.months import number_of
from tenure.revenue.runs import number_of_each


@given(days=st.lists(st.dates(date(1900, 1, 1), date(2100, 12, 31)), max_size=30))
def test_a_column_of_days_is_numbered_as_each_day_is(days: list[date]) -> None:
    assert number_of_each(pa.chunked_array([pa.array(days, pa.date32())])).tolist() == [number_of(day) for day in days]
