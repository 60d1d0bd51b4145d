"""What people read."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.health import schemes, words
from tenure.health.rules.reasons import Adjustment, Input, Line, Scored
from tenure.health.scorecard import DEFAULT_BANDS, Band, CardMeasure, ExceptionRule, SchemeName
from tenure.health.tests import cards

PEOPLE = Input("people", 1, 5.0, 14.0, None, 0.4, 70.0, 12.0)
PROFILE = cards.profile(
    CardMeasure(measure="people", curve=cards.line(0, 20)),
    exceptions=(ExceptionRule(key="urgent", label="an urgent ticket is open", when="urgent > 0", cap=40),),
)
NAMES = {
    "people": words.Name("People active in 28 days", "people", 28),
    "used": words.Name("Share of seats used", "share"),
}
SCORED = Scored(
    1, date(2024, 12, 31), "health", 1, "default", 53.0, 88.0, "watch", 1.0, (PEOPLE,),
    (Adjustment("cap", "urgent", 40.0, 35.0), Adjustment("override", "override", 53.0, -13.0)),
)  # fmt: skip


def test_a_measure_says_what_it_did_in_its_window() -> None:
    line = Line("measure", "people", -12.0, -12)
    assert words.level_line(line, SCORED, PROFILE, NAMES) == "−12: people active fell from 14 to 5 in 28 days"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"previous": None}, "people active is 5 in 28 days"),
        ({"previous": 5.0}, "people active stayed at 5 in 28 days"),
        ({"value": 20.0}, "people active rose from 14 to 20 in 28 days"),
        ({"stale_since": date(2024, 12, 3)}, "people active fell from 14 to 5 in 28 days (frozen since 3 Dec 2024)"),
        ({"value": None}, "people active is not known"),
    ],
)
def test_a_measure_in_words(changed: dict[str, object], says: str) -> None:
    assert words.measure(replace(PEOPLE, **changed), NAMES["people"]) == says  # type: ignore[arg-type]


def test_a_share_is_told_in_percent_and_a_change_in_percent() -> None:
    used = Input("used", 1, 0.18, 0.31, None, 0.4, 70.0, 12.0)
    assert words.measure(used, NAMES["used"]) == "share of seats used fell from 31 % to 18 %"
    fell = replace(PEOPLE, value=-0.64, previous=None)
    assert words.measure(fell, NAMES["people"], of="change") == "people active fell 64 % in 28 days"
    assert words.measure(replace(fell, value=0.001), NAMES["people"], of="change") == (
        "people active did not change in 28 days"
    )


def test_abbreviations_keep_their_capitals() -> None:
    assert words.Name("NPS in 84 days").in_sentence == "NPS"


def test_caps_and_overrides_in_words() -> None:
    cap, hand = Line("cap", "urgent", -35.0, -35), Line("override", "override", 13.0, 13)
    assert words.level_line(cap, SCORED, PROFILE, NAMES) == "−35: an urgent ticket is open: capped at 40"
    assert words.level_line(hand, SCORED, PROFILE, NAMES) == "+13: set by hand to 53"


def test_changes_name_both_days() -> None:
    then = replace(SCORED, day=date(2024, 12, 1), inputs=(replace(PEOPLE, value=14.0),))
    line = Line("measure", "people", -9.0, -9)
    assert words.change_line(line, then, SCORED, PROFILE, NAMES) == (
        "−9: people active fell from 14 (1 Dec 2024) to 5 (31 Dec 2024)"
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1240.4, "", "1,240"), (3.46, "days", "3.5 days"), (0.305, "share", "30 %"), (-2.0, "", "−2"), (9.96, "", "10")],
)
def test_numbers_as_people_read_them(value: float, unit: str, text: str) -> None:
    assert words.number(value, unit) == text


@pytest.mark.parametrize(
    ("scheme", "shown"),
    [("number", "72"), ("percent", "72 %"), ("ten", "7"), ("grade", "B"), ("colour", "Healthy")],
)
def test_s1_16_one_score_in_every_scheme(scheme: SchemeName, shown: str) -> None:
    assert schemes.shown(71.5, scheme, DEFAULT_BANDS) == shown
    assert schemes.shown(72.0, scheme, DEFAULT_BANDS) == shown
    assert schemes.shown(None, scheme, DEFAULT_BANDS) == "–"


@pytest.mark.parametrize(
    ("score", "whole", "one_decimal"),
    [
        (69.4, "69", "69.4"), (69.5, "69.5", "69.5"), (69.96, "69.96", "69.96"), (70.0, "70", "70.0"),
        (70 - 1e-10, "70", "70.0"), (39.97, "39.97", "39.97"), (40.4, "40", "40.4"), (99.97, "100", "100.0"),
    ],
)  # fmt: skip
def test_a_number_never_contradicts_the_band_beside_it(score: float, whole: str, one_decimal: str) -> None:
    assert schemes.number(score, DEFAULT_BANDS) == whole
    assert schemes.number(score, DEFAULT_BANDS, digits=1) == one_decimal
    assert schemes.shown(score, "percent", DEFAULT_BANDS) == f"{whole} %"


@given(score=st.floats(0, 100), starts=st.sets(st.floats(0.01, 99.99), min_size=1, max_size=5))
def test_what_is_shown_lies_in_the_scores_band_and_within_half_a_point(score: float, starts: set[float]) -> None:
    rising = tuple(Band(**{"key": f"b{n}", "from": at}) for n, at in enumerate([0.0, *sorted(starts)]))
    told = float(schemes.number(score, rising))
    assert schemes.band_of(told, rising) == schemes.band_of(score, rising)
    assert abs(told - score) < 0.5 + 1e-9


def test_s1_16_one_to_ten_reaches_both_ends() -> None:
    assert [schemes.shown(score, "ten", DEFAULT_BANDS) for score in (0.0, 50.0, 100.0)] == ["1", "6", "10"]


def test_s1_14_a_score_says_healthy_or_at_risk() -> None:
    assert [schemes.band_of(score, DEFAULT_BANDS) for score in (80.0, 55.0, 10.0, None)] == [
        "healthy", "watch", "risk", "unknown",
    ]  # fmt: skip
