"""States of Stripe's objects: kept once each, read back in order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import batched, groupby
from typing import Any

import msgspec

from tenure.ingest.connectors.models import Connector, ConnectorState
from tenure.ingest.connectors.stripe import reading
from tenure.ingest.connectors.stripe.course import State, in_order
from tenure.ingest.connectors.stripe.said import (
    Charge,
    Coupon,
    Customer,
    Discount,
    Dispute,
    Invoice,
    Payment,
    Price,
    Product,
    Said,
    Schedule,
    Subscription,
)

CREATED, UPDATED, DELETED = range(3)
KINDS: Mapping[str, type[Said]] = {
    "customer": Customer,
    "product": Product,
    "price": Price,
    "coupon": Coupon,
    "discount": Discount,
    "subscription": Subscription,
    "schedule": Schedule,
    "invoice": Invoice,
    "payment": Payment,
    "charge": Charge,
    "dispute": Dispute,
}
_NAMES = {type_: name for name, type_ in KINDS.items()}
_WITH_COURSE = ("subscription", "charge", "schedule", "discount", "price", "coupon")
"""Kinds whose earlier states count: what was planned once, and what only the API tells of prices and coupons. Of the
others only what they are now."""
_CHUNK = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What an event or a list of the API says of an object."""

    said: Said
    at: int
    rank: int
    before: str = ""

    @property
    def kind(self) -> str:
        return _NAMES[type(self.said)]

    @property
    def id(self) -> str:
        return str(getattr(self.said, "id", ""))

    @property
    def parent(self) -> str:
        """Whom it belongs to: a customer; of a discount or schedule the subscription, of a dispute the charge."""
        match self.said:
            case Discount(subscription=subscription, customer=customer):
                return subscription or customer
            case Schedule(subscription=parent) | Dispute(charge=parent) | Payment(invoice=parent):
                return parent
            case Subscription(customer=parent) | Invoice(customer=parent) | Charge(customer=parent):
                return parent
            case _:
                return ""


def of_event(event: Mapping[str, Any]) -> list[Told]:
    """What an event says; nothing when it means nothing here. Raises `reading.Unreadable`."""
    try:
        one, at = event["data"]["object"], int(event["created"])
        previous, type_ = event["data"].get("previous_attributes") or {}, str(event["type"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise reading.Unreadable("an event has created, type and data.object") from None
    said = reading.read(one) if isinstance(one, Mapping) else None
    if said is None or not getattr(said, "id", ""):
        return []
    rank = {"created": CREATED, "deleted": DELETED}.get(type_.rsplit(".", 1)[-1], UPDATED)
    if isinstance(said, Discount) and rank == DELETED:
        said = ended(said, at)
    was = reading.read(reading.before(one, previous)) if previous else None
    told = Told(said, at, rank, reading.digest(was) if was is not None else "")
    return [told, *_of_customer(one, previous, at)] if isinstance(said, Customer) else [told]


def _of_customer(one: Mapping[str, Any], previous: Mapping[str, Any], at: int) -> Iterable[Told]:
    """The discount that a customer has, and the end of the one it had."""
    now = own_discount(one)
    if now is not None:
        yield Told(now, at, UPDATED)
    was = own_discount({"id": one.get("id"), "discount": previous.get("discount")})
    if was is not None and (now is None or was.id != now.id):
        yield Told(ended(was, at), at, UPDATED)


def own_discount(customer: Mapping[str, Any]) -> Discount | None:
    """The discount of a customer, as it is told with the customer."""
    told = customer.get("discount")
    if not isinstance(told, Mapping) or not told.get("id"):
        return None
    found = reading.read({"customer": customer.get("id"), **told, "object": "discount"})
    return found if isinstance(found, Discount) else None


def ended(discount: Discount, at: int) -> Discount:
    """The discount, taken away at `at` unless it had run out before."""
    return msgspec.structs.replace(discount, end=min(discount.end or at, at))


def keep(connector: Connector, told: Iterable[Told]) -> set[tuple[str, str]]:
    """Remember states; which objects (kind, id) were spoken of."""
    touched: set[tuple[str, str]] = set()
    for chunk in batched(told, _CHUNK):
        rows = [_row(connector, each) for each in chunk]
        ConnectorState.objects.bulk_create(rows, ignore_conflicts=True)
        touched |= {(row.kind, row.external_id) for row in rows}
    _forget(connector, touched)
    return touched


def _row(connector: Connector, told: Told) -> ConnectorState:
    return ConnectorState(
        connector=connector, kind=told.kind, external_id=told.id, parent=told.parent, at=told.at, rank=told.rank,
        digest=reading.digest(told.said), before=told.before, said=msgspec.json.encode(told.said).decode(),
    )  # fmt: skip


def _forget(connector: Connector, touched: Iterable[tuple[str, str]]) -> None:
    """Let go of what objects were before, where only what they are now counts."""
    for kind, ids in _by_kind(touched).items():
        if kind in _WITH_COURSE:
            continue
        for chunk in batched(sorted(ids), _CHUNK):
            rows = ConnectorState.objects.filter(connector=connector, kind=kind, external_id__in=chunk)
            newest: dict[str, int] = {}
            found = list(rows.values_list("id", "external_id", "at"))
            for _, name, at in found:
                newest[name] = max(at, newest.get(name, at))
            old = [pk for pk, name, at in found if at < newest[name]]
            ConnectorState.objects.filter(id__in=old).delete()


def _by_kind(touched: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, name in touched:
        found[kind].add(name)
    return found


def ids(connector: Connector, kind: str, *, parents: Collection[str]) -> set[str]:
    """Ids of the objects of these parents."""
    found: set[str] = set()
    for chunk in batched(sorted(parents), _CHUNK):
        rows = ConnectorState.objects.filter(connector=connector, kind=kind, parent__in=chunk)
        found |= set(rows.values_list("external_id", flat=True))
    return found


def naming(connector: Connector, kind: str, names: Collection[str]) -> set[str]:
    """Ids of the objects of a kind that name one of these products, prices, coupons or discounts."""
    found: set[str] = set()
    for name in names:
        rows = ConnectorState.objects.filter(connector=connector, kind=kind, said__contains=f'"{name}"')
        found |= set(rows.values_list("external_id", flat=True))
    return found


def courses[S: Said](connector: Connector, kind: type[S], names: Collection[str]) -> dict[str, list[State[S]]]:
    """All states of the objects, in order, by id."""
    found: dict[str, list[State[S]]] = {}
    for chunk in batched(sorted(names), _CHUNK):
        rows = ConnectorState.objects.filter(connector=connector, kind=_NAMES[kind], external_id__in=chunk)
        for name, group in groupby(rows.order_by("external_id"), key=lambda row: row.external_id):
            found[name] = in_order(
                State(row.at, row.rank, row.digest, msgspec.json.decode(row.said, type=kind), row.before)
                for row in group
            )
    return found


def now[S: Said](connector: Connector, kind: type[S], names: Collection[str]) -> dict[str, S]:
    """What the objects are, by id."""
    return {name: states[-1].said for name, states in courses(connector, kind, names).items()}


def there(connector: Connector, kind: str, names: Collection[str]) -> set[str]:
    """Those of the names that are objects of a kind."""
    return _column(connector, kind, names, "external_id")


def parents(connector: Connector, kind: str, names: Collection[str]) -> set[str]:
    """Whom these objects belong to, or ever did."""
    return _column(connector, kind, names, "parent") - {""}


def _column(connector: Connector, kind: str, names: Collection[str], column: str) -> set[str]:
    found: set[str] = set()
    for chunk in batched(sorted(names), _CHUNK):
        rows = ConnectorState.objects.filter(connector=connector, kind=kind, external_id__in=chunk)
        found |= set(rows.values_list(column, flat=True))
    return found


def news(connector: Connector, told: Iterable[Told]) -> list[Told]:
    """Without what says of an object what is known of it already: reading it again makes no new state."""
    listed = list(told)
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, names in _by_kind((each.kind, each.id) for each in listed).items():
        for chunk in batched(sorted(names), _CHUNK):
            rows = ConnectorState.objects.filter(connector=connector, kind=kind, external_id__in=chunk)
            newest: dict[str, int] = {}
            for name, at, digest in rows.order_by("at").values_list("external_id", "at", "digest"):
                if kind != "charge" and at > newest.get(name, -1):
                    known[kind, name] = set()
                    newest[name] = at
                known[kind, name].add(digest)
    return [each for each in listed if reading.digest(each.said) not in known[each.kind, each.id]]
