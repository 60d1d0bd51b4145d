"""The geometry of charts, and that what comes from data is escaped."""

from datetime import date

import pytest

from tenure.screens import charts
from tenure.screens.charts import scale
from tenure.screens.charts.cohorts import cohort_curves
from tenure.screens.charts.waterfall import total


def test_ticks_are_round_and_cover_the_range() -> None:
    assert scale.ticks(0, 97) == [0, 25, 50, 75, 100]
    assert scale.ticks(3, 17, 3) == [0, 5, 10, 15, 20]
    assert scale.ticks(5, 5) == [5, 5.25, 5.5, 5.75, 6]
    assert scale.ticks(-0.3, 0.1) == [-0.3, -0.2, -0.1, 0, 0.1]


def test_an_unknown_value_leaves_a_gap() -> None:
    assert scale.paths([(0, 1), (1, None), (2, 3), (3, 4)]) == [[(0, 1)], [(2, 3), (3, 4)]]
    assert scale.path([(2, 3), (3, 4)]) == "M2 3L3 4"
    assert scale.path([(2, 3)]) == "M1.5 3L2.5 3"


def test_a_sparkline_needs_two_values() -> None:
    assert charts.sparkline([]) == ""
    assert charts.sparkline([None, 50.0]) == ""
    drawn = charts.sparkline([0.0, 100.0], band="healthy")
    assert 'class="sparkline sparkline-healthy"' in drawn
    assert '<path d="M0 18.5L88 1.5"/>' in drawn


def test_a_waterfall_falls_from_100_and_each_bar_begins_where_the_last_ended() -> None:
    bars = charts.waterfall([charts.Step("a", -27), charts.Step("b", -18), charts.Step("c", 4)])
    assert 'class="bad" x="73" width="27"' in bars[0]
    assert 'class="bad" x="55" width="18"' in bars[1]
    assert 'class="good" x="55" width="4"' in bars[2]
    assert 'class="watch" x="0" width="59"' in total(59, "watch")


def test_a_waterfall_stays_inside_its_track() -> None:
    bars = charts.waterfall([charts.Step("a", -120), charts.Step("b", 40)])
    assert 'x="0" width="100"' in bars[0]
    assert 'x="0" width="20"' in bars[1]


def test_a_line_names_its_days_and_escapes_its_words() -> None:
    points = [(date(2024, 12, day), float(day)) for day in range(1, 11)]
    drawn = charts.line(points, label="<b>", low=0, high=10, markers=(charts.Marker(date(2024, 12, 5), "v<2>"),))
    assert 'aria-label="&lt;b&gt;"' in drawn
    assert "v&lt;2&gt;" in drawn
    assert ">1 Dec</text>" in drawn
    assert ">10 Dec</text>" in drawn
    assert drawn.count('class="hit"') == 10
    assert " style=" not in drawn


def test_a_distribution_marks_the_class_that_holds_the_value() -> None:
    drawn = charts.distribution([0, 5, 10], [4, 8], label="x", here=5)
    assert drawn.count("bar-quiet") == 1
    assert drawn.index("bar-quiet") < drawn.index('class="bar"')
    with pytest.raises(ValueError, match="one edge more"):
        charts.distribution([0, 5], [4, 8], label="x")


def test_a_curve_puts_its_dot_on_the_line() -> None:
    drawn = charts.curve([(0, 0), (10, 100)], label="x", here=5, height=130)
    assert '<circle class="dot" cx="50%" cy="58" r="4.5"/>' in drawn
    steps = charts.curve([(0, 100), (10, 0)], label="x", here=5, steps=True, height=130)
    assert 'cx="50%" cy="8"' in steps


def test_a_meter_is_never_more_than_full() -> None:
    assert 'width="100" height="6"/></svg>' in charts.meter(1.7, label="x")
    assert 'class="fill fill-risk" width="0"' in charts.meter(-1, label="x", tone="risk")


def test_a_sparkline_crosses_the_days_between_weekly_values_but_no_longer_gap() -> None:
    weekly = [(0.0, 5.0), *((float(n), None) for n in range(1, 7)), (7.0, 6.0)]
    assert scale.bridged(weekly, 7) == [(0.0, 5.0), (7.0, 6.0)]
    assert scale.bridged([*weekly, (8.0, None), (15.0, 7.0)], 1) == [*weekly, (8.0, None), (15.0, 7.0)]


def test_curves_of_cohorts_share_one_scale_and_the_newest_is_strongest() -> None:
    drawn = cohort_curves([("<old>", (1.0, 1.5)), ("new", (1.0,))], (1.0, 1.5), label="Left", unit="month")
    assert '<path class="cohort-curve" stroke-opacity="0.18" d="M0 33.33L100 0"><title>&lt;old&gt;</title>' in drawn
    assert '<path class="cohort-curve" stroke-opacity="0.85" d="M-0.5 33.33L0.5 33.33"><title>new</title>' in drawn
    assert '<path class="cohort-curve-all" d="M0 33.33L100 0"/>' in drawn
    assert [f">{each} %</text>" in drawn for each in (0, 100, 150)] == [True] * 3
