from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.refusals import Invalid
from tenure.revenue import calculators as sums


def test_a_customer_of_fifteen_years() -> None:
    worth = sums.lifetime_value(a_year=2_000, years=15, acquisition=1_500)
    assert (worth.gross, worth.net) == (30_000, 28_500)


def test_a_lifetime_of_parts_of_a_year_is_rounded_once() -> None:
    assert sums.lifetime_value(a_year=1_000, years=Fraction(1, 3)).net == 333


def test_seven_months() -> None:
    assert sums.contract_value(a_month=199, months=7) == 1_393


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 1, 1), date(2025, 8, 1), 7),
        (date(2025, 1, 1), date(2025, 8, 15), 7),  # 14 days are left over
        (date(2025, 1, 1), date(2025, 8, 16), 8),  # 15 are
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 1, 10), date(2025, 1, 10), 0),
        (date(2025, 1, 10), date(2025, 1, 24), 0),
        (date(2025, 1, 10), date(2025, 1, 25), 1),
        (date(2025, 1, 31), date(2025, 3, 30), 2),  # a month to 28 February, 30 days left over
    ],
)
def test_terms_in_whole_months(start: date, end: date, months: int) -> None:
    assert sums.whole_months(start, end) == months


def test_a_term_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Invalid, match="ends on or after"):
        sums.whole_months(date(2025, 2, 1), date(2025, 1, 1))


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 2_000))
def test_terms_are_as_long_as_their_days_say(start: date, days: int) -> None:
    months = sums.whole_months(start, date.fromordinal(start.toordinal() + days))
    assert 28 * months - 31 <= days <= 31 * months + 31


def test_from_one_per_cent_to_two_point_four() -> None:
    cost = sums.cost_of_churn(mrr=10_000_000, before=Fraction(1, 100), now=Fraction(24, 1000))
    assert cost.points == Fraction(14, 10)
    by_hand = sum(10_000_000 * (0.99**n - 0.976**n) for n in range(12))
    assert cost.revenue == pytest.approx(by_hand, abs=1)


def test_a_point_is_worth_what_it_costs() -> None:
    worth = sums.worth_of_a_point(mrr=10_000_000, monthly_churn=Fraction(2, 100))
    assert worth == sums.cost_of_churn(mrr=10_000_000, before=Fraction(1, 100), now=Fraction(2, 100))
    assert sums.worth_of_a_point(mrr=10_000_000, monthly_churn=Fraction(1, 200)).points == Fraction(1, 2)


def test_referrals_bring_the_cost_of_winning_down() -> None:
    assert sums.acquisition_cost(spent=30_000, won=20, referred=5) == (Fraction(1_500), Fraction(2_000))
    assert sums.acquisition_cost(spent=30_000, won=0) == (None, None)
    assert sums.acquisition_cost(spent=30_000, won=5, referred=5) == (Fraction(6_000), None)
    with pytest.raises(Invalid):
        sums.acquisition_cost(spent=1, won=1, referred=2)


def test_payback() -> None:
    assert sums.payback_months(acquisition=1_500, a_month=199, margin=Fraction(8, 10)) == Fraction(15_000, 1_592)
    assert sums.payback_months(acquisition=1_500, a_month=0) is None
