"""What an alert is worth, and when a rule cries wolf."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.alerts import rules
from tenure.alerts.document import Priority
from tenure.alerts.rules import Answers

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
answers = st.builds(Answers, st.integers(0, 500), st.integers(0, 500))
priorities = st.sampled_from(PRIORITIES)
days = st.integers(-400, 400)


@pytest.mark.parametrize(
    ("right", "wrong", "expected"), [(0, 0, 0.2), (1, 0, 0.273), (0, 1, 0.182), (8, 0, 0.556), (0, 90, 0.02)]
)
def test_the_chance_is_the_mean_of_beta_2_8_and_the_outcomes(right: int, wrong: int, expected: float) -> None:
    assert rules.chance(Answers(right, wrong)) == expected


@pytest.mark.parametrize(
    ("priority", "left", "expected"),
    [("normal", 0, 1.0), ("normal", 14, 0.5), ("normal", -14, 2.0), ("urgent", 0, 2.0), ("low", 0, 0.5),
     ("high", 28, 0.38), ("normal", -400, 2.0)],
)  # fmt: skip
def test_urgency_halves_every_14_days(priority: Priority, left: int, expected: float) -> None:
    assert rules.urgency(priority, left) == expected


@given(answers, priorities, days)
def test_one_more_right_answer_never_lowers_the_chance_one_more_wrong_never_raises_it(
    found: Answers, priority: Priority, left: int
) -> None:
    assert rules.chance(Answers(found.right + 1, found.wrong)) >= rules.chance(found)
    assert rules.chance(Answers(found.right, found.wrong + 1)) <= rules.chance(found)
    assert 0 < rules.chance(found) < 1


@given(priorities, priorities, days, days)
def test_urgency_never_falls_with_priority_or_as_the_day_comes_nearer(
    one: Priority, other: Priority, left: int, later: int
) -> None:
    low, high = sorted((one, other), key=PRIORITIES.index)
    assert rules.urgency(high, left) >= rules.urgency(low, left) > 0
    assert rules.urgency(one, min(left, later)) >= rules.urgency(one, max(left, later))


@given(st.integers(0, 10**9), answers, priorities, days)
def test_what_is_shown_multiplies_to_what_ranks(mrr: int, found: Answers, priority: Priority, left: int) -> None:
    today = date(2025, 1, 1)
    worth = rules.worth(
        mrr_minor=mrr, answers=found, priority=priority, due_on=today + timedelta(days=left), today=today
    )
    chance, urgency = float(f"{worth.chance:.3f}"), float(f"{worth.urgency:.2f}")
    assert worth.value_minor == round(mrr * 12 * chance * urgency)
    more = rules.worth(mrr_minor=mrr + 1, answers=found, priority=priority, due_on=worth_day(today, left), today=today)
    assert more.value_minor >= worth.value_minor


def worth_day(today: date, left: int) -> date:
    return today + timedelta(days=left)


def test_the_posterior_is_that_of_beta_1_plus_right_1_plus_wrong() -> None:
    # Beta(2, 10) and Beta(1, 1) at 0.3, by the closed forms of their distribution functions.
    assert rules.surely_below(Answers(1, 9), 0.3) == pytest.approx(1 - 0.7**11 - 11 * 0.3 * 0.7**10)
    assert rules.surely_below(Answers(0, 0), 0.3) == pytest.approx(0.3)
    assert rules.surely_below(Answers(0, 7), 0.3) == pytest.approx(1 - 0.7**8)


@pytest.mark.parametrize(
    ("right", "wrong", "wolf"), [(1, 9, True), (0, 8, True), (0, 7, False), (2, 8, False), (5, 5, False), (2, 13, True)]
)
def test_nine_false_of_ten_cry_wolf(right: int, wrong: int, wolf: bool) -> None:
    assert rules.cries_wolf(Answers(right, wrong)) is wolf


@given(answers, st.floats(0.01, 0.99))
def test_a_probability_is_one(found: Answers, share: float) -> None:
    assert 0 <= rules.surely_below(found, share) <= 1


def test_who_let_a_rule_go_on_is_asked_again_after_eight_more_answers() -> None:
    assert rules.proposed(Answers(1, 9), None)
    assert not rules.proposed(Answers(1, 16), 10)
    assert rules.proposed(Answers(1, 17), 10)
