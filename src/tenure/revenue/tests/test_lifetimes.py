"""The golden numbers of Fader and Hardie (2007), and what every fitted model has to keep."""

import csv
import os
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.refusals import Invalid
from tenure.revenue.lifetimes import Model, Seen, fit

DATA = Path(os.environ.get("TENURE_SHARED_DATA") or Path(__file__).parents[5] / "shared" / "data") / "sbg"
# Table 1 of the article: per cent of two cohorts that were still there after so many years.
HIGH_END = (100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1)
REGULAR = (100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1)
LATER = {
    "high": (46.8, 44.5, 42.7, 40.9, 39.4),
    "regular": (22.3, 20.7, 19.4, 18.3, 17.3),
}


def of_thousand(shares: tuple[float, ...]) -> Seen:
    return Seen.of_cohort([share * 10 for share in shares])


@pytest.mark.parametrize(
    ("shares", "later", "alpha", "beta", "error"),
    [(HIGH_END, LATER["high"], 0.668, 3.806, 1.19), (REGULAR, LATER["regular"], 0.704, 1.182, 0.29)],
)
def test_the_parameters_and_projections_of_the_article(
    shares: tuple[float, ...], later: tuple[float, ...], alpha: float, beta: float, error: float
) -> None:
    model = fit(of_thousand(shares))
    assert (round(model.alpha, 3), round(model.beta, 3)) == (alpha, beta)
    projected = 100 * model.survival(12)[8:]
    assert round(float(np.abs(projected - later).mean()), 2) == error


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the article's table: set TENURE_SHARED_DATA")
def test_the_same_from_the_files_of_the_data_where_they_are() -> None:
    with (DATA / "retention.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(float(row["highend_pct_survived"]) for row in rows) == HIGH_END + LATER["high"]
    assert tuple(float(row["regular_pct_survived"]) for row in rows) == REGULAR + LATER["regular"]


def test_who_has_renewed_often_stays_longer() -> None:
    model = fit(of_thousand(REGULAR))
    assert model.retention(1) == pytest.approx(0.627, abs=0.001)
    assert model.retention(8) > model.retention(2) > model.retention(1)
    assert model.expected(age=5, horizon=10) > model.expected(age=0, horizon=10) > 1.0
    assert model.expected(horizon=10, discount=0.1) < model.expected(horizon=10)


def test_a_residual_lifetime_against_its_sum_by_hand() -> None:
    """Two renewals are behind: the next three periods are paid with the chances 1, r(3) and r(3) × r(4)."""
    model = Model(0.668, 3.806, (np.array([0.668]), np.array([3.806])))
    third, fourth = model.retention(3), model.retention(4)
    wanted = 1 + third / 1.1 + third * fourth / 1.21
    assert model.expected(age=2, horizon=3, discount=0.1) == pytest.approx(wanted)
    assert model.expected_interval(age=2, horizon=3, discount=0.1) == pytest.approx((wanted, wanted))


def test_intervals_hold_the_estimate_and_shrink_with_more_customers() -> None:
    few, many = (fit(Seen.of_cohort([share * size for share in HIGH_END])) for size in (1, 100))
    assert few.alpha == pytest.approx(many.alpha)
    for model in (few, many):
        low, high = model.survival_interval(12)
        assert (low <= model.survival(12) + 1e-9).all()
        assert (model.survival(12) <= high + 1e-9).all()
    assert np.diff(few.expected_interval(horizon=10)) > 5 * np.diff(many.expected_interval(horizon=10))


def test_an_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    """Three hundred cohorts of 500 customers drawn from the model itself, each seen for eight periods."""
    truth = Model(0.668, 3.806, (np.array([0.668]), np.array([3.806])))
    shares = -np.diff(truth.survival(8))
    draw = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        lost = draw.multinomial(500, [*shares, 1 - shares.sum()])[:-1]
        low, high = fit(Seen.of_cohort([500.0, *(500.0 - np.cumsum(lost))])).expected_interval(horizon=15)
        held += low <= truth.expected(horizon=15) <= high
    assert 0.92 <= held / 300 <= 0.98


def test_cohorts_that_were_seen_for_different_times_are_fitted_together() -> None:
    """The first 1,000 were seen for eight years, another 1,000 like them for three: nearly the same curve."""
    whole = of_thousand(HIGH_END)
    lost = [share * 10 for share in -np.diff(HIGH_END)]
    both = Seen(
        tuple(lost[i] * (2 if i < 3 else 1) for i in range(7)),
        tuple((653.0 if i == 2 else 0.0) + whole.left[i] for i in range(7)),
    )
    one, two = fit(whole), fit(both)
    assert np.abs(one.survival(7) - two.survival(7)).max() < 0.02


@pytest.mark.parametrize("survivors", [[100.0, 100.0, 100.0], [100.0, 50.0], [100.0]])
def test_what_says_too_little_is_refused(survivors: list[float]) -> None:
    with pytest.raises(Invalid, match="two periods"):
        fit(Seen.of_cohort(survivors))


@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=12).filter(any),
    st.lists(st.integers(0, 500), min_size=12, max_size=12),
)
def test_whatever_was_seen_the_curve_falls_from_one_and_stays_above_nothing(lost: list[int], left: list[int]) -> None:
    model = fit(Seen(tuple(map(float, lost)), tuple(map(float, left[: len(lost)]))))
    curve = model.survival(40)
    assert curve[0] == 1.0
    assert (np.diff(curve) <= 0).all()
    assert (curve >= 0).all()
    low, high = model.expected_interval(horizon=10)
    assert 0 <= low <= high <= 10 < inf
