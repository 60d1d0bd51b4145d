"""Whatever happens in Stripe, and however it is delivered, comes to the same rows, and none is left behind."""

import random
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.base import clock
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import states
from tenure.ingest.connectors.stripe.meaning import meaning
from tenure.ingest.connectors.stripe.tests.stripes import Json, Stripe, at, price, subscription
from tenure.ingest.connectors.stripe.tests.test_discounts import discount, percent
from tenure.ingest.connectors.stripe.tests.test_schedules import schedule
from tenure.ingest.connectors.stripe.tests.test_settling import invoice

START, DAY = at("2025-01-05"), 86_400
NOW = at("2026-01-01")
STEPS = (
    "seats", "plan", "pause", "end at period end", "end dated", "stay", "trial over", "own discount",
    "customer discount", "customer discount gone", "coupon changed", "planned", "planned otherwise", "released",
    "bill paid", "paid through", "given back", "disputed", "dispute lost", "renamed", "cancelled",
)  # fmt: skip


def _items(name: str, quantity: int) -> Json:
    found: Json = subscription((price(name), quantity), start=START)["items"]
    return found


def _phase(start: int, name: str, quantity: int) -> Json:
    return {"start_date": start, "end_date": None, "discounts": [{"coupon": "off20"}],
            "items": [{"price": name, "quantity": quantity}]}  # fmt: skip


def _begun() -> Stripe:
    stripe = Stripe()
    stripe.create({"id": "cus_1", "object": "customer", "name": "Acme", "metadata": {}, "discount": None}, START - 9)
    stripe.create(price("price_pro"), START - 8)
    stripe.create(price("price_lite", 3_000), START - 7)
    stripe.create(percent(20, id="off20", duration="repeating", duration_in_months=2), START - 6)
    stripe.create(subscription((price(), 1), start=START, status="trialing", trial_end=START + 14 * DAY), START)
    stripe.create(invoice("in_1", status="open"), START + 1)
    charge = {"id": "ch_1", "object": "charge", "customer": "cus_1", "currency": "usd", "amount_refunded": 0}
    stripe.create({**charge, "payment_intent": "pi_1"}, START + 2, "charge.succeeded")
    return stripe


def _live(steps: Iterable[tuple[str, int, int]]) -> list[Json]:
    """The events of a life: what happens, how many days later (never within one second), and a number for it."""
    stripe, moment = _begun(), START + 3
    for step, days, n in steps:
        moment += days * DAY + 7
        is_over = stripe.objects["sub_1"]["status"] == "canceled"
        if not (_paid_back(stripe, step, moment, n) or _renamed(stripe, step, moment, n) or is_over):
            _planned(stripe, step, moment, n)
    return stripe.events


def _paid_back(stripe: Stripe, step: str, moment: int, n: int) -> bool:
    match step:
        case "given back":
            back = stripe.objects["ch_1"]["amount_refunded"] + n
            stripe.update("ch_1", moment, "charge.refunded", amount_refunded=back)
        case "bill paid":
            stripe.update("in_1", moment, "invoice.paid", status="paid", post_payment_credit_notes_amount=n)
        case "paid through" if "inpay_1" not in stripe.objects:
            paid = {"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1"}
            stripe.create({**paid, "payment": {"payment_intent": "pi_1"}}, moment, "invoice_payment.paid")
        case "disputed" if "dp_1" not in stripe.objects:
            dispute = {"id": "dp_1", "object": "dispute", "charge": "ch_1", "currency": "usd", "amount": n}
            stripe.create({**dispute, "created": moment, "status": "needs_response"}, moment)
        case "dispute lost" if "dp_1" in stripe.objects:
            stripe.update("dp_1", moment, status="lost")
        case _:
            return False
    return True


def _renamed(stripe: Stripe, step: str, moment: int, n: int) -> bool:
    match step:
        case "renamed":
            stripe.update("price_lite", moment, nickname=f"Lite {n}")
        case "coupon changed":
            stripe.update("off20", moment, metadata={"n": f"{n}"})
        case "customer discount":
            own = discount(percent(10 * n), f"di_{moment}", start=moment, end=moment + 40 * DAY)
            stripe.update("cus_1", moment, discount=own)
        case "customer discount gone":
            stripe.update("cus_1", moment, discount=None)
        case _:
            return False
    return True


def _planned(stripe: Stripe, step: str, moment: int, n: int) -> None:
    phases = [_phase(moment + 30 * DAY, "price_lite", n), _phase(moment + 90 * DAY, "price_pro", n)]
    match step, stripe.objects.get("sub_sched_1", {}).get("status", ""):
        case "planned" | "planned otherwise", "":
            stripe.create(schedule(*phases), moment, "subscription_schedule.created")
        case "planned" | "planned otherwise", "active":
            stripe.update("sub_sched_1", moment, "subscription_schedule.updated", phases=phases[-1:])
        case "released", "active":
            stripe.update("sub_sched_1", moment, "subscription_schedule.released", status="released",
                          subscription=None, released_subscription="sub_1")  # fmt: skip
        case "cancelled", _:
            stripe.delete("sub_1", moment, status="canceled", ended_at=moment)
        case _:
            stripe.update("sub_1", moment, **_change(step, moment, n))


def _change(step: str, moment: int, n: int) -> dict[str, Any]:
    match step:
        case "seats":
            return {"items": _items("price_pro", n)}
        case "plan":
            return {"items": _items("price_lite", n)}
        case "pause":
            return {"pause_collection": {"behavior": "void", "resumes_at": moment + n * 10 * DAY}}
        case "end at period end":
            return {"cancel_at_period_end": True, "current_period_end": moment + 20 * DAY}
        case "end dated":
            return {"cancel_at": moment + n * 30 * DAY}
        case "stay":
            return {"cancel_at": None, "cancel_at_period_end": False, "pause_collection": None}
        case "trial over":
            return {"status": "active"}
        case "own discount":
            own = discount(percent(n), f"di_s{moment}", subscription="sub_1", start=moment, end=moment + n * 20 * DAY)
            return {"discounts": [own]}
        case _:
            return {"metadata": {"n": str(n)}}


def _rows(connector: Connector, pieces: Iterable[Sequence[Json]]) -> dict[tuple[str, ...], object]:
    """What stands after all pieces: each states what it touches, and what it says of a row replaces what was said."""
    standing: dict[tuple[str, ...], object] = {}
    for piece in pieces:
        touched = states.keep(connector, [told for event in piece for told in states.of_event(event)])
        for entry, found in meaning(connector, touched, zone=ZoneInfo("UTC"), now=NOW).items():
            for row in found:
                key = [str(row[name]) for name in ("id", "name", "key", "account") if name in row][:2]
                standing[entry, *(key if entry != "customers" else ["cus_1"])] = row
    return standing


def _connector(name: str) -> Connector:
    return Connector.objects.create(kind="stripe", source=name, token=f"token-of-{name}", made_at=clock.now())


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_any_life_in_any_order_twice_and_in_pieces(workspace: Any, seed: int) -> None:
    """A few kinds of steps, often, in each life: what hangs together meets. Some of it comes twice."""
    chance = random.Random(seed)
    kinds = chance.sample(STEPS, chance.randint(3, 6))
    steps = [(chance.choice(kinds), chance.randint(0, 15), chance.randint(1, 9)) for _ in range(chance.randint(4, 12))]
    events = _live(steps)
    mixed = [*events, *chance.sample(events, len(events) // 3)]
    if chance.random() < 0.6:
        chance.shuffle(mixed)
    size = chance.randint(1, 4)
    whole, pieces = _connector("whole"), _connector("pieces")
    try:
        in_pieces = _rows(pieces, [mixed[begin : begin + size] for begin in range(0, len(mixed), size)])
        assert in_pieces == _rows(whole, [events])
    finally:
        whole.delete()
        pieces.delete()


def test_the_steps_are_all_lived() -> None:
    """Nothing above is left out by a condition that never holds."""
    order = [*STEPS[:-1], "customer discount gone", "cancelled"]
    kinds = {event["type"] for event in _live([(step, 1, 2) for step in order])}
    assert kinds >= {
        "customer.subscription.deleted", "subscription_schedule.updated", "subscription_schedule.released",
        "charge.refunded", "charge.dispute.updated", "invoice_payment.paid", "customer.updated", "coupon.updated",
    }  # fmt: skip


pytestmark = pytest.mark.any_database
