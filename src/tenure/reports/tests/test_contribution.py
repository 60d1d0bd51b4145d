"""Parts of groups in the change of NRR: they add up to it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.reports import contribution
from tenure.reports.matrix import Year
from tenure.revenue.groups import FieldGroups, by_words


def year(rows: dict[int, tuple[int, int]]) -> Year:
    """Account → (paid, now)."""
    ids = sorted(rows)
    return Year(np.array(ids), np.array([rows[n][0] for n in ids]), np.array([rows[n][1] for n in ids]))


def rate(one: Year) -> float:
    return float(one.now.sum() / one.paid.sum())


PAIR = st.tuples(st.integers(1, 1_000), st.integers(0, 1_500))
YEARS = st.dictionaries(st.integers(1, 12), PAIR, min_size=1)


@given(then=YEARS, now=YEARS)
def test_parts_of_groups_and_of_accounts_add_up_to_the_change(
    then: dict[int, tuple[int, int]], now: dict[int, tuple[int, int]]
) -> None:
    before, after = year(then), year(now)
    codes = before.accounts % 3, after.accounts % 3
    change = rate(after) - rate(before)
    assert contribution.parts(before, after, codes, 3).sum() == pytest.approx(change, abs=1e-9)
    _, parts = contribution.of_accounts(before, after)
    assert parts.sum() == pytest.approx(change, abs=1e-9)


PLANS = FieldGroups("plan", "Plan", np.array([1, 2, 3]), by_words(pa.array(["Pro", "Basic", None])))


def test_the_group_that_moved_is_found_and_one_that_merely_grew_is_not() -> None:
    then = year({1: (100, 110), 2: (100, 110), 3: (100, 110)})
    # Pro does as all did, though it has twice the money; Basic lost half.
    now = year({1: (200, 220), 2: (100, 50), 3: (100, 110)})
    moved = contribution.strongest(then, now, (PLANS,), rate(now) - rate(then))
    assert moved is not None
    assert (moved.by.label, moved.value, moved.weight) == ("Plan", "Basic", 0.25)
    assert moved.part == pytest.approx(-0.15)


def test_a_group_that_is_nearly_everybody_is_not_named() -> None:
    then, now = year({1: (900, 900), 2: (100, 100)}), year({1: (900, 450), 2: (100, 100)})
    assert contribution.strongest(then, now, (PLANS,), rate(now) - rate(then)) is None
    assert contribution.strongest(then, now, (), -0.45) is None


def test_who_is_not_known_may_have_moved_it_and_who_is_in_no_group_is_not_named() -> None:
    then, now = year({1: (100, 100), 2: (100, 100), 3: (100, 100)}), year({1: (100, 100), 2: (100, 100), 3: (100, 0)})
    unknown = contribution.strongest(then, now, (PLANS,), rate(now) - rate(then))
    assert unknown is not None
    assert unknown.value is None
    strangers = FieldGroups("plan", "Plan", np.array([1, 2]), by_words(pa.array(["Pro", "Basic"])))
    assert contribution.strongest(then, now, (strangers,), rate(now) - rate(then)) is None


def test_nobody_then_moves_nothing() -> None:
    nobody = Year(*(np.zeros(0, np.int64),) * 3)
    assert contribution.parts(nobody, year({1: (1, 1)}), (nobody.accounts, np.array([0])), 1).tolist() == [0.0]
