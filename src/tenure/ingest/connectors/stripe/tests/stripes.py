"""A small, honest Stripe: it keeps objects, changes them as its API would, and tells of each change by an event."""

import copy
import io
import json
from datetime import UTC, datetime
from typing import Any

from tenure.base import clock
from tenure.ingest.connectors import receiving
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import signatures

type Json = dict[str, Any]

SECRET = "whsec_test_secret"


def at(day: str, time: str = "10:00:00") -> int:
    """Seconds of a moment in UTC."""
    return int(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC).timestamp())


def price(name: str = "price_pro", amount: int | None = 10_000, **more: Any) -> Json:
    """A price a month in dollars."""
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed", **more.pop("recurring", {})}
    return {
        "id": name, "object": "price", "active": True, "billing_scheme": "per_unit", "currency": "usd",
        "nickname": name.removeprefix("price_").capitalize(), "product": "prod_1", "type": "recurring",
        "unit_amount": amount, "unit_amount_decimal": None if amount is None else str(amount),
        "recurring": recurring, **more,
    }  # fmt: skip


def subscription(*items: tuple[Json, int], start: int, **more: Any) -> Json:
    """An active subscription of `cus_1`."""
    lines = [
        {"id": f"si_{n}", "object": "subscription_item", "price": one, "quantity": quantity, "discounts": [],
         "current_period_end": start + 30 * 86_400}
        for n, (one, quantity) in enumerate(items)
    ]  # fmt: skip
    return {
        "id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "start_date": start,
        "created": start, "ended_at": None, "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None,
        "trial_start": None, "trial_end": None, "pause_collection": None, "discounts": [], "metadata": {},
        "items": {"object": "list", "data": lines}, **more,
    }  # fmt: skip


class Stripe:
    """Objects by id, and the events so far."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self.events: list[Json] = []

    def create(self, one: Json, moment: int, type_: str = "") -> Json:
        self.objects[one["id"]] = copy.deepcopy(one)
        return self._tell(type_ or f"{_type(one)}.created", one["id"], moment)

    def update(self, name: str, moment: int, type_: str = "", **said: Any) -> Json:
        """Change an object; the event tells what was before."""
        one = self.objects[name]
        before = {key: copy.deepcopy(one.get(key)) for key in said if one.get(key) != said[key]}
        one.update(copy.deepcopy(said))
        return self._tell(type_ or f"{_type(one)}.updated", name, moment, before)

    def delete(self, name: str, moment: int, **said: Any) -> Json:
        self.objects[name].update(said)
        return self._tell(f"{_type(self.objects[name])}.deleted", name, moment)

    def _tell(self, type_: str, name: str, moment: int, before: Json | None = None) -> Json:
        data: Json = {"object": copy.deepcopy(self.objects[name])}
        if before is not None:
            data["previous_attributes"] = before
        event = {
            "id": f"evt_{len(self.events) + 1}", "object": "event", "api_version": "2025-03-31.basil",
            "created": moment, "type": type_, "livemode": False, "data": data,
        }  # fmt: skip
        self.events.append(event)
        return event


def _type(one: Json) -> str:
    names = {"subscription": "customer.subscription", "dispute": "charge.dispute"}
    return names.get(one["object"], str(one["object"]))


def life() -> list[Json]:
    """Trial, start, upgrade, more seats, a discount, downgrade, cancel at its end, reactivate, refund, dispute, end."""
    stripe, begun = Stripe(), at("2025-01-05")
    trial_end = at("2025-01-19")
    pro, plus = price("price_pro", 10_000), price("price_plus", 25_000)

    def items(one: Json, quantity: int) -> Json:
        found: Json = subscription((one, quantity), start=begun)["items"]
        return found

    stripe.create({"id": "prod_1", "object": "product", "name": "Suite"}, begun - 100)
    stripe.create(pro, begun - 90)
    customer = {"id": "cus_1", "object": "customer", "name": "Acme", "email": "Bills@Acme.example", "metadata": {}}
    stripe.create(customer, begun)
    stripe.create(subscription((pro, 1), start=begun, status="trialing", trial_start=begun, trial_end=trial_end), begun)
    stripe.update("sub_1", trial_end, status="active")
    stripe.update("sub_1", at("2025-02-10"), items=items(plus, 1))
    # Two changes in one second: only what each says was before tells which came first.
    stripe.update("sub_1", at("2025-03-10"), items=items(plus, 2))
    stripe.update("sub_1", at("2025-03-10"), items=items(plus, 4))
    coupon = {"id": "c_10", "object": "coupon", "percent_off": 10, "amount_off": None, "duration": "repeating"}
    discount = {"id": "di_1", "object": "discount", "coupon": coupon, "subscription": "sub_1",
                "start": at("2025-04-10"), "end": at("2025-07-10")}  # fmt: skip
    stripe.create(discount, at("2025-04-10"), "customer.discount.created")
    stripe.update("sub_1", at("2025-04-10"), discounts=["di_1"])
    stripe.update("sub_1", at("2025-05-10"), items=items(pro, 3))
    stripe.update("sub_1", at("2025-08-10"), cancel_at_period_end=True)
    stripe.update("sub_1", at("2025-08-20"), cancel_at_period_end=False)
    charge = {"id": "ch_1", "object": "charge", "customer": "cus_1", "currency": "usd", "amount": 30_000,
              "amount_refunded": 0}  # fmt: skip
    stripe.create(charge, at("2025-09-01"), "charge.succeeded")
    stripe.update("ch_1", at("2025-09-03"), "charge.refunded", amount_refunded=5_000)
    stripe.update("ch_1", at("2025-09-04"), "charge.refunded", amount_refunded=30_000)
    stripe.create({"id": "dp_1", "object": "dispute", "charge": "ch_1", "currency": "usd", "amount": 30_000,
                   "created": at("2025-09-05"), "reason": "fraudulent", "status": "needs_response"},
                  at("2025-09-05"))  # fmt: skip
    bill = {"id": "in_1", "object": "invoice", "customer": "cus_1", "status": "open", "total": 30_000,
            "currency": "usd", "created": at("2025-09-01"), "due_date": None,
            "status_transitions": {"finalized_at": at("2025-09-01"), "paid_at": None, "voided_at": None}}  # fmt: skip
    stripe.create(bill, at("2025-09-01"))
    paid = {"finalized_at": at("2025-09-01"), "paid_at": at("2025-09-02"), "voided_at": None}
    stripe.update("in_1", at("2025-09-02"), "invoice.paid", status="paid", status_transitions=paid)
    stripe.delete("sub_1", at("2025-10-05"), status="canceled", ended_at=at("2025-10-05"))
    return stripe.events


def send(
    connector: Connector, event: Json | bytes, *, secret: str = SECRET, header: str | None = None
) -> tuple[int, Json]:
    """Deliver an event as Stripe does; status and body of the answer."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    now = int(clock.now().timestamp())
    environ: dict[str, object] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": receiving.path_of(connector.token),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_STRIPE_SIGNATURE": signatures.signed(body, secret=secret, at=now) if header is None else header,
    }
    told: list[str] = []
    parts = receiving.application(environ, lambda status, headers: told.append(status))
    return int(told[0][:3]), json.loads(b"".join(parts))
