"""Objects that were spoken of → rows of accounts, people, subscriptions, invoices, refunds and disputes to state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from tenure.customers import queries as customers
from tenure.ingest.connectors.models import Connector, ConnectorState
from tenure.ingest.connectors.stripe import rows, settling, states
from tenure.ingest.connectors.stripe.catalogue import catalogue
from tenure.ingest.connectors.stripe.course import course
from tenure.ingest.connectors.stripe.rows import Row
from tenure.ingest.connectors.stripe.said import Charge, Customer, Dispute, Invoice, Subscription

type Names = dict[str, set[str]]
type Rows = dict[str, list[Row]]

_NAMED = ("product", "price", "coupon", "discount")
"""Kinds that subscriptions name."""
_OF_CUSTOMERS = ("subscription", "invoice", "charge")


def meaning(connector: Connector, touched: Iterable[tuple[str, str]], *, zone: ZoneInfo, now: int) -> Rows:
    """Rows by entry. What belongs to a customer of whom nothing came yet waits, and is stated with the customer."""
    names = _reach(connector, touched)
    found: Rows = defaultdict(list)
    subscriptions = states.courses(connector, Subscription, names["subscription"])
    invoices = states.now(connector, Invoice, names["invoice"])
    charges = states.courses(connector, Charge, names["charge"])
    disputes = states.now(connector, Dispute, names["dispute"])
    disputed = states.now(connector, Charge, {each.charge for each in disputes.values()})
    owners = {
        *names["customer"],
        *(all_[-1].said.customer for all_ in subscriptions.values()),
        *(each.customer for each in invoices.values()),
        *(all_[-1].said.customer for all_ in charges.values()),
        *(each.customer for each in disputed.values()),
    }
    known = states.now(connector, Customer, owners - {""})
    accounts = {name: rows.account_of(each, connector.account_key) for name, each in known.items()}
    spoken = [each for name, each in known.items() if name in names["customer"]]
    found["customers"] += [rows.account(each, connector.account_key) for each in spoken]
    found["people"] += _people(spoken, accounts)
    named = catalogue(connector, (state for all_ in subscriptions.values() for state in all_))
    for name, all_ in subscriptions.items():
        found_course = course(all_, named, zone=zone, now=now)
        if found_course is not None and (account := accounts.get(all_[-1].said.customer)):
            first, changes = rows.subscription(name, account, found_course)
            found["subscriptions"].append(first)
            found["changes"] += changes
    taken = settling.taken_back(connector, invoices.values())
    for each in invoices.values():
        if (account := accounts.get(each.customer)) and (row := rows.invoice(each, taken[each.id], account, zone)):
            found["invoices"].append(row)
    for paid in charges.values():
        if account := accounts.get(paid[-1].said.customer):
            found["refunds"] += rows.refunds(paid, account)
    for dispute in disputes.values():
        charge = disputed.get(dispute.charge)
        if charge is not None and (account := accounts.get(charge.customer)):
            found["disputes"].append(rows.dispute(dispute, account))
    return {entry: told for entry, told in found.items() if told}


def waiting(connector: Connector) -> int:
    """How many subscriptions wait for their customer."""
    customers_ = ConnectorState.objects.filter(connector=connector, kind="customer").values("external_id")
    rows_ = ConnectorState.objects.filter(connector=connector, kind="subscription").exclude(parent__in=customers_)
    return rows_.values("external_id").distinct().count()


def _reach(connector: Connector, touched: Iterable[tuple[str, str]]) -> Names:
    """The objects, and those whose meaning hangs on them."""
    names: Names = defaultdict(set)
    for kind, name in touched:
        names[kind].add(name)
    for kind in _OF_CUSTOMERS:
        names[kind] |= states.ids(connector, kind, parents=names["customer"])
    names["dispute"] |= states.ids(connector, "dispute", parents=names["charge"])
    names["invoice"] |= states.parents(connector, "payment", names["payment"])
    names["invoice"] |= settling.concerned(connector, names["charge"], names["dispute"])
    names["discount"] |= states.naming(connector, "discount", names["coupon"])
    named = {name for kind in _NAMED for name in names[kind]}
    names["schedule"] |= states.naming(connector, "schedule", named)
    names["subscription"] |= states.naming(connector, "subscription", named)
    owners = states.parents(connector, "schedule", names["schedule"])
    owners |= states.parents(connector, "discount", names["discount"])
    names["subscription"] |= states.ids(connector, "subscription", parents=owners)
    names["subscription"] |= states.there(connector, "subscription", owners)
    return names


def _people(spoken: Iterable[Customer], accounts: Mapping[str, str]) -> list[Row]:
    """Whom the bills go to, by address; who is known by another name already stays that one."""
    wanted = {each.email: accounts[each.id] for each in spoken if "@" in each.email}
    ids = customers.people_by_email(wanted)
    who = customers.people_by_ids([person for people in ids.values() for person in people])
    others = {email for email, people in ids.items() if any(who[one].external_id != email for one in people)}
    return [{"email": email, "account": account} for email, account in wanted.items() if email not in others]
