"""Figures are written as the pages write them, and drawn at the right heights."""

import pytest

from tenure.packs import rules
from tenure.packs.document import Change
from tenure.reports import wording
from tenure.reports.metrics import METRICS
from tenure.revenue.contracts import shade


@pytest.mark.parametrize(
    ("metric", "now", "then", "shown", "tone"),
    [
        ("nrr", 1.05, 1.03, "+2.0 pts", "good"),
        ("logo_churn", 0.03, 0.02, "+1.0 pts", "bad"),
        ("mrr", 120_000, 150_050, "−$300", "bad"),
        ("mrr", 150_000, 150_000, "$0", "plain"),
        ("quick_ratio", 4.0, 3.5, "+0.5", "good"),
        ("nrr", None, 1.0, "", "plain"),
        ("nrr", 1.0, None, "", "plain"),
    ],
)
def test_a_change_has_its_sign_and_says_what_is_better(
    metric: str, now: float | None, then: float | None, shown: str, tone: str
) -> None:
    assert rules.change(METRICS[metric], now, then, "USD") == Change(shown, tone)


def test_values_and_targets_are_written_by_their_unit() -> None:
    assert wording.write(METRICS["mrr"], 123_456, "EUR") == "€1,235"
    assert wording.write(METRICS["mrr"], 1234, "JPY") == "¥1,234"
    assert wording.write(METRICS["nrr"], 1.0427, "EUR") == "104.3 %"
    assert wording.write(METRICS["nrr"], None, "EUR") == "—"
    assert rules.target(METRICS["nrr"], 1.1, "EUR") == "≥ 110.0 %"
    assert rules.target(METRICS["logo_churn"], 0.02, "EUR") == "≤ 2.0 %"
    assert rules.target(METRICS["nrr"], None, "EUR") == ""


def test_a_scale_goes_by_round_steps_around_its_values() -> None:
    assert rules.scale([41_000, 152_000], from_zero=True) == (0, 50_000, 100_000, 150_000, 200_000)
    assert [round(mark, 2) for mark in rules.scale([0.97, 1.08], from_zero=False)] == [0.95, 1.0, 1.05, 1.1]
    assert rules.scale([5, 5], from_zero=True)[-1] == 6
    assert rules.scale([0], from_zero=True) == (0.0, 0.5, 1.0)


def test_heights_are_shares_of_the_scale_and_what_is_unknown_stays_so() -> None:
    assert rules.heights([0, None, 50, 100], 0, 100) == (0.0, None, 0.5, 1.0)
    assert rules.heights([7, 7], 7, 7) == (0.5, 0.5)


def test_the_axis_of_a_bridge_begins_at_nothing_unless_that_hides_what_moved() -> None:
    assert rules.floor_of([0, 100, 80]) == 0
    assert rules.floor_of([1000, 1500]) == 0
    assert rules.floor_of([145_246, 147_794, 153_879, 152_235]) == 136_000
    assert rules.floor_of([500, 500]) == 0


def test_cells_are_darker_where_more_is_left() -> None:
    assert [shade(each) for each in (None, 0.0, 0.2, 0.5, 0.75, 0.9, 1.0, 1.2)] == [0, 0, 1, 2, 3, 4, 5, 5]
