"""What refunds, disputes and credit notes do to invoices, by the old and the new way to name what paid for one.

Sources: "The Charge object" (`amount_refunded`), "The Invoice Payment object", "Credit notes" (before and after the
payment), "The Dispute object".
"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tenure.base import clock
from tenure.base.money import Money
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import reading, rows
from tenure.ingest.connectors.stripe.said import Charge, Invoice, Payment
from tenure.ingest.connectors.stripe.settling import TakenBack, paid_by
from tenure.ingest.connectors.stripe.tests.stripes import Json, Stripe, at, send
from tenure.ingest.connectors.taking import take
from tenure.subscriptions.contracts import InvoiceRow

ISSUED = at("2025-09-01")


def invoice(name: str = "in_1", **more: Any) -> Json:
    return {"id": name, "object": "invoice", "customer": "cus_1", "status": "paid", "total": 30_000, "currency": "usd",
            "created": ISSUED, "due_date": at("2025-09-15"), "pre_payment_credit_notes_amount": 0,
            "post_payment_credit_notes_amount": 0,
            "status_transitions": {"finalized_at": ISSUED, "paid_at": at("2025-09-20"), "voided_at": None},
            **more}  # fmt: skip


def row(one: Json, taken: TakenBack | None = None) -> rows.Row:
    said = reading.read(one)
    assert isinstance(said, Invoice)
    found = rows.invoice(said, taken or TakenBack(), "acct-1", ZoneInfo("UTC"))
    assert found is not None
    return found


def test_a_charge_names_its_invoice_or_an_invoice_payment_does_or_their_intent() -> None:
    invoices = [Invoice(f"in_{n}", "cus_1", "paid", 1, "USD", 1) for n in range(1, 5)]
    invoices[1] = Invoice("in_2", "cus_1", "paid", 1, "USD", 1, intent="pi_2")
    invoices[3] = Invoice("in_4", "cus_1", "paid", 1, "USD", 1, charge="ch_4")
    charges = [
        Charge("ch_1", "cus_1", "USD", invoice="in_1"), Charge("ch_2", "cus_1", "USD", intent="pi_2"),
        Charge("ch_3a", "cus_1", "USD", intent="pi_3"), Charge("ch_3b", "cus_1", "USD"), Charge("ch_4", "cus_1", "USD"),
        Charge("ch_5", "cus_1", "USD"),
    ]  # fmt: skip
    payments = [Payment("inpay_1", "in_3", intent="pi_3"), Payment("inpay_2", "in_3", charge="ch_3b")]
    found = paid_by(invoices, charges, payments)
    assert {name: [charge.id for charge in paid] for name, paid in found.items()} == {
        "in_1": ["ch_1"], "in_2": ["ch_2"], "in_3": ["ch_3a", "ch_3b"], "in_4": ["ch_4"],
    }  # fmt: skip


@pytest.mark.parametrize("taken", [TakenBack(), TakenBack(30_000), TakenBack(0, "lost"), TakenBack(5_000, "won")])
def test_what_was_paid_stays_paid_whatever_is_taken_back(taken: TakenBack) -> None:
    found = row(invoice(), taken)
    assert (found["paid_on"], found["amount_minor"]) == ("2025-09-20", 30_000)
    assert (found["returned_minor"], found["dispute"]) == (taken.refunded or None, taken.dispute or None)


def test_a_credit_note_asks_for_less_before_the_payment_and_gives_back_after_it() -> None:
    assert row(invoice(pre_payment_credit_notes_amount=10_000))["amount_minor"] == 20_000
    after = row(invoice(post_payment_credit_notes_amount=8_000), TakenBack(5_000))
    assert (after["amount_minor"], after["returned_minor"]) == (30_000, 8_000)  # the refund is part of the note


def _told() -> list[Json]:
    """An invoice of 300 paid late, of which a part is given back twice; another whose payment is disputed and lost."""
    stripe = Stripe()
    stripe.create({"id": "cus_1", "object": "customer", "name": "Acme", "metadata": {}}, ISSUED - 9)
    for n in (1, 2):
        stripe.create(invoice(f"in_{n}"), at("2025-09-20"), "invoice.paid")
        charge = {"id": f"ch_{n}", "object": "charge", "customer": "cus_1", "currency": "usd", "amount": 30_000,
                  "amount_refunded": 0, "payment_intent": f"pi_{n}"}  # fmt: skip
        stripe.create(charge, at("2025-09-20"), "charge.succeeded")
        paid = {"id": f"inpay_{n}", "object": "invoice_payment", "invoice": f"in_{n}", "status": "paid",
                "payment": {"type": "payment_intent", "payment_intent": f"pi_{n}"}}  # fmt: skip
        stripe.create(paid, at("2025-09-20"), "invoice_payment.paid")
    stripe.update("ch_1", at("2025-09-22"), "charge.refunded", amount_refunded=5_000)
    stripe.update("ch_1", at("2025-09-25"), "charge.refunded", amount_refunded=7_500)
    dispute = {"id": "dp_1", "object": "dispute", "charge": "ch_2", "currency": "usd", "amount": 30_000,
               "created": at("2025-09-28"), "reason": "fraudulent", "status": "needs_response"}  # fmt: skip
    stripe.create(dispute, at("2025-09-28"), "charge.dispute.created")
    stripe.update("dp_1", at("2025-11-28"), "charge.dispute.closed", status="lost")
    return stripe.events


@pytest.mark.parametrize("step", [1, -1])
def test_the_page_tells_what_was_given_back_and_what_was_lost(step: int, connector: Connector) -> None:
    from tenure.customers.models import Account
    from tenure.events.queries import open_lake
    from tenure.subscriptions.account import account_money
    from tenure.subscriptions.jobs import derive

    now = datetime(2025, 12, 1, tzinfo=UTC)
    with clock.frozen(now):
        for event in _told()[::step]:
            assert send(connector, event)[0] == 200
            take(connector)
        derive(open_lake("acme"), as_of=now.date())
    shared = (
        date(2025, 9, 1), date(2025, 9, 15), date(2025, 9, 20), Money(30_000, "USD"),
    )  # fmt: skip
    assert account_money(Account.objects.get().pk).invoices == (
        InvoiceRow("in_1", *shared, Money(7_500, "USD"), ""),
        InvoiceRow("in_2", *shared, None, "lost"),
    )
