"""What the states of subscriptions name, gathered for pricing: a handful of queries, however many subscriptions."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import states
from tenure.ingest.connectors.stripe.course import State
from tenure.ingest.connectors.stripe.pricing import Catalogue
from tenure.ingest.connectors.stripe.said import Coupon, Discount, Item, Price, Product, Schedule, Subscription


def catalogue(connector: Connector, subscriptions: Iterable[State[Subscription]]) -> Catalogue:
    """What these states name."""
    said = [state.said for state in subscriptions]
    schedules = _schedules(connector, {each.id for each in said})
    phases = [phase for courses in schedules.values() for told in courses for one in told for phase in one.phases]
    items = [*(item for each in said for item in each.items), *(item for phase in phases for item in phase.items)]
    currencies = {each.currency for each in said} - {""}
    prices = _prices(connector, items, currencies)
    own = states.ids(connector, "discount", parents={each.customer for each in said})
    lists = [*(each.discounts for each in said), *(phase.discounts for phase in phases), *(i.discounts for i in items)]
    every = list(chain.from_iterable(lists))
    names = {one if isinstance(one, str) else one.id for one in every} - {""}
    discounts = states.courses(connector, Discount, names | own)
    now = {name: told[-1].said for name, told in discounts.items()}
    customers: dict[str, list[Discount]] = {}
    for one in sorted((now[name] for name in own), key=lambda one: (one.start, one.id)):
        customers.setdefault(one.customer, []).append(one)
    coupons = {one.coupon for one in (*now.values(), *(one for one in every if isinstance(one, Discount)))}
    named = {item.price.product for item in (*items, *(Item(price) for price in prices.values()))}
    products = states.now(connector, Product, named - {""})
    return Catalogue(
        products={name: product.name for name, product in products.items()},
        prices=prices,
        discounts=now,
        coupons=_coupons(connector, coupons - {""}),
        customers=customers,
        moments={name: _moments(told) for name, told in discounts.items()},
        schedules=schedules,
    )


def _schedules(connector: Connector, subscriptions: set[str]) -> Mapping[str, Sequence[Sequence[Schedule]]]:
    """By subscription, what each of its schedules was told to be."""
    names = states.ids(connector, "schedule", parents=subscriptions)
    found: dict[str, list[list[Schedule]]] = {}
    for told in states.courses(connector, Schedule, names).values():
        owner = next((state.said.subscription for state in reversed(told) if state.said.subscription), "")
        found.setdefault(owner, []).append([state.said for state in told])
    return found


def _prices(connector: Connector, items: Iterable[Item], currencies: set[str]) -> Mapping[str, Price]:
    """Prices that are only named, or whose tiers or other currencies are not told: events leave them out."""
    wanted = {
        item.price.id
        for item in items
        if not item.price.currency
        or (item.price.is_tiered and item.price.tiers is None)
        or currencies - {item.price.currency}
    }
    found: dict[str, Price] = {}
    for name, told in states.courses(connector, Price, wanted).items():
        tiers = next((state.said.tiers for state in reversed(told) if state.said.tiers is not None), None)
        options = next((state.said.options for state in reversed(told) if state.said.options is not None), None)
        found[name] = replace(told[-1].said, tiers=tiers, options=options)
    return found


def _coupons(connector: Connector, names: set[str]) -> Mapping[str, Coupon]:
    """Coupons by name. Events leave out their products and other currencies."""
    found: dict[str, Coupon] = {}
    for name, told in states.courses(connector, Coupon, names).items():
        products = next((state.said.products for state in reversed(told) if state.said.products is not None), None)
        options = next((state.said.options for state in reversed(told) if state.said.options is not None), None)
        found[name] = replace(told[-1].said, products=products, options=options)
    return found


def _moments(told: Sequence[State[Discount]]) -> frozenset[int]:
    ends = (state.said.end for state in told)
    return frozenset(chain((state.said.start for state in told), (end for end in ends if end is not None)))
