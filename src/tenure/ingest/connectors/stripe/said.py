"""What is kept of Stripe's objects: the few fields that mean something here, in one shape for all versions of its API.

Frozen structures, kept as JSON. Amounts stay as Stripe writes them (its own minor units, decimals as text).
"""

from typing import Literal

import msgspec

type Interval = Literal["day", "week", "month", "year"]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of what is kept."""


class Tier(Said, frozen=True):
    """A step of a tiered price: up to and with `up_to` units (None: any number)."""

    up_to: int | None = None
    unit: str = "0"
    flat: str = "0"


class Price(Said, frozen=True):
    """A recurring price. `unit` and `tiers` None: not told. `options`: the unit's amount in other currencies."""

    id: str = ""
    product: str = ""
    nickname: str = ""
    currency: str = ""
    interval: str = ""
    interval_count: int = 1
    is_metered: bool = False
    is_tiered: bool = False
    unit: str | None = None
    tiers: tuple[Tier, ...] | None = None
    is_volume: bool = False
    divide_by: int = 1
    round_up: bool = False
    options: dict[str, str] | None = None


class Coupon(Said, frozen=True):
    """What a discount takes off: a share, or an amount of a currency; of these `products` (None: not told), or of all.

    `months`: how long it lasts, where its duration is `repeating`. `options`: the amount in other currencies.
    """

    id: str = ""
    percent: str = ""
    amount: int = 0
    currency: str = ""
    duration: str = "forever"
    months: int = 0
    products: tuple[str, ...] | None = None
    options: dict[str, int] | None = None


class Discount(Said, frozen=True):
    """A coupon at work from `start` until `end` (seconds; None: for ever). `coupon` may be told elsewhere.

    `customer` only where it is the customer's own, neither a subscription's nor an invoice's. One that a schedule will
    make has no `id` yet.
    """

    id: str = ""
    coupon: str = ""
    subscription: str = ""
    start: int = 0
    end: int | None = None
    told: Coupon | None = None
    customer: str = ""


class Item(Said, frozen=True):
    """A line of a subscription. `discounts` are names of discounts, or what was told of them."""

    price: Price
    quantity: int = 1
    discounts: tuple[str | Discount, ...] = ()


class Subscription(Said, frozen=True):
    """A subscription as it was at a moment; times in seconds since 1970.

    `currency` only where it is not that of its prices.
    """

    id: str
    customer: str
    status: str
    start: int
    items: tuple[Item, ...] = ()
    discounts: tuple[str | Discount, ...] = ()
    ended: int | None = None
    cancels_at: int | None = None
    ends_with_period: bool = False
    period_end: int | None = None
    trial_end: int | None = None
    pause: str = ""
    resumes_at: int | None = None
    currency: str = ""


class Phase(Said, frozen=True):
    """What a subscription will be from `start` on; prices are named, discounts are coupons to redeem."""

    start: int
    end: int | None = None
    items: tuple[Item, ...] = ()
    discounts: tuple[str | Discount, ...] = ()
    trial_end: int | None = None


class Schedule(Said, frozen=True):
    """What is planned for a subscription."""

    id: str
    subscription: str = ""
    status: str = ""
    ends_it: bool = False
    phases: tuple[Phase, ...] = ()


class Customer(Said, frozen=True):
    """A customer."""

    id: str
    name: str = ""
    email: str = ""
    metadata: dict[str, str] = {}


class Product(Said, frozen=True):
    """A product."""

    id: str
    name: str = ""


class Invoice(Said, frozen=True):
    """An invoice; amounts in Stripe's minor units. Credit notes lower it before it is paid, or give back afterwards."""

    id: str
    customer: str
    status: str
    total: int
    currency: str
    created: int
    finalized: int | None = None
    due: int | None = None
    paid: int | None = None
    voided: int | None = None
    charge: str = ""
    intent: str = ""
    credited: int = 0
    credited_after: int = 0


class Payment(Said, frozen=True):
    """Which charge or payment intent paid for an invoice."""

    id: str
    invoice: str
    charge: str = ""
    intent: str = ""


class Charge(Said, frozen=True):
    """A payment, and how much of it was given back."""

    id: str
    customer: str
    currency: str
    refunded: int = 0
    invoice: str = ""
    intent: str = ""


class Dispute(Said, frozen=True):
    """A payment that the customer's bank takes back, or wants to."""

    id: str
    charge: str
    currency: str
    amount: int
    created: int
    reason: str = ""
    status: str = ""
