"""The back-fill: what Stripe knows by now, list by list, in the worker. It goes on where it stopped.

A listed object is a state as of the moment it was read; what webhooks tell counts in its own time. So both may
run at once, and a second back-fill of the same objects states nothing new.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.tasks import task
from msgspec.structs import replace

from tenure.base import clock, jobs, tenancy, vault
from tenure.base.refusals import Conflict, NotFound, Refusal
from tenure.ingest.adapters.locks import alone
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import reading, states
from tenure.ingest.connectors.stripe.client import Client, Fields
from tenure.ingest.connectors.stripe.said import Charge, Customer, Discount, Subscription
from tenure.ingest.connectors.taking import WORK_S, account_for, state_all
from tenure.tenants import queries as tenants
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

WAIT_S = 120.0
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """A list of the API."""

    path: str
    expand: Sequence[str] = ()
    more: Fields = ()


CHANGES = (
    *(f"customer.subscription.{each}" for each in ("created", "updated", "deleted", "paused", "resumed")),
    *(f"customer.discount.{each}" for each in ("created", "updated", "deleted")),
    *(f"subscription_schedule.{each}" for each in ("created", "updated", "released", "canceled", "completed")),
    "charge.refunded", "customer.created", "customer.updated",
)  # fmt: skip
"""The events of which Stripe still knows: those of 30 days, at most 20 types at once ("List all events")."""


STEPS = (
    Step("products"),
    Step("prices", ("data.tiers", "data.currency_options")),
    Step("coupons", ("data.applies_to", "data.currency_options")),
    Step("customers"),
    Step("events", more=[("types[]", each) for each in CHANGES]),
    Step("subscription_schedules"),
    Step("subscriptions", ("data.discounts", "data.items.data.discounts"), [("status", "all")]),
    Step("invoices"),
    Step("refunds", ("data.charge",)),
    Step("disputes", ("data.charge",)),
)
"""What others name comes before them."""


NAMED = frozenset({"product", "price", "coupon"})
"""What subscriptions, which are listed later, only name."""


class NoApiKey(Conflict):
    """There is nothing to ask with."""

    code = "no_api_key"


class FillRuns(Conflict):
    """One at a time."""

    code = "fill_runs"


def start(*, connector: int, by: MemberView) -> None:
    """Begin, or go on after a failure. Refuses without a key, and while one runs."""
    with transaction.atomic():
        row = Connector.objects.select_for_update().filter(pk=connector).first()
        if row is None:
            raise NotFound("There is no such connector.")
        if not row.api_key:
            raise NoApiKey("Give a restricted API key first: the back-fill asks Stripe with it.")
        if row.fill_status == "running" and not _died(row):
            raise FillRuns("A back-fill runs already. See how far it is.")
        if row.fill_status == "done":
            row.fill_step, row.fill_after, row.fill_counts = "", "", {}
        row.fill_status, row.fill_problem = "running", ""
        row.fill_task = str(fill.enqueue(row.workspace_id, row.pk).id)
        row.save(update_fields=["fill_status", "fill_problem", "fill_task", "fill_step", "fill_after", "fill_counts"])
        record_audit(by=by, action="connector.fill_started", object=row.source)


def _died(row: Connector) -> bool:
    return bool(jobs.course(row.fill_task)[1])


@task
def fill(workspace: int, connector: int) -> None:
    """Read every list; after a failure, from the page where it stopped."""
    with tenancy.workspace(workspace):
        row = Connector.objects.filter(pk=connector, fill_status="running").first()
        if row is None:
            return
        try:
            with Client(vault.unseal(row.api_key)) as client:
                run(row, client)
        except (Refusal, vault.Sealed) as error:
            _set(row, fill_status="failed", fill_problem=str(getattr(error, "message", "") or error))
        except BaseException:
            _set(row, fill_status="failed", fill_problem="It ended before it was done. Start it again: it goes on.")
            raise
        else:
            _set(row, fill_status="done", fill_step="", fill_after="", filled_at=clock.now())


def run(connector: Connector, client: Client) -> None:
    """Read the lists from `fill_step` and `fill_after` on."""
    paths = [step.path for step in STEPS]
    begin = paths.index(connector.fill_step) if connector.fill_step in paths else 0
    counts: dict[str, int] = dict(connector.fill_counts)
    newer: dict[str, int] = {}
    for step in STEPS[begin:]:
        after = connector.fill_after if step.path == connector.fill_step else ""
        for page in client.pages(step.path, after=after, expand=step.expand, more=step.more):
            unread = _take(connector, page.objects, newer)
            counts[step.path] = counts.get(step.path, 0) + len(page.objects) - unread
            counts["unread"] = counts.get("unread", 0) + unread
            _set(connector, fill_step=step.path, fill_after=page.after, fill_counts=counts)


def _take(connector: Connector, objects: Sequence[Mapping[str, Any]], newer: dict[str, int]) -> int:
    """Take in a page; how many of it could not be read."""
    now, told, then, unread = clock.now(), list[states.Told](), list[states.Told](), 0
    for one in objects:
        try:
            if one.get("object") == "event":
                then += states.of_event(one)
            else:
                told += _told(one, int(now.timestamp()), newer)
        except (reading.Unreadable, KeyError, TypeError, ValueError):
            unread += 1
    with _turn():
        states.keep(connector, states.news(connector, _discounts(told)))
        states.keep(connector, _gone(connector, told))
        touched = states.keep(connector, [*then, *states.news(connector, told)])
        touched |= {(each.kind, each.id) for each in told if each.kind not in NAMED}
        account_for(connector, state_all(connector, touched, history=True), now)
    return unread


def _discounts(told: Iterable[states.Told]) -> Iterator[states.Told]:
    """Those that subscriptions were listed with: webhooks will only name them."""
    for each in told:
        if isinstance(each.said, Subscription):
            every = [*each.said.discounts, *(one for item in each.said.items for one in item.discounts)]
            yield from (states.Told(one, each.at, each.rank) for one in every if isinstance(one, Discount) and one.id)


def _gone(connector: Connector, told: Sequence[states.Told]) -> Iterator[states.Told]:
    """The ends of discounts that customers had and are listed without."""
    owners = {each.id: each.at for each in told if isinstance(each.said, Customer)}
    here = {each.id for each in told if isinstance(each.said, Discount)}
    names = states.ids(connector, "discount", parents=owners) - here
    for one in states.now(connector, Discount, names).values():
        if (at := owners.get(one.customer)) is not None and (one.end is None or one.end > at):
            yield states.Told(states.ended(one, at), at, states.UPDATED)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for others that take facts in."""
    until = time.monotonic() + WAIT_S
    while True:
        with alone(tenants.here().slug, at="facts", seconds=WORK_S) as free:
            if free:
                yield
                return
        if time.monotonic() >= until:
            raise FillRuns("Other facts were being taken in all the time. Start it again: it goes on where it stopped.")
        time.sleep(_PAUSE_S)


def _told(one: Mapping[str, Any], now: int, newer: dict[str, int]) -> list[states.Told]:
    """What a listed object says as of now; a refund, what its payment had given back by then.

    Refunds come newest first: `newer` holds what was given back after the one at hand, by payment.
    """
    kind, expanded = one.get("object"), one.get("charge")
    charge = reading.read(expanded) if isinstance(expanded, Mapping) else None
    if kind == "refund":
        if not isinstance(charge, Charge) or one.get("status") in ("failed", "canceled"):
            return []
        upto = charge.refunded - newer.get(charge.id, 0)
        newer[charge.id] = newer.get(charge.id, 0) + int(one["amount"])
        return [states.Told(replace(charge, refunded=upto), int(one["created"]), states.UPDATED)]
    said = reading.read(one)
    found = [states.Told(said, now, states.UPDATED)] if said is not None else []
    if kind == "customer" and (own := states.own_discount(one)) is not None:
        found.append(states.Told(own, now, states.UPDATED))
    if kind == "dispute" and isinstance(charge, Charge):
        found.append(states.Told(replace(charge, refunded=0), int(one["created"]), states.CREATED))
    return found


def _set(connector: Connector, **values: Any) -> None:
    Connector.objects.filter(pk=connector.pk).update(**values)
