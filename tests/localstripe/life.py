"""A customer's life on a local Stripe, driven by Stripe's own Python client."""

from datetime import UTC, datetime
from typing import Any

import stripe

from tests.localstripe.running import Local


def moment(day: str, hour: int = 10) -> int:
    """Seconds since 1970 of an hour (UTC) of a day."""
    return int(datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC).timestamp())


def live(local: Local) -> None:
    """Trial, start, upgrade, seats, discount, downgrade, an end that is taken back, an end, a new start, refunds."""
    v1: Any = stripe.StripeClient("sk_test_local", base_addresses={"api": local.url}).v1

    def at(day: str, work: Any) -> Any:
        return local.at(moment(day), work)

    product = at("2025-01-02", lambda: v1.products.create({"name": "Suite", "type": "service"}))
    plans = {
        name: at("2025-01-02", lambda name=name, amount=amount: v1.plans.create(
            {"id": name, "nickname": name.capitalize(), "amount": amount, "currency": "usd", "interval": "month",
             "product": product.id}))
        for name, amount in (("pro", 10_000), ("plus", 25_000))
    }  # fmt: skip
    at("2025-01-02", lambda: v1.coupons.create(
        {"id": "ten", "percent_off": 10, "duration": "repeating", "duration_in_months": 3}))  # fmt: skip
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    paying = at("2025-01-03", lambda: v1.payment_methods.create({"type": "card", "card": card}))
    customer = at("2025-01-03", lambda: v1.customers.create(
        {"name": "Acme", "email": "bills@acme.example", "metadata": {"account_id": "acct-1"}}))  # fmt: skip
    at("2025-01-03", lambda: v1.payment_methods.attach(paying.id, {"customer": customer.id}))
    at("2025-01-03", lambda: v1.customers.update(
        customer.id, {"invoice_settings": {"default_payment_method": paying.id}}))  # fmt: skip

    def begin(day: str, plan: str, **more: Any) -> str:
        told = {"customer": customer.id, "items": [{"plan": plans[plan].id, "quantity": 1}], **more}
        return str(at(day, lambda: v1.subscriptions.create(told)).id)

    first = begin("2025-01-05", "pro", trial_end=moment("2025-01-19"))

    def change(day: str, **said: Any) -> None:
        at(day, lambda: v1.subscriptions.update(first, said))

    change("2025-02-10", items=[{"plan": "plus", "quantity": 1}])
    change("2025-03-10", items=[{"plan": "plus", "quantity": 4}])
    change("2025-04-10", discounts=[{"coupon": "ten"}])
    change("2025-05-10", items=[{"plan": "pro", "quantity": 3}])
    change("2025-08-10", cancel_at_period_end=True)
    change("2025-08-20", cancel_at_period_end=False)
    change("2025-09-10", cancel_at_period_end=True)
    at("2025-10-05", lambda: v1.subscriptions.cancel(first))
    begin("2025-12-01", "plus")
    charge = at("2025-12-03", lambda: v1.charges.list({"limit": 10})).data[-1]
    at("2025-12-03", lambda: v1.refunds.create({"charge": charge.id, "amount": 5_000}))
    at("2025-12-04", lambda: v1.refunds.create({"charge": charge.id, "amount": 2_500}))
