"""Discounts by the shapes of Stripe's API reference, 2025-03-31 (basil) and later: lists, sources, promotion codes.

Sources: "The Discount object", "The Coupon object", "Create a subscription" (`discounts`: "If not specified or empty,
inherits the discount from the subscription's customer"), "The Subscription object" (`discounts`: "Subscription item
discounts are applied before subscription discounts").
"""

from typing import Any
from zoneinfo import ZoneInfo

from tenure.ingest.connectors.stripe import reading
from tenure.ingest.connectors.stripe.course import State, course
from tenure.ingest.connectors.stripe.pricing import Catalogue
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Price, Subscription
from tenure.ingest.connectors.stripe.tests.stripes import Json, at, price, subscription

START = at("2025-01-05")


def percent(value: float, **more: Any) -> Json:
    return {"id": f"off{value}", "object": "coupon", "percent_off": value, "amount_off": None, "duration": "forever",
            **more}  # fmt: skip


def amount(value: int, currency: str = "usd", **more: Any) -> Json:
    return {"id": f"less{value}", "object": "coupon", "percent_off": None, "amount_off": value, "currency": currency,
            "duration": "forever", **more}  # fmt: skip


def discount(coupon: Json, name: str = "di_1", **more: Any) -> Json:
    return {"id": name, "object": "discount", "customer": "cus_1", "subscription": None, "subscription_item": None,
            "invoice": None, "invoice_item": None, "checkout_session": None, "promotion_code": None, "start": START,
            "end": None, "source": {"type": "coupon", "coupon": coupon}, **more}  # fmt: skip


def of_customer(*told: Json) -> Catalogue:
    found = [each for each in map(reading.read, told) if isinstance(each, Discount)]
    return Catalogue(customers={"cus_1": found}, discounts={each.id: each for each in found})


def mrr(one: Json, catalogue: Catalogue | None = None) -> dict[str, int | None]:
    """What it brings from which day on."""
    said = reading.read(one)
    assert isinstance(said, Subscription)
    found = course([State(START, 0, "d", said)], catalogue or Catalogue(), zone=ZoneInfo("UTC"), now=START)
    assert found is not None
    first = {found.started_on.isoformat(): found.terms.mrr_minor}
    return first | {each.day.isoformat(): each.terms.mrr_minor for each in found.changes}


def test_a_subscription_without_discounts_has_its_customers() -> None:
    catalogue = of_customer(discount(percent(20)))
    assert mrr(subscription((price(), 2), start=START), catalogue) == {"2025-01-05": 16_000}


def test_its_own_discount_goes_before_the_customers() -> None:
    one = subscription((price(), 1), start=START, discounts=[discount(percent(50), "di_2", subscription="sub_1")])
    assert mrr(one, of_customer(discount(percent(20)))) == {"2025-01-05": 5_000}


def test_when_its_own_runs_out_the_customers_counts_again() -> None:
    own = discount(percent(50, duration="repeating"), "di_2", subscription="sub_1", end=at("2025-04-05"))
    one = subscription((price(), 1), start=START, discounts=[own])
    assert mrr(one, of_customer(discount(percent(20)))) == {"2025-01-05": 5_000, "2025-04-05": 8_000}


def test_a_customers_repeating_discount_ends_on_its_day_and_one_that_is_once_never_counts() -> None:
    repeating = of_customer(discount(percent(10, duration="repeating", duration_in_months=3), end=at("2025-04-05")))
    assert mrr(subscription((price(), 1), start=START), repeating) == {"2025-01-05": 9_000, "2025-04-05": 10_000}
    once = of_customer(discount(percent(10, duration="once")))
    assert mrr(subscription((price(), 1), start=START), once) == {"2025-01-05": 10_000}


def test_an_amount_off_is_taken_from_each_invoice_and_only_in_its_currency() -> None:
    yearly = subscription((price("y", 120_000, recurring={"interval": "year"}), 1), start=START)
    assert mrr(yearly, of_customer(discount(amount(24_000)))) == {"2025-01-05": 8_000}
    assert mrr(yearly, of_customer(discount(amount(24_000, "eur")))) == {"2025-01-05": 10_000}
    assert mrr(yearly, of_customer(discount(amount(999_999)))) == {"2025-01-05": 0}


def test_several_at_once_in_their_order_items_first() -> None:
    lines = subscription((price("a", 10_000), 1), (price("b", 20_000), 1), start=START)
    lines["items"]["data"][0]["discounts"] = [discount(percent(50), "di_i")]
    lines["discounts"] = [discount(amount(5_000), "di_1"), discount(percent(10), "di_2")]
    # 10,000 ÷ 2 + 20,000 = 25,000; less 5,000; less 10 %.
    assert mrr(lines) == {"2025-01-05": 18_000}
    lines["discounts"].reverse()
    assert mrr(lines) == {"2025-01-05": 17_500}


def test_a_promotion_code_is_a_discount_with_its_coupon() -> None:
    one = subscription((price(), 1), start=START, discounts=[discount(percent(30), promotion_code="promo_1")])
    assert mrr(one) == {"2025-01-05": 7_000}


def test_a_coupon_of_some_products_takes_off_those_items_alone() -> None:
    lines = subscription(
        (price("a", 10_000, product="prod_a"), 1), (price("b", 20_000, product="prod_b"), 1), start=START
    )
    lines["discounts"] = [discount(percent(50)), discount(amount(30_000), "di_2")]
    only = Catalogue(coupons={"off50": Coupon("off50", "50", products=("prod_b",))})
    assert mrr(subscription_with(lines, discount(percent(50))), only) == {"2025-01-05": 20_000}
    less = Catalogue(coupons={"less30000": Coupon("less30000", amount=30_000, currency="USD", products=("prod_a",))})
    assert mrr(subscription_with(lines, discount(amount(30_000))), less) == {"2025-01-05": 20_000}


def subscription_with(one: Json, *discounts: Json) -> Json:
    return {**one, "discounts": list(discounts)}


def test_a_discount_that_was_taken_away_early_leaves_no_day_behind() -> None:
    """The day on which it was to end was stated; it goes on being stated, with what holds then."""
    was = discount(percent(10, duration="repeating"), end=at("2025-07-05"))
    now = reading.read({**was, "end": at("2025-03-01")})
    assert isinstance(now, Discount)
    catalogue = Catalogue(
        customers={"cus_1": [now]}, discounts={"di_1": now},
        moments={"di_1": frozenset({START, at("2025-07-05"), at("2025-03-01")})},
    )  # fmt: skip
    found = mrr(subscription((price(), 1), start=START), catalogue)
    assert found == {"2025-01-05": 9_000, "2025-03-01": 10_000, "2025-07-05": 10_000}


def test_a_subscription_in_another_currency_than_its_prices() -> None:
    """`currency_options` are told by the API's lists alone: until then MRR is unknown, not that of another currency."""
    one = subscription((price(), 3), start=START, currency="eur", discounts=[discount(amount(3_000))])
    assert mrr(one) == {"2025-01-05": None}
    listed = reading.read(
        {**price(), "currency_options": {"usd": {"unit_amount": 10_000}, "eur": {"unit_amount": 9_000}}}
    )
    coupon = reading.read({**amount(3_000), "currency_options": {"eur": {"amount_off": 2_000}}})
    assert isinstance(listed, Price)
    assert isinstance(coupon, Coupon)
    catalogue = Catalogue(prices={"price_pro": listed}, coupons={"less3000": coupon})
    assert mrr(one, catalogue) == {"2025-01-05": 25_000}
    assert mrr({**one, "currency": "usd"}, catalogue) == {"2025-01-05": 27_000}
