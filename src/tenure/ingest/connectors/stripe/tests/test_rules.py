"""What a price brings a month, by examples of Stripe's documentation and by properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.connectors.stripe import rules
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Price, Tier

TIERS = (Tier(5, "500"), Tier(10, "400"), Tier(None, "300"))
"""The example of "Tiered pricing": 5 at 5.00, 5 at 4.00, then 3.00."""


def test_a_volume_price_charges_every_unit_at_the_tier_that_is_reached() -> None:
    cost = {quantity: rules.tiered(TIERS, quantity, is_volume=True) for quantity in (1, 5, 6, 20)}
    assert cost == {1: 500, 5: 2_500, 6: 2_400, 20: 6_000}


def test_a_graduated_price_charges_each_unit_at_its_own_tier() -> None:
    cost = {quantity: rules.tiered(TIERS, quantity, is_volume=False) for quantity in (1, 5, 6, 20)}
    assert cost == {1: 500, 5: 2_500, 6: 2_900, 20: 7_500}


def test_flat_amounts_are_added_once_a_tier_is_reached() -> None:
    tiers = (Tier(5, "0", "1000"), Tier(None, "100", "500"))
    assert [rules.tiered(tiers, n, is_volume=False) for n in (0, 5, 7)] == [1_000, 1_000, 1_700]


def test_packages_are_whole() -> None:
    up, down = Price(unit="1000", divide_by=5, round_up=True), Price(unit="1000", divide_by=5)
    assert [rules.amount(up, n) for n in (5, 6)] == [1_000, 2_000]
    assert [rules.amount(down, n) for n in (5, 9)] == [1_000, 1_000]


def test_what_a_price_does_not_tell_is_unknown_and_what_is_metered_recurs_not() -> None:
    assert rules.amount(Price(), 3) is None
    assert rules.amount(Price(is_tiered=True), 3) is None
    assert rules.amount(Price(unit="5", is_metered=True), 3) == 0


@pytest.mark.parametrize(
    ("interval", "count", "length"),
    [("month", 3, Fraction(3)), ("year", 1, Fraction(12)), ("week", 2, Fraction(6, 13)), ("day", 1, Fraction(12, 365))],
)
def test_a_period_in_months(interval: str, count: int, length: Fraction) -> None:
    assert rules.months(Price(interval=interval, interval_count=count)) == length


def test_a_price_that_is_paid_once_does_not_recur() -> None:
    assert rules.months(Price()) is None


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        (500, "EUR", 500),
        (500, "JPY", 500),
        (5_120, "KWD", 5_120),
        (1_250, "ISK", 12),
        (1_350, "UGX", 14),
        (5, "MGA", 500),
    ],
)
def test_amounts_of_stripe_in_the_minor_units_of_the_currency(amount: int, currency: str, minor: int) -> None:
    assert rules.minor(amount, currency) == minor


def test_a_discount_counts_from_its_start_until_its_end_and_once_never() -> None:
    discount, coupon = Discount(start=10, end=20), Coupon(percent="10", duration="repeating")
    assert [rules.in_force(discount, coupon, at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert rules.in_force(Discount(start=10), Coupon(percent="10"), 10**10)
    assert not rules.in_force(Discount(start=10), Coupon(percent="10", duration="once"), 10)
    assert not rules.in_force(Discount(start=10), None, 10)


def test_coupons_are_taken_off_one_after_the_other() -> None:
    coupons = [Coupon(percent="50"), Coupon(amount=1_200, currency="EUR"), Coupon(amount=9, currency="USD")]
    assert rules.reduced(Fraction(1_000), coupons, currency="EUR", period=Fraction(12)) == 400


_tiers = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=5).map(
    lambda rows: (*(Tier(10 * n + up, str(u), str(f)) for n, (up, u, f) in enumerate(rows)), Tier(None, "7", "3"))
)


@given(_tiers.map(lambda tiers: tuple(sorted(tiers, key=lambda t: t.up_to or 10**9))), st.integers(0, 200))
def test_a_further_unit_of_a_graduated_price_never_costs_less_than_nothing(tiers: tuple[Tier, ...], n: int) -> None:
    assert rules.tiered(tiers, n, is_volume=False) <= rules.tiered(tiers, n + 1, is_volume=False)


@given(st.integers(0, 10**9), st.integers(0, 10**4), st.integers(1, 5))
def test_one_tier_for_all_is_a_plain_price(unit: int, quantity: int, count: int) -> None:
    plain = Price(unit=str(unit), interval="month", interval_count=count)
    for is_volume in (True, False):
        tiers = Price(is_tiered=True, tiers=(Tier(None, str(unit)),), is_volume=is_volume)
        assert rules.amount(tiers, quantity) == rules.amount(plain, quantity)


_coupons = st.lists(
    st.one_of(
        st.decimals(0, 100, places=2).map(lambda p: Coupon(percent=str(p))),
        st.integers(0, 10**6).map(lambda a: Coupon(amount=a, currency="EUR")),
    ),
    max_size=4,
)


@given(st.fractions(0, 10**6), _coupons)
def test_coupons_never_raise_a_price_nor_make_it_negative(monthly: Fraction, coupons: list[Coupon]) -> None:
    left = rules.reduced(monthly, coupons, currency="EUR", period=Fraction(1))
    assert 0 <= left <= monthly
