"""Ranking, intervals and flags against counting by hand, and on worlds whose truth is known."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.predictions.evaluation import flags, intervals, ranking
from tenure.predictions.evaluation.ranking import Ranking

ROWS = st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 3)), max_size=30)


def auc_by_pairs(rows: list[tuple[int, bool, int]]) -> float | None:
    """Every leaver against every stayer."""
    total = won = 0.0
    for (risk, left, times), (other, stayed, others) in product(rows, rows):
        if left and not stayed:
            total += times * others
            won += times * others * (1.0 if risk > other else 0.5 if risk == other else 0.0)
    return won / total if total else None


@given(rows=ROWS)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[int, bool, int]]) -> None:
    risk = np.array([row[0] for row in rows], float)
    left = np.array([row[1] for row in rows], bool)
    weight = np.array([row[2] for row in rows], float)
    assert Ranking(risk, left, np.arange(len(rows))).auc(weight) == pytest.approx(auc_by_pairs(rows))


def test_an_unknown_risk_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        Ranking(np.array([1.0, np.nan]), np.array([True, False]), np.arange(2))


def test_the_interval_of_a_share_by_hand() -> None:
    """(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96: of 10 trials 1 success."""
    found = intervals.share(1, 10)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (0.018, 0.404)
    assert intervals.share(0, 0) is None
    none = intervals.share(0, 20)
    assert none is not None
    assert none.low == pytest.approx(0)
    assert none.high == pytest.approx(0.161, abs=1e-3)


def test_rows_told_twice_say_no_more() -> None:
    marked, account = np.array([True, False, False, True, False]), np.arange(5)
    once = intervals.share_of_rows(marked, account)
    again = intervals.share_of_rows(np.repeat(marked, 50), np.repeat(account, 50))
    alone = intervals.share(1.6, 4)
    for found in (once, again):
        assert found is not None
        assert alone is not None
        assert (found.value, found.low, found.high) == pytest.approx((0.4, alone.low, alone.high))
    none = intervals.share_of_rows(np.zeros(100, bool), np.repeat(np.arange(20), 5))
    assert none == intervals.share(0, 20)
    assert intervals.share_of_rows(np.zeros(0, bool), np.zeros(0, np.int64)) is None


def world(seed: int, *, accounts: int = 120, dates: int = 12, signal: float = 0.0) -> tuple[np.ndarray, ...]:
    """Rows of accounts with a lasting risk of their own; with `signal` 0 it says nothing of who leaves."""
    draw = np.random.default_rng(seed)
    account = np.repeat(np.arange(accounts), dates)
    nature = draw.normal(size=accounts)
    leaves = draw.random(accounts) < 1 / (1 + np.exp(2.0 - signal * nature))
    risk = nature[account] + draw.normal(scale=0.3, size=account.size)
    # Who leaves does so somewhere on the way: rows of the dates close before count as left.
    gone = draw.integers(2, dates, accounts)
    date = np.tile(np.arange(dates), accounts)
    left = leaves[account] & (date >= gone[account] - 3) & (date < gone[account])
    kept = ~leaves[account] | (date < gone[account])
    return risk[kept], left[kept], account[kept]


def test_on_worlds_without_signal_the_interval_covers_one_half() -> None:
    found = [ranking.auc(*world(seed), replicates=200) for seed in range(200)]
    covered = sum(each is not None and each.holds(0.5) for each in found)
    assert 0.90 <= covered / 200 <= 0.99


def test_rows_of_one_account_are_no_evidence_of_their_own() -> None:
    risk, left, account = world(3, signal=1.0)
    many = ranking.auc(risk, left, account)
    alone = ranking.auc(risk, left, np.arange(len(risk)))
    assert many is not None
    assert alone is not None
    assert many.value == alone.value
    assert many.high - many.low > 1.5 * (alone.high - alone.low)


def test_a_score_made_worse_is_worse_by_the_pair() -> None:
    risk, left, account = world(5, accounts=400, signal=2.0)
    worse = risk + np.random.default_rng(0).normal(scale=2.0, size=risk.size)
    found = ranking.difference(worse, risk, left, account)
    assert found is not None
    assert found.high < 0
    same = ranking.difference(risk, risk, left, account)
    assert same == intervals.Interval(0.0, 0.0, 0.0)


def test_without_leavers_nothing_can_be_said() -> None:
    nobody = np.zeros(4, bool)
    assert ranking.auc(np.arange(4.0), nobody, np.arange(4)) is None
    assert ranking.auc(np.arange(4.0), ~nobody, np.arange(4)) is None


def test_flags_count_rows_and_money() -> None:
    band = np.array(["risk", "risk", "risk", "healthy", "healthy", "healthy", "healthy", "healthy"])
    left = np.array([True, True, False, True, False, False, False, False])
    worth = np.array([100.0, np.nan, 10.0, 300.0, 5.0, 5.0, 5.0, 5.0])
    risk, watch, healthy = flags.flags(["risk", "watch", "healthy"], band, left, worth, np.arange(8))
    assert (risk.rows, risk.left, risk.recall, risk.worth_recall) == (3, 2, 2 / 3, 0.25)
    assert risk.precision is not None
    assert risk.precision.value == 2 / 3
    assert risk.lift == pytest.approx((2 / 3) / (3 / 8))
    assert (watch.rows, watch.precision, watch.recall, watch.lift) == (0, None, 0.0, None)
    assert (healthy.left, healthy.worth_recall) == (1, 0.75)


def test_calibration_counts_every_row_once() -> None:
    score = np.array([0.0, 9.99, 10.0, 55.0, 100.0])
    left = np.array([True, False, True, False, False])
    found = flags.calibration(score, left, np.arange(5))
    assert [(each.low, each.rows, each.left) for each in found if each.rows] == [
        (0.0, 2, 1), (10.0, 1, 1), (50.0, 1, 0), (90.0, 1, 0),
    ]  # fmt: skip
