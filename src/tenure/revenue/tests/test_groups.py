"""Groups of accounts by words and by numbers, over columns made by hand."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue.groups import APART, FieldGroups, Groups, by_bands, by_column, by_words


def sizes(found: Groups) -> dict[str | None, int]:
    return dict(zip(found.names, np.bincount(found.codes).tolist(), strict=True))


@pytest.mark.parametrize(
    ("values", "expected", "ordered"),
    [
        (["b", "a", None, ""], {"a": 1, "b": 1, None: 2}, False),
        ([True, False, None], {"No": 1, "Yes": 1, None: 1}, False),
        ([2.5, 1.0, 2.5], {"1": 1, "2.5": 2}, True),
        ([0.3, 0.1 + 0.2, 0.4], {"0.3": 2, "0.4": 1}, True),
        (list(range(1, 101)), {"under 26": 25, "26 to under 50": 24, "50 to under 75": 25, "75 or more": 26}, True),
        ([9_999, None, *range(1_000, 3_000)],
         {"under 1,500": 500, "1,500 to under 2,000": 500, "2,000 to under 2,500": 500, "2,500 or more": 501, None: 1},
         True),
        # Most have the least number: they are a band of their own.
        ([0] * 90 + list(range(1, 11)), {"under 1": 90, "1 or more": 10}, True),
        # A round edge would leave all on one side.
        ([9_999] * 90 + list(range(1, 11)), {"under 9,999": 10, "9,999 or more": 90}, True),
        ([0.0] * 9 + [-1.5, float("inf"), float("nan")], {"-1.5": 1, "0": 9, None: 2}, True),
        ([], {}, False),
    ],
)  # fmt: skip
def test_groups_of_a_column(values: list[object], expected: dict[str | None, int], ordered: bool) -> None:
    found = by_column(pa.array(values))
    assert sizes(found) == expected
    assert list(found.names) == list(expected)
    assert found.ordered is ordered


NUMBERS = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6))


@given(values=st.lists(NUMBERS, max_size=60))
def test_every_row_is_in_one_group_and_numbers_that_rise_are_in_groups_that_do(values: list[float | None]) -> None:
    found = by_column(pa.array(values, pa.float64()))
    pairs = zip(values, found.codes.tolist(), strict=True)
    known = [code for _, code in sorted((value, code) for value, code in pairs if value is not None)]
    assert known == sorted(known)
    assert set(known) == set(range(len(found.names) - (None in found.names)))
    assert (None in found.names) == (None in values)
    different = {float(value) for value in values if value is not None}
    written = {f"{value + 0.0:.10g}" for value in different}
    assert (len(set(known)) == len(written)) if len(different) <= APART else (2 <= len(set(known)) <= 4)


def test_bands_of_ones_own_leave_out_those_that_nobody_is_in() -> None:
    assert sizes(by_bands(pa.array([1, 30, None, 20]), [5, 10, 20])) == {"under 5": 1, "20 or more": 2, None: 1}


PLANS = FieldGroups("plan", "Plan", np.array([3, 5, 8]), by_words(pa.array(["Pro", "Basic", None])))


def test_the_groups_of_accounts_in_any_order_and_strangers_in_none() -> None:
    assert PLANS.groups.names == ("Basic", "Pro", None)
    assert PLANS.codes_of(np.array([8, 9, 3, 1, 5])).tolist() == [2, 3, 1, 3, 0]
    nobody = FieldGroups("plan", "Plan", np.zeros(0, np.int64), by_words(pa.array([], pa.string())))
    assert nobody.codes_of(np.array([1, 2])).tolist() == [0, 0]


def test_who_is_in_a_group() -> None:
    assert PLANS.groups.has("Pro").tolist() == [True, False, False]
    assert PLANS.groups.has(None).tolist() == [False, False, True]
    assert PLANS.groups.has("Gold").tolist() == [False, False, False]
