import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue.survival import Point, kaplan_meier, median

# Weeks of remission of 21 patients given 6-mercaptopurine; + is censored (Freireich and others 1963; the example of
# Kalbfleisch and Prentice, and of most books since).
LEFT = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_HERE = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def estimate(left: list[int], still: list[int]) -> tuple[Point, ...]:
    return kaplan_meier(np.array(left + still), np.array([True] * len(left) + [False] * len(still)))


def test_the_example_of_the_books() -> None:
    points = {point.age: point for point in estimate(LEFT, STILL_HERE)}
    known = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {age: round(points[age].survival, 3) for age in known} == known
    assert [points[age].at_risk for age in known] == [21, 17, 15, 12, 11, 7, 6]
    # Greenwood's error at 10 weeks is 0.0963; of log(−log S) the interval is 0.503 to 0.889.
    assert (round(points[10].low, 3), round(points[10].high, 3)) == (0.503, 0.889)
    assert median(list(points.values())) == 23


def test_without_anybody_censored_it_is_the_share_left() -> None:
    points = estimate([1, 1, 2, 3], [])
    assert [point.survival for point in points] == pytest.approx([1.0, 0.5, 0.25, 0.0])
    assert (points[-1].low, points[-1].high) == (0.0, 0.0)


def test_of_nobody_nothing_is_said() -> None:
    assert estimate([], []) == ()


def test_while_more_than_half_are_here_there_is_no_median() -> None:
    assert median(estimate([1], [5, 5, 5])) is None


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=80))
def test_it_falls_within_its_interval_and_everybody_is_counted_once(rows: list[tuple[int, bool]]) -> None:
    points = kaplan_meier(np.array([age for age, _ in rows]), np.array([ended for _, ended in rows]))
    assert sum(point.lost for point in points) == sum(ended for _, ended in rows)
    shares = [point.survival for point in points]
    assert shares == sorted(shares, reverse=True)
    assert all(
        0 <= point.low <= point.survival + 1e-12 and point.survival <= point.high + 1e-12 <= 1 + 1e-9
        for point in points
    )
