"""What a subscription is worth a month, by Stripe's own words for prices and discounts. Pure, exact, rounded once.

Sources, by name of Stripe's documentation: "The Price object", "Tiered pricing", "Transform quantities", "The Discount
object", "The Coupon object", "Supported currencies" (zero-decimal and three-decimal), "Subscription statuses".
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

from tenure.base.money import exponent
from tenure.base.months import months_after
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Price, Tier

MONTHS: dict[str, Fraction] = {
    "day": Fraction(12, 365),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "year": Fraction(12),
}
"""How many months an interval lasts: a year has twelve, 52 weeks or 365 days."""

ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
"""As Stripe counts. ISK and UGX it counts in hundredths although ISO 4217 has none ("Special cases")."""


def minor_scale(currency: str) -> Fraction:
    """By what Stripe's amounts are multiplied to be minor units of ISO 4217."""
    theirs = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    return Fraction(10) ** (exponent(currency) - theirs)


def minor(amount: int, currency: str) -> int:
    """An amount of Stripe's in minor units of ISO 4217, half to even."""
    return round(amount * minor_scale(currency))


def months(price: Price) -> Fraction | None:
    """How many months a period of the price lasts; None when it does not recur."""
    length = MONTHS.get(price.interval)
    return length * price.interval_count if length is not None and price.interval_count > 0 else None


def amount(price: Price, quantity: int) -> Fraction | None:
    """What `quantity` costs a period, in Stripe's minor units; None when the price does not tell.

    What is metered is known only afterwards and does not recur: nothing ("The Price object", `usage_type`).
    """
    if price.is_metered:
        return Fraction(0)
    if price.is_tiered:
        return None if price.tiers is None else tiered(price.tiers, quantity, is_volume=price.is_volume)
    return None if price.unit is None else Fraction(price.unit) * packages(price, quantity)


def packages(price: Price, quantity: int) -> int:
    """How many packages `quantity` makes ("Transform quantities")."""
    whole, rest = divmod(quantity, max(1, price.divide_by))
    return whole + (1 if rest and price.round_up else 0)


def tiered(tiers: Iterable[Tier], quantity: int, *, is_volume: bool) -> Fraction:
    """Volume: all units at the price of the tier that the quantity reaches. Graduated: each at its own tier's.

    A tier's flat amount is added once it is reached, the first one's always ("Tiered pricing").
    """
    total, below = Fraction(0), 0
    for tier in tiers:
        here = quantity if tier.up_to is None else min(quantity, tier.up_to)
        last = tier.up_to is None or quantity <= tier.up_to
        if is_volume:
            if last:
                return Fraction(tier.unit) * quantity + Fraction(tier.flat)
            continue
        total += Fraction(tier.unit) * (here - below) + Fraction(tier.flat)
        if last:
            return total
        below = here
    return total


def ends(discount: Discount, coupon: Coupon | None) -> int | None:
    """When it runs out (seconds); None: never. What a schedule will redeem lasts the coupon's months from its start."""
    if discount.end is not None or discount.id or coupon is None or coupon.duration != "repeating":
        return discount.end
    return int(months_after(datetime.fromtimestamp(discount.start, UTC), coupon.months).timestamp())


def in_force(discount: Discount, coupon: Coupon | None, moment: int) -> bool:
    """Whether it lowers what recurs at `moment` (seconds). `once` takes off one invoice, so nothing that recurs."""
    end = ends(discount, coupon)
    return (
        coupon is not None and coupon.duration != "once" and discount.start <= moment and (end is None or moment < end)
    )


def taken_off(monthly: Fraction, coupon: Coupon, *, currency: str, period: Fraction) -> Fraction:
    """What a coupon takes off an amount a month: never more than there is.

    An amount off is taken from each invoice, so from each period of `period` months ("The Coupon object").
    """
    if coupon.percent:
        return monthly * Fraction(coupon.percent) / 100
    amount_off = coupon.amount if coupon.currency == currency else (coupon.options or {}).get(currency, 0)
    return min(monthly, amount_off / period)


def reduced(monthly: Fraction, coupons: Iterable[Coupon], *, currency: str, period: Fraction) -> Fraction:
    """What is left of an amount a month after the coupons, one after the other, never below nothing."""
    for coupon in coupons:
        monthly -= taken_off(monthly, coupon, currency=currency, period=period)
    return monthly
