"""What webhooks tell of discounts and plans, signed by Stripe's own client, ends in the ledger and on the money page.

Event types and shapes: "Types of events", "The Event object", "The SubscriptionSchedule object", "The Discount object".
"""

import json
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tenure.base import clock
from tenure.base.money import Money
from tenure.customers.models import Account
from tenure.events.queries import open_lake
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe.tests.stripes import SECRET, Json, Stripe, at, price, send, subscription
from tenure.ingest.connectors.stripe.tests.test_discounts import discount, percent
from tenure.ingest.connectors.stripe.tests.test_schedules import DOWNGRADE, schedule
from tenure.ingest.connectors.taking import take
from tenure.subscriptions.account import account_money
from tenure.subscriptions.contracts import ComingRow
from tenure.subscriptions.jobs import derive
from tenure.subscriptions.queries import ledger

NOW = datetime(2025, 2, 1, 12, tzinfo=UTC)
START = at("2025-01-05")


def _deliver(connector: Connector, events: Iterable[Json], now: datetime) -> None:
    stripe = pytest.importorskip("stripe")
    with clock.frozen(now):
        for event in events:
            body = json.dumps(event)
            header = stripe.WebhookSignature.generate_signature_header(body, SECRET, timestamp=int(now.timestamp()))
            assert send(connector, body.encode(), header=header)[0] == 200
        take(connector)


def _coming(now: datetime) -> tuple[ComingRow, ...]:
    with clock.frozen(now):
        derive(open_lake("acme"), as_of=now.date())
    return account_money(Account.objects.get().pk).coming


def _ledger(now: datetime) -> list[tuple[Any, ...]]:
    rows = ledger(open_lake("acme"), as_of=now.date()).to_pylist()
    return [(f"{row['month']:%Y-%m}", row["closing"]) for row in rows]


def _begun() -> Stripe:
    stripe = Stripe()
    stripe.create({"id": "cus_1", "object": "customer", "name": "Acme", "metadata": {}, "discount": None}, START - 9)
    stripe.create(price("price_pro", 10_000), START - 8)
    stripe.create(price("price_lite", 3_000), START - 8)
    stripe.create(subscription((price("price_pro", 10_000), 1), start=START), START)
    return stripe


def test_a_planned_downgrade_is_told_ahead_and_gone_when_the_schedule_is_released(connector: Connector) -> None:
    stripe = _begun()
    stripe.create(schedule(*DOWNGRADE), at("2025-01-20"), "subscription_schedule.created")
    _deliver(connector, stripe.events, NOW)
    coming = ComingRow("sub_1", date(2025, 3, 5), False, "Lite", "", 2, Money(6_000, "USD"))
    assert (_coming(NOW), _ledger(NOW)) == ((coming,), [("2025-01", 10_000)])
    stripe.update("sub_sched_1", at("2025-02-10"), "subscription_schedule.released", status="released",
                  subscription=None, released_subscription="sub_1")  # fmt: skip
    later = datetime(2025, 2, 11, tzinfo=UTC)
    _deliver(connector, stripe.events[-1:], later)
    assert _coming(later) == ()
    after = datetime(2025, 4, 1, tzinfo=UTC)
    assert (_coming(after), _ledger(after)) == ((), [("2025-01", 10_000)])


def test_it_takes_effect_on_its_day_though_nothing_more_is_heard(connector: Connector) -> None:
    stripe = _begun()
    stripe.create(schedule(*DOWNGRADE), at("2025-01-20"), "subscription_schedule.created")
    _deliver(connector, stripe.events[::-1], NOW)
    after = datetime(2025, 3, 5, tzinfo=UTC)
    assert (_coming(after), _ledger(after)) == ((), [("2025-01", 10_000), ("2025-03", 6_000)])


def test_an_end_is_told_ahead_and_gone_when_it_is_taken_back(connector: Connector) -> None:
    stripe = _begun()
    stripe.update("sub_1", at("2025-01-25"), cancel_at_period_end=True)
    _deliver(connector, stripe.events, NOW)
    assert _coming(NOW) == (ComingRow("sub_1", date(2025, 2, 4), True, "Pro", "", 1, Money(0, "USD")),)
    back = datetime(2025, 2, 2, tzinfo=UTC)
    stripe.update("sub_1", at("2025-02-02", "00:00:00"), cancel_at_period_end=False)
    _deliver(connector, stripe.events[-1:], back)
    after = datetime(2025, 3, 1, tzinfo=UTC)
    assert (_coming(back), _coming(after), _ledger(after)) == ((), (), [("2025-01", 10_000)])


def _discounted() -> list[Json]:
    """A customer's discount of 20 % from January, taken away early in March; then another coupon of 50 %."""
    stripe = _begun()
    first = discount(percent(20, duration="repeating"), end=at("2025-07-05"))
    second = discount(percent(50), "di_2", start=at("2025-04-10"))
    stripe.create(first, at("2025-01-20"), "customer.discount.created")
    stripe.update("cus_1", at("2025-01-20"), discount=first)
    stripe.delete("di_1", at("2025-03-10"))
    stripe.events[-1]["type"] = "customer.discount.deleted"
    stripe.update("cus_1", at("2025-03-10"), discount=None)
    # Of the second only the customer tells.
    stripe.update("cus_1", at("2025-04-10"), discount=second)
    stripe.update("cus_1", at("2025-05-10"), discount=None)
    return stripe.events


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_customers_discount_counts_from_its_start_to_its_end_in_any_order(seed: int, connector: Connector) -> None:
    events = _discounted()
    if seed:
        events = [*events, *events]
        random.Random(seed).shuffle(events)
    now = datetime(2025, 8, 1, tzinfo=UTC)
    for begin in range(0, len(events), 5):
        _deliver(connector, events[begin : begin + 5], now)
    assert _ledger(now) == [("2025-01", 8_000), ("2025-03", 10_000), ("2025-04", 5_000), ("2025-05", 10_000)]


def test_tiers_that_the_api_told_stay_known_when_an_event_leaves_them_out(connector: Connector) -> None:
    tiers = [{"up_to": None, "unit_amount": 500, "flat_amount": 0}]
    tiered = price("price_t", None, billing_scheme="tiered", tiers_mode="graduated")
    stripe = _begun()
    stripe.create({**tiered, "tiers": tiers}, START + 1)
    stripe.create({**subscription((tiered, 4), start=START), "id": "sub_2"}, START)
    stripe.create({**tiered, "nickname": "Renamed"}, at("2025-01-10"), "price.updated")
    _deliver(connector, stripe.events, NOW)
    assert _ledger(NOW) == [("2025-01", 12_000)]
