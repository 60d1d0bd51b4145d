"""The course of a subscription: from all its states, whatever order they came in, to a start, terms by day and an end.

Pure. A state counts from the moment Stripe says it is of. What is decided depends on the set of states alone, so a
delivery that is late, repeated or out of order comes to the same end. A day that was once stated is stated for ever:
what becomes known later changes what it says, and never leaves it behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from tenure.ingest.connectors.stripe import rules
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Item, Price, Said, Subscription

NEVER_BEGAN = frozenset({"incomplete", "incomplete_expired"})
"""The first payment is awaited, or never came: no subscription yet ("Subscription statuses")."""
PAYS_NOTHING = frozenset({"unpaid", "paused"})
"""Stripe has stopped collecting ("Subscription statuses")."""
_BILLING = {Fraction(1): "monthly", Fraction(12): "annual"}
FREE_PAUSE = frozenset({"void", "mark_uncollectible"})
"""Pauses whose invoices nobody pays; `keep_as_draft` collects later ("Pause payment collection")."""


@dataclass(frozen=True, slots=True)
class State[S: Said]:
    """An object at a moment. `rank` orders what happened in one second: created, updated, deleted.

    `digest` names what is said, `before` what was said before it, where the event tells.
    """

    at: int
    rank: int
    digest: str
    said: S
    before: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What subscriptions name and do not tell: products, prices with their tiers, discounts and coupons."""

    products: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    discounts: Mapping[str, Discount] = field(default_factory=dict)
    coupons: Mapping[str, Coupon] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a subscription grants and costs; `mrr_minor` None: a price does not tell."""

    plan: str
    product: str
    seats: int | None
    mrr_minor: int | None
    currency: str
    is_trial: bool
    billing: str
    auto_renew: bool
    term_end: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """Terms from `day` on. What is stated of a day after the end is moved to the end, where it says nothing."""

    name: date
    day: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Course:
    """A subscription from its first day; `ended_on` is the first day without it."""

    started_on: date
    ended_on: date | None
    terms: Terms
    changes: tuple[Change, ...]


def in_order[S: Said](states: Iterable[State[S]]) -> list[State[S]]:
    """By time, then rank; what falls together goes before what says that it followed it."""
    found: list[State[S]] = []
    for _, together in groupby(sorted(states, key=_place), key=lambda state: (state.at, state.rank)):
        left = list(together)
        while left:
            told = {state.digest for state in left}
            first = next((s for s in left if s.before == s.digest or s.before not in told), left[0])
            left.remove(first)
            found.append(first)
    return found


def _place[S: Said](state: State[S]) -> tuple[int, int, str]:
    return state.at, state.rank, state.digest


def course(states: Iterable[State[Subscription]], catalogue: Catalogue, *, zone: ZoneInfo, now: int) -> Course | None:
    """What became of the subscription by `now`; None while it has not begun."""
    known = [state for state in in_order(states) if state.said.status not in NEVER_BEGAN]
    if not known:
        return None
    start = min(state.said.start for state in known)
    ends = [state.said.ended or state.at for state in known if state.said.status == "canceled"]
    started_on, ended_on = _day(start, zone), _day(min(ends), zone) if ends else None
    moments = {moment for state in known for moment in _moments(state, catalogue)}
    days = sorted({_day(moment, zone) for moment in moments if start <= moment <= now} - {started_on})
    changes = tuple(Change(day, min(day, ended_on or day), _on(day, known, catalogue, zone)) for day in days)
    return Course(started_on, ended_on, _on(started_on, known, catalogue, zone), changes)


def _moments(state: State[Subscription], catalogue: Catalogue) -> Iterable[int]:
    """When its terms may change: when it was said, and when what it says runs out."""
    said = state.said
    yield state.at
    yield from (moment for moment in (said.trial_end, said.resumes_at) if moment is not None)
    for discount in _every_discount(said, catalogue):
        yield discount.start
        if discount.end is not None:
            yield discount.end


def _on(day: date, known: Sequence[State[Subscription]], catalogue: Catalogue, zone: ZoneInfo) -> Terms:
    """The terms as the day closes; what was before the first state is told by it."""
    closing = int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp()) - 1
    state = next((state for state in reversed(known) if state.at <= closing), known[0])
    return terms(state, catalogue, closing, zone)


def terms(state: State[Subscription], catalogue: Catalogue, moment: int, zone: ZoneInfo) -> Terms:
    """The terms at `moment` by this state. Before it was said, only what it tells of the time holds."""
    said, seen = state.said, moment >= state.at
    priced = [_priced(item, catalogue) for item in said.items]
    main = max(priced, key=_weight, default=None)
    price = main.price if main else Price()
    product = catalogue.products.get(price.product, "")
    licensed = [item.quantity for item in priced if not item.price.is_metered]
    period = rules.months(price)
    ends_at = said.cancels_at or said.period_end
    return Terms(
        plan=price.nickname or product or price.id,
        product=product,
        seats=max(licensed, default=None),
        mrr_minor=0 if seen and _pays_nothing(said, moment) else mrr_minor(said, catalogue, moment),
        currency=price.currency,
        is_trial=said.status == "trialing" if seen else said.trial_end is not None and moment < said.trial_end,
        billing=_BILLING.get(period or Fraction(0), "other"),
        auto_renew=not (said.ends_with_period or said.cancels_at),
        term_end=_day(ends_at, zone) if ends_at is not None else None,
    )


def mrr_minor(said: Subscription, catalogue: Catalogue, moment: int) -> int | None:
    """What it brings a month at `moment`, in ISO minor units; None when a price does not tell. Rounded once."""
    total, longest = Fraction(0), Fraction(0)
    currency = ""
    for item in (_priced(item, catalogue) for item in said.items):
        period = rules.months(item.price)
        if period is None:
            continue
        cost = rules.amount(item.price, item.quantity)
        if cost is None:
            return None
        currency, longest = item.price.currency, max(longest, period)
        coupons = _coupons(item.discounts, catalogue, moment)
        total += rules.reduced(cost / period, coupons, currency=currency, period=period)
    if not currency:
        return 0
    left = rules.reduced(total, _coupons(said.discounts, catalogue, moment), currency=currency, period=longest)
    return round(left * rules.minor_scale(currency))


def _pays_nothing(said: Subscription, moment: int) -> bool:
    paused = said.pause in FREE_PAUSE and (said.resumes_at is None or moment < said.resumes_at)
    return said.status in PAYS_NOTHING or paused


def _priced(item: Item, catalogue: Catalogue) -> Item:
    """The item with its price's tiers, which events leave out."""
    if not item.price.is_tiered or item.price.tiers is not None:
        return item
    known = catalogue.prices.get(item.price.id)
    return Item(known, item.quantity, item.discounts) if known is not None and known.tiers is not None else item


def _weight(item: Item) -> Fraction:
    period, cost = rules.months(item.price), rules.amount(item.price, item.quantity)
    return cost / period if period and cost is not None else Fraction(-1)


def _told(discounts: Iterable[str | Discount], catalogue: Catalogue) -> Iterable[Discount]:
    for each in discounts:
        found = catalogue.discounts.get(each) if isinstance(each, str) else each
        if found is not None:
            yield found


def _every_discount(said: Subscription, catalogue: Catalogue) -> Iterable[Discount]:
    yield from _told(said.discounts, catalogue)
    for item in said.items:
        yield from _told(item.discounts, catalogue)


def _coupons(discounts: Iterable[str | Discount], catalogue: Catalogue, moment: int) -> Iterable[Coupon]:
    for each in _told(discounts, catalogue):
        coupon = each.told or catalogue.coupons.get(each.coupon)
        if coupon is not None and rules.in_force(each, coupon, moment):
            yield coupon


def _day(moment: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date()
