"""What was taken back of the payments of invoices: refunds and disputes, by whatever way they name the invoice.

A charge names its invoice in older versions of the API; since 2025-03-31 (basil) an Invoice Payment says which payment
intent or charge paid for what ("Adds support for multiple partial payments on invoices", Stripe's changelog).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import states
from tenure.ingest.connectors.stripe.said import Charge, Dispute, Invoice, Payment


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What went back of an invoice's payments (Stripe's minor units), and how its newest dispute stands."""

    refunded: int = 0
    dispute: str = ""


def taken_back(connector: Connector, invoices: Iterable[Invoice]) -> Mapping[str, TakenBack]:
    """By invoice. Four queries and more for many, none for no invoices."""
    listed = list(invoices)
    found: dict[str, TakenBack] = {each.id: TakenBack() for each in listed}
    if not listed:
        return found
    charges = states.now(
        connector, Charge, states.ids(connector, "charge", parents={each.customer for each in listed} - {""})
    )
    payments = states.now(connector, Payment, states.ids(connector, "payment", parents=found)).values()
    disputes = states.now(connector, Dispute, states.ids(connector, "dispute", parents=charges)).values()
    of_charge: dict[str, list[Dispute]] = defaultdict(list)
    for one in disputes:
        of_charge[one.charge].append(one)
    for invoice_, paid in paid_by(listed, charges.values(), payments).items():
        every = sorted((d for charge in paid for d in of_charge[charge.id]), key=lambda d: (d.created, d.id))
        found[invoice_] = TakenBack(sum(charge.refunded for charge in paid), every[-1].status if every else "")
    return found


def paid_by(
    invoices: Iterable[Invoice], charges: Iterable[Charge], payments: Iterable[Payment]
) -> Mapping[str, list[Charge]]:
    """The charges that paid for each invoice."""
    owner: dict[str, str] = {}
    names: set[str] = set()
    for each in invoices:
        names.add(each.id)
        owner |= {name: each.id for name in (each.charge, each.intent) if name}
    for payment in payments:
        owner |= {name: payment.invoice for name in (payment.charge, payment.intent) if name}
    found: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        invoice = charge.invoice or owner.get(charge.id) or owner.get(charge.intent, "")
        if invoice in names:
            found[invoice].append(charge)
    return found


def concerned(connector: Connector, charges: Iterable[str], disputes: Iterable[str]) -> set[str]:
    """Invoices of the customers whose payments were given back or disputed."""
    disputed = states.parents(connector, "dispute", list(disputes))
    known = states.now(connector, Charge, {*charges, *disputed})
    owners = {each.customer for name, each in known.items() if each.refunded or name in disputed}
    return states.ids(connector, "invoice", parents=owners - {""})
