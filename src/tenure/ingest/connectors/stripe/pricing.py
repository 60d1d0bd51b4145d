"""What a subscription brings a month at a moment: its items, less discounts in Stripe's order. Pure, rounded once.

"Subscription item discounts are applied before subscription discounts" ("The Subscription object", `discounts`), each
list from its first to its last. A subscription that has none of its own inherits its customer's ("Create a
subscription", `discounts`). A coupon of some products takes off those items alone ("The Coupon object", `applies_to`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from msgspec.structs import replace

from tenure.ingest.connectors.stripe import rules
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Item, Price, Schedule, Subscription


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What subscriptions name and do not tell: products, prices, discounts, coupons, and what is planned for them.

    `customers`: the discounts of a customer's own. `moments`: every start and end that was ever told of a discount.
    `schedules`: by subscription, what each schedule was told to be, one after the other.
    """

    products: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    discounts: Mapping[str, Discount] = field(default_factory=dict)
    coupons: Mapping[str, Coupon] = field(default_factory=dict)
    customers: Mapping[str, Sequence[Discount]] = field(default_factory=dict)
    moments: Mapping[str, frozenset[int]] = field(default_factory=dict)
    schedules: Mapping[str, Sequence[Sequence[Schedule]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line:
    product: str
    monthly: Fraction


def mrr_minor(said: Subscription, catalogue: Catalogue, moment: int) -> int | None:
    """What it brings a month at `moment`, in ISO minor units; None when a price or a discount does not tell."""
    lines: list[_Line] = []
    longest, currency = Fraction(0), ""
    for item in (priced(item, catalogue, said.currency) for item in said.items):
        period, cost = rules.months(item.price), rules.amount(item.price, item.quantity)
        if not item.price.currency:
            return None
        if period is None:
            continue
        if cost is None:
            return None
        currency, longest = item.price.currency, max(longest, period)
        own = _after([_Line(item.price.product, cost / period)], _coupons(item.discounts, catalogue, moment),
                     currency=currency, period=period)  # fmt: skip
        lines += own
    if not currency:
        return 0
    if any(not known(each, catalogue) for each in _planned(said)):
        return None
    coupons = list(_coupons(said.discounts, catalogue, moment))
    coupons = coupons or list(_coupons(catalogue.customers.get(said.customer, ()), catalogue, moment))
    left = _after(lines, coupons, currency=currency, period=longest)
    return round(sum((line.monthly for line in left), Fraction(0)) * rules.minor_scale(currency))


def _after(lines: list[_Line], coupons: Iterable[Coupon], *, currency: str, period: Fraction) -> list[_Line]:
    """The lines after the coupons, one after the other; what one takes off is shared by the lines it is for."""
    for coupon in coupons:
        meant = [line for line in lines if not coupon.products or line.product in coupon.products]
        whole = sum((line.monthly for line in meant), Fraction(0))
        if whole:
            kept = 1 - rules.taken_off(whole, coupon, currency=currency, period=period) / whole
            lines = [_Line(line.product, line.monthly * kept) if line in meant else line for line in lines]
    return lines


def priced(item: Item, catalogue: Catalogue, currency: str) -> Item:
    """The item with its whole price, in the subscription's `currency` where that is another ("The Price object",
    `currency_options`). Events leave out tiers and other currencies, and schedules all but a price's name."""
    price = item.price
    if not price.currency or (price.is_tiered and price.tiers is None) or currency not in ("", price.currency):
        price = catalogue.prices.get(price.id, price)
    if price.currency and currency not in ("", price.currency):
        price = replace(price, currency=currency, unit=(price.options or {}).get(currency), tiers=None)
    return Item(price, item.quantity, item.discounts)


def weight(item: Item) -> Fraction:
    """By how much an item is the main one."""
    period, cost = rules.months(item.price), rules.amount(item.price, item.quantity)
    return cost / period if period and cost is not None else Fraction(-1)


def known(discount: Discount, catalogue: Catalogue) -> bool:
    """Whether it is told what it takes off."""
    return coupon_of(discount, catalogue) is not None


def _planned(said: Subscription) -> Iterable[Discount]:
    """Discounts that are still to be made: their coupon has to be known by its name."""
    for each in (*said.discounts, *(one for item in said.items for one in item.discounts)):
        if isinstance(each, Discount) and not each.id and each.told is None:
            yield each


def told(discounts: Iterable[str | Discount], catalogue: Catalogue) -> Iterable[Discount]:
    """The discounts, by name or as they were told; what is known of one since goes before what a line tells."""
    for each in discounts:
        name = each if isinstance(each, str) else each.id
        found = catalogue.discounts.get(name) or (None if isinstance(each, str) else each)
        if found is not None:
            yield found


def coupon_of(discount: Discount, catalogue: Catalogue) -> Coupon | None:
    """What it takes off. For which products, and how much in other currencies, is told by the coupon's list alone."""
    listed = catalogue.coupons.get(discount.coupon)
    if discount.told is None or listed is None:
        return discount.told or listed
    return replace(discount.told, products=listed.products, options=listed.options)


def _coupons(discounts: Iterable[str | Discount], catalogue: Catalogue, moment: int) -> Iterable[Coupon]:
    for each in told(discounts, catalogue):
        coupon = coupon_of(each, catalogue)
        if coupon is not None and rules.in_force(each, coupon, moment):
            yield coupon


def moments(said: Subscription, catalogue: Catalogue) -> Iterable[int]:
    """When a discount of it, or of its customer, starts or ends, or was ever said to."""
    every = (*said.discounts, *(one for item in said.items for one in item.discounts))
    for each in (*told(every, catalogue), *(one for one in every if isinstance(one, Discount)),
                 *catalogue.customers.get(said.customer, ())):  # fmt: skip
        yield each.start
        end = rules.ends(each, coupon_of(each, catalogue))
        if end is not None:
            yield end
        yield from catalogue.moments.get(each.id, ())
