"""Scores: exact values, and the two sums that must never drift."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tenure.health.rules import curves, family, reasons, rounding
from tenure.health.rules import score as scoring
from tenure.health.scorecard import (
    BandsCurve,
    CardMeasure,
    ExceptionRule,
    Knot,
    LinearCurve,
    LookupCurve,
    Profile,
    RollUp,
    Scorecard,
    Step,
)
from tenure.health.tests import cards

CARD = cards.profile(
    CardMeasure(measure="logins", weight=3, curve=cards.line(0, 20)),
    CardMeasure(measure="tickets", weight=1, curve=cards.line(5, 0)),
)


def test_a_score_is_the_weighted_mean_of_points() -> None:
    found = cards.scored(CARD, {"logins": 10.0, "tickets": 1.0})
    assert found.score == pytest.approx(0.75 * 50 + 0.25 * 80, abs=1e-12)
    assert [i.contribution for i in found.inputs] == pytest.approx([37.5, 5.0], abs=1e-12)


def test_weights_are_normalised_over_what_is_known() -> None:
    found = cards.scored(
        CARD, {"logins": None, "tickets": 1.0}, scorecard=Scorecard(profiles=(CARD,), coverage_floor=0.2)
    )
    assert (found.score, found.coverage, [i.weight for i in found.inputs]) == (80.0, 0.25, [0.0, 1.0])


def test_below_the_coverage_floor_the_band_is_unknown_and_there_is_no_score() -> None:
    found = cards.scored(CARD, {"logins": None, "tickets": 0.0})
    assert (found.score, found.raw, found.band) == (None, 100.0, "unknown")


def test_at_the_coverage_floor_the_band_is_known() -> None:
    even = cards.profile(
        CardMeasure(measure="a", curve=cards.line(0, 1)), CardMeasure(measure="b", curve=cards.line(0, 1))
    )
    assert cards.scored(even, {"a": 1.0}).band == "healthy"


@pytest.mark.parametrize(("missing", "score"), [("ignore", 100.0), ("neutral", 75.0), ("worst", 50.0)])
def test_missing_data_policies(missing: str, score: float) -> None:
    card = cards.profile(
        CardMeasure(measure="a", curve=cards.line(0, 1)),
        CardMeasure(measure="b", curve=cards.line(0, 1), missing=missing),
    )
    found = cards.scored(card, {"a": 1.0, "b": None})
    assert (found.score, found.coverage) == (score, 0.5)


def test_nothing_known_is_unknown_whatever_the_policies() -> None:
    card = cards.profile(CardMeasure(measure="a", curve=cards.line(0, 1), missing="neutral"))
    found = cards.scored(card, {})
    assert (found.score, found.raw, found.band, found.coverage) == (None, 50.0, "unknown", 0.0)


def test_a_cap_and_a_floor_are_applied_in_order_and_told() -> None:
    card = cards.profile(
        CardMeasure(measure="a", curve=cards.line(0, 1)),
        exceptions=(ExceptionRule(key="urgent", when="x", cap=40), ExceptionRule(key="strategic", when="x", floor=55)),
    )
    both = cards.scored(card, {"a": 1.0}, fired=(True, True))
    assert (both.score, [(a.key, a.contribution) for a in both.adjustments]) == (
        55.0,
        [("urgent", 60.0), ("strategic", -15.0)],
    )
    one = cards.scored(card, {"a": 0.3}, fired=(True, False))
    assert (one.score, [(a.key, a.contribution) for a in one.adjustments]) == (30.0, [("urgent", 0.0)])


def test_an_override_has_the_last_word_even_over_unknown() -> None:
    assert cards.scored(CARD, {"logins": 20.0, "tickets": 0.0}, override=30).band == "risk"
    unknown = cards.scored(CARD, {}, override=85)
    assert (unknown.score, unknown.band, unknown.total) == (85.0, "healthy", 85.0)


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "healthy"), (70, "healthy"), (69.99999, "watch"), (40, "watch"), (39.9, "risk"), (0, "risk")],
)
def test_bands_start_at_their_threshold(score: float, band: str) -> None:
    card = cards.profile(CardMeasure(measure="a", curve=cards.line(0, 100)))
    assert cards.scored(card, {"a": float(score)}).band == band


def test_a_rounding_error_below_a_threshold_is_on_it() -> None:
    thirds = cards.profile(*(CardMeasure(measure=key, curve=cards.line(0, 100)) for key in "abc"))
    assert cards.scored(thirds, {"a": 70.0, "b": 70.0, "c": 69.99999999999999}).band == "healthy"


def test_bands_curve_takes_lower_ends_in_and_upper_ends_out() -> None:
    curve = BandsCurve(
        kind="bands", steps=(Step(start=0, points=0), Step(start=5, points=50), Step(start=10, points=100))
    )
    found = curves.points(curve, np.array([-3, 0, 4.9, 5, 9.99, 10, 400, np.nan]))
    np.testing.assert_array_equal(found, [0, 0, 0, 50, 50, 100, 100, np.nan])


def test_linear_curve_clamps_or_stays_silent_outside() -> None:
    values = np.array([-1, 0, 5, 10, 11, np.nan])
    knots = (Knot(at=0, points=20), Knot(at=10, points=80))
    clamped = curves.points(LinearCurve(kind="linear", knots=knots), values)
    silent = curves.points(LinearCurve(kind="linear", knots=knots, outside="ignore"), values)
    np.testing.assert_array_equal(clamped, [20, 20, 50, 80, 80, np.nan])
    np.testing.assert_array_equal(silent, [np.nan, 20, 50, 80, np.nan, np.nan])


def test_lookup_compares_words_without_case_and_numbers_as_written() -> None:
    curve = LookupCurve(kind="lookup", points={"Pro": 80, "3": 30}, otherwise=10)
    np.testing.assert_array_equal(curves.points(curve, np.array([3.0, 4.0, np.nan])), [30, 10, np.nan])
    np.testing.assert_array_equal(curves.points(curve, np.full(3, np.nan), ["PRO", "Basic", None]), [80, 10, np.nan])


def test_one_account_and_many_score_the_same() -> None:
    rng = np.random.default_rng(7)
    logins, tickets = rng.uniform(0, 30, 500), rng.uniform(0, 6, 500)
    logins[::7] = np.nan
    many = scoring.score(CARD, {"logins": logins, "tickets": tickets}, np.zeros((500, 0), bool))
    for at in range(0, 500, 53):
        one = scoring.score(CARD, {"logins": logins[[at]], "tickets": tickets[[at]]}, np.zeros((1, 0), bool))
        assert one.total[0] == many.total[at]


@given(cards.profiles(), cards.facts, st.lists(st.booleans(), min_size=3, max_size=3), st.none() | st.floats(0, 100))
def test_level_reasons_add_up(
    card: Profile, facts: dict[str, float | None], fired: list[bool], override: float | None
) -> None:
    found = cards.scored(card, facts, fired=tuple(fired[: len(card.exceptions)]), override=override)
    lines = reasons.level(found)
    if found.score is not None:
        assert 100 - found.score == pytest.approx(-sum(line.effect for line in lines), abs=1e-9)
    assert sum(line.shown for line in lines) == (rounding.shown(found.total) - 100 if lines else 0)


@given(
    cards.profiles(), cards.facts, cards.facts, st.lists(st.booleans(), min_size=6, max_size=6),
    st.none() | st.floats(0, 100), st.none() | st.floats(0, 100),
)  # fmt: skip
def test_change_reasons_add_up(
    card: Profile,
    then_facts: dict[str, float | None],
    now_facts: dict[str, float | None],
    fired: list[bool],
    then_override: float | None,
    now_override: float | None,
) -> None:
    n = len(card.exceptions)
    then = cards.scored(card, then_facts, fired=tuple(fired[:n]), override=then_override)
    now = cards.scored(card, now_facts, fired=tuple(fired[3 : 3 + n]), override=now_override)
    lines = reasons.change(then, now)
    assert now.total - then.total == pytest.approx(sum(line.effect for line in lines), abs=1e-9)
    assert not lines or sum(line.shown for line in lines) == rounding.shown(now.total) - rounding.shown(then.total)


@given(cards.profiles(), cards.profiles(), cards.facts, cards.facts, st.booleans())
def test_change_reasons_add_up_across_scorecard_versions(
    old: Profile, new: Profile, then_facts: dict[str, float | None], now_facts: dict[str, float | None], known: bool
) -> None:
    then = cards.scored(old, then_facts, version=1, override=12.0)
    now = cards.scored(new, now_facts, version=2)
    restated = cards.scored(new, then_facts, version=2) if known else None
    lines = reasons.change(then, now, restated=restated)
    assert now.total - then.total == pytest.approx(sum(line.effect for line in lines), abs=1e-9)
    assert {line.kind for line in lines} <= {"measure", "weights", "cap", "floor", "override", "version"}


def test_a_measure_that_became_known_is_a_matter_of_weights_not_of_the_others() -> None:
    then = cards.scored(CARD, {"logins": 10.0, "tickets": None})
    now = cards.scored(CARD, {"logins": 10.0, "tickets": 0.0})
    assert [(line.kind, line.effect) for line in reasons.change(then, now)] == [("weights", 12.5)]


def test_a_measure_that_moved_is_the_only_line() -> None:
    then = cards.scored(CARD, {"logins": 20.0, "tickets": 0.0})
    now = cards.scored(CARD, {"logins": 10.0, "tickets": 0.0})
    assert [(line.key, line.effect, line.shown) for line in reasons.change(then, now)] == [("logins", -37.5, -37)]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
def test_largest_remainder_adds_up_and_stays_within_one(parts: list[float]) -> None:
    total = rounding.shown(sum(parts))
    whole = rounding.to_total(parts, total)
    assert sum(whole) == total
    assert all(abs(w - p) < 1 + 1e-6 for w, p in zip(whole, parts, strict=True))


def test_largest_remainder_gives_the_rest_to_the_largest_fractions() -> None:
    assert rounding.to_total([33.4, 33.3, 33.3], 100) == [34, 33, 33]
    assert rounding.to_total([-0.4, -0.4, -0.4], -1) == [0, 0, -1]


NAN = float("nan")


@pytest.mark.parametrize(
    ("method", "score"),
    [("own", [25, 80, 40]), ("mean", [145 / 3, 80, 40]), ("mrr_weighted", [(80 * 300 + 40 * 100) / 400, 80, 40]),
     ("worst_child", [25, 80, 40])],
)  # fmt: skip
def test_a_parent_counts_its_children(method: RollUp, score: list[float]) -> None:
    found, _ = family.roll_up(
        own=np.array([25.0, 80.0, 40.0]), coverage=np.ones(3), parent=np.array([-1, 0, 0]),
        mrr=np.array([0.0, 300.0, 100.0]), method=method,
    )  # fmt: skip
    assert found.tolist() == pytest.approx(score)


@pytest.mark.parametrize(("method", "score"), [("mean", 60.0), ("mrr_weighted", 60.0), ("worst_child", 40.0)])
def test_a_parent_without_a_score_of_its_own_takes_its_childrens(method: RollUp, score: float) -> None:
    found, coverage = family.roll_up(
        own=np.array([NAN, 80.0, 40.0]), coverage=np.array([0.0, 1.0, 0.5]), parent=np.array([-1, 0, 0]),
        mrr=np.array([NAN, NAN, NAN]), method=method,
    )  # fmt: skip
    assert found[0] == score
    assert coverage[0] == {"mean": 0.75, "mrr_weighted": 0.75, "worst_child": 0.5}[method]


def test_grandchildren_count_through_their_parent() -> None:
    found, _ = family.roll_up(
        own=np.array([NAN, NAN, 30.0, 50.0]), coverage=np.ones(4), parent=np.array([-1, 0, 1, 1]),
        mrr=np.zeros(4), method="mean",
    )  # fmt: skip
    assert found.tolist() == [40.0, 40.0, 30.0, 50.0]


def test_parents_in_a_circle_are_left_alone() -> None:
    own = np.array([10.0, 20.0])
    found, _ = family.roll_up(own=own, coverage=np.ones(2), parent=np.array([1, 0]), mrr=np.ones(2), method="mean")
    assert found.tolist() == [10.0, 20.0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "expected `dimensions`"),
        ({"dimensions": [{"key": "a", "measures": []}]}, "at least 1"),
        ({"dimensions": [{"key": "a", "wieght": 1, "measures": []}]}, "Extra inputs"),
        ({"exceptions": [{"key": "a", "when": "x", "cap": 1, "floor": 2}]}, "either `cap` or `floor`"),
    ],
)
def test_a_wrong_scorecard_is_refused_with_what_is_expected(body: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Scorecard.model_validate(body)
