"""Stripe's JSON → what is kept of it (`said`). Pure; knows all versions of its API, strict about what is needed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tenure.ingest.connectors.stripe.said import (
    Charge,
    Coupon,
    Customer,
    Discount,
    Dispute,
    Invoice,
    Item,
    Payment,
    Phase,
    Price,
    Product,
    Said,
    Schedule,
    Subscription,
    Tier,
)

type Json = Mapping[str, Any]

_NARROWER = ("subscription", "subscription_item", "invoice", "invoice_item", "checkout_session")
"""Whose a discount may be that is not the customer's own ("The Discount object")."""
_NEVER = 32_503_680_000
"""The year 3000, in seconds since 1970."""


class Unreadable(Exception):
    """It is not what Stripe sends; says which part."""


def read(told: Json) -> Said | None:
    """What is kept of an object; None for kinds that mean nothing here. Raises `Unreadable`."""
    reader = _READERS.get(str(told.get("object")))
    if reader is None:
        return None
    try:
        return reader(told)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Unreadable(f"this {told.get('object')} lacks something or has it in another form: {error}") from None


def before(told: Json, previous: Json) -> Json:
    """The object as it was before the event, from its `previous_attributes` ("The Event object")."""
    old = dict(told)
    for key, value in previous.items():
        now = told.get(key)
        old[key] = {**now, **value} if isinstance(now, Mapping) and isinstance(value, Mapping) else value
    return old


def digest(said: Said) -> str:
    """A name for what is said: equal ones are one."""
    return hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=12).hexdigest()


def _id(value: object) -> str:
    """The id of what is named or expanded."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else ""


def _text(value: object) -> str:
    return str(value).replace("\x00", "").strip()[:200] if value is not None else ""


def _exact(value: object) -> str:
    """A decimal number as text."""
    if not Decimal(str(value)).is_finite():
        raise ValueError(f"{value} is no amount")
    return str(value)


def _seconds(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not 0 <= value < _NEVER:
        raise ValueError(f"{value} is no moment")
    return value


def _customer(told: Json) -> Customer:
    metadata = told.get("metadata") or {}
    return Customer(
        id=told["id"], name=_text(told.get("name")), email=_text(told.get("email")).lower(),
        metadata={str(key): _text(value) for key, value in metadata.items()},
    )  # fmt: skip


def _product(told: Json) -> Product:
    return Product(id=told["id"], name=_text(told.get("name")))


def _priced(told: Json) -> Price:
    """The price of a line, told or only named."""
    found = told.get("price") or told["plan"]
    return _price(found) if isinstance(found, Mapping) else Price(id=str(found))


def _price(told: Json) -> Price:
    """A price, or a plan, as it was called before prices."""
    recurring = told.get("recurring") or told
    tiers, transform = told.get("tiers"), told.get("transform_quantity") or told.get("transform_usage") or {}
    unit = told.get("unit_amount_decimal") or told.get("amount_decimal")
    if unit is None:
        unit = told.get("unit_amount", told.get("amount"))
    return Price(
        id=told["id"],
        product=_id(told.get("product")),
        nickname=_text(told.get("nickname")),
        currency=str(told["currency"]).upper(),
        interval=str(recurring.get("interval") or ""),
        interval_count=int(recurring.get("interval_count") or 1),
        is_metered=recurring.get("usage_type") == "metered",
        is_tiered=told.get("billing_scheme") == "tiered",
        unit=None if unit is None else _exact(unit),
        tiers=None if tiers is None else tuple(_tier(tier) for tier in tiers),
        is_volume=told.get("tiers_mode") == "volume",
        divide_by=int(transform.get("divide_by") or 1),
        round_up=transform.get("round") == "up",
        options=_options(told, "unit_amount", _exact),
    )


def _options[T](told: Json, name: str, read_amount: Callable[[object], T]) -> dict[str, T] | None:
    """Amounts in other currencies; None when they are not told, as in events."""
    found = told.get("currency_options")
    if not isinstance(found, Mapping):
        return None
    exact = {each: one.get(f"{name}_decimal") or one.get(name) for each, one in found.items()}
    return {each.upper(): read_amount(amount) for each, amount in exact.items() if amount is not None}


def _tier(told: Json) -> Tier:
    up_to = told.get("up_to")
    return Tier(
        None if up_to in (None, "inf") else int(str(up_to)),
        _decimal(told, "unit_amount"),
        _decimal(told, "flat_amount"),
    )


def _decimal(told: Json, name: str) -> str:
    exact = told.get(f"{name}_decimal")
    return _exact(exact if exact is not None else told.get(name) or 0)


def _coupon(told: Json) -> Coupon:
    percent, products = told.get("percent_off"), (told.get("applies_to") or {}).get("products")
    return Coupon(
        id=told["id"], percent="" if percent is None else _exact(percent), amount=int(told.get("amount_off") or 0),
        currency=str(told.get("currency") or "").upper(), duration=str(told.get("duration") or "forever"),
        months=int(told.get("duration_in_months") or 0),
        products=None if products is None else tuple(str(each) for each in products),
        options=_options(told, "amount_off", lambda amount: int(str(amount))),
    )  # fmt: skip


def _discount(told: Json) -> Discount:
    coupon = told.get("coupon") or (told.get("source") or {}).get("coupon")
    of_customer = not any(told.get(name) for name in _NARROWER)
    return Discount(
        id=_id(told.get("id")),
        coupon=_id(coupon),
        subscription=_id(told.get("subscription")),
        start=int(told.get("start") or 0),
        end=_seconds(told.get("end")),
        told=_coupon(coupon) if isinstance(coupon, Mapping) else None,
        customer=_id(told.get("customer")) if of_customer else "",
    )


def _discounts(told: Json) -> tuple[str | Discount, ...]:
    """Those of a subscription or an item: a list of names or objects; in older versions one object."""
    found = told.get("discounts") or ([told["discount"]] if told.get("discount") else [])
    return tuple(_discount(each) if isinstance(each, Mapping) else str(each) for each in found)


def _items(told: Json) -> Sequence[Json]:
    return (told.get("items") or {}).get("data") or []


def _subscription(told: Json) -> Subscription:
    pause, items = told.get("pause_collection") or {}, _items(told)
    ends = [end for each in items if (end := _seconds(each.get("current_period_end"))) is not None]
    period_end = _seconds(told.get("current_period_end"))
    start = _seconds(told.get("start_date")) or _seconds(told.get("created")) or _seconds(told.get("start"))
    if start is None:
        raise ValueError("start_date")
    lines, currency = tuple(_item(each) for each in items), str(told.get("currency") or "").upper()
    return Subscription(
        id=told["id"],
        customer=_id(told["customer"]),
        status=str(told["status"]),
        start=start,
        items=lines,
        discounts=_discounts(told),
        ended=_seconds(told.get("ended_at")),
        cancels_at=_seconds(told.get("cancel_at")),
        ends_with_period=bool(told.get("cancel_at_period_end")),
        period_end=period_end if period_end is not None else min(ends, default=None),
        trial_end=_seconds(told.get("trial_end")),
        pause=str(pause.get("behavior") or ""),
        resumes_at=_seconds(pause.get("resumes_at")),
        currency=currency if any(line.price.currency != currency for line in lines) else "",
    )


def _item(told: Json) -> Item:
    quantity = told.get("quantity")
    return Item(_priced(told), 1 if quantity is None else int(quantity), _discounts(told))


def _schedule(told: Json) -> Schedule:
    return Schedule(
        id=told["id"],
        subscription=_id(told.get("subscription") or told.get("released_subscription")),
        status=str(told["status"]),
        ends_it=told.get("end_behavior") == "cancel",
        phases=tuple(_phase(each) for each in told["phases"]),
    )


def _phase(told: Json) -> Phase:
    start, end = _seconds(told["start_date"]), _seconds(told.get("end_date"))
    if start is None:
        raise ValueError("start_date")
    items = (
        Item(_priced(each), 1 if each.get("quantity") is None else int(each["quantity"]), _redeemed(each, start))
        for each in told.get("items") or told.get("plans") or ()
    )
    return Phase(
        start=start, end=end, items=tuple(items), discounts=_redeemed(told, start),
        trial_end=end if told.get("trial") else _seconds(told.get("trial_end")),
    )  # fmt: skip


def _redeemed(told: Json, start: int) -> tuple[str | Discount, ...]:
    """What a phase takes off: a discount that is there already, or coupons that it redeems as it starts."""
    found = told.get("discounts") or ([{"coupon": told["coupon"]}] if told.get("coupon") else [])
    return tuple(
        _id(each["discount"]) if each.get("discount") else Discount(coupon=_id(each.get("coupon")), start=start)
        for each in found
    )


def _invoice(told: Json) -> Invoice:
    moments = told.get("status_transitions") or {}
    return Invoice(
        id=told["id"],
        customer=_id(told["customer"]),
        status=str(told["status"]),
        total=int(told["total"]),
        currency=str(told["currency"]).upper(),
        created=int(told["created"]),
        finalized=_seconds(moments.get("finalized_at")),
        due=_seconds(told.get("due_date")),
        paid=_seconds(moments.get("paid_at")),
        voided=_seconds(moments.get("voided_at")),
        charge=_id(told.get("charge")),
        intent=_id(told.get("payment_intent")),
        credited=int(told.get("pre_payment_credit_notes_amount") or 0),
        credited_after=int(told.get("post_payment_credit_notes_amount") or 0),
    )


def _payment(told: Json) -> Payment:
    paid = told.get("payment") or {}
    return Payment(
        id=told["id"], invoice=_id(told["invoice"]), charge=_id(paid.get("charge")),
        intent=_id(paid.get("payment_intent")),
    )  # fmt: skip


def _charge(told: Json) -> Charge:
    return Charge(
        id=told["id"], customer=_id(told.get("customer")), currency=str(told["currency"]).upper(),
        refunded=int(told.get("amount_refunded") or 0), invoice=_id(told.get("invoice")),
        intent=_id(told.get("payment_intent")),
    )  # fmt: skip


def _dispute(told: Json) -> Dispute:
    return Dispute(
        id=told["id"], charge=_id(told.get("charge")), currency=str(told["currency"]).upper(),
        amount=int(told["amount"]), created=int(told["created"]), reason=_text(told.get("reason")),
        status=_text(told.get("status")),
    )  # fmt: skip


_READERS = {
    "customer": _customer,
    "product": _product,
    "price": _price,
    "plan": _price,
    "coupon": _coupon,
    "discount": _discount,
    "subscription": _subscription,
    "subscription_schedule": _schedule,
    "invoice": _invoice,
    "invoice_payment": _payment,
    "charge": _charge,
    "dispute": _dispute,
}
