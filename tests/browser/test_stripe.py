"""Stripe, connected by an admin: the address is copied, the secret given, events come, and what is wrong is said."""

import json
import time
import urllib.error
import urllib.request

from playwright.sync_api import Page, expect

from tenure.ingest.connectors.stripe import signatures
from tests.browser import chromium
from tests.browser.served import Served, command

SECRET = "whsec_of_the_journey"


def _send(address: str, event: dict[str, object], *, secret: str = SECRET) -> int:
    body = json.dumps(event).encode()
    header = signatures.signed(body, secret=secret, at=int(time.time()))
    request = urllib.request.Request(address, body, {"Stripe-Signature": header, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _told(now: int) -> list[dict[str, object]]:
    """A customer who will pay less next month and is given something back, with a payment that the bank disputes."""
    day = 86_400

    def price(name: str, amount: int) -> dict[str, object]:
        return {"object": "price", "id": f"price_{name.lower()}", "nickname": name, "currency": "usd",
                "unit_amount": amount, "product": "prod_1", "billing_scheme": "per_unit",
                "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}  # fmt: skip

    def invoice(n: int, charge: str) -> dict[str, object]:
        issued = now - n * 30 * day
        return {"object": "invoice", "id": f"in_{n}", "customer": "cus_1", "status": "paid", "total": 250_000,
                "currency": "usd", "created": issued, "charge": charge,
                "status_transitions": {"finalized_at": issued, "paid_at": issued + 3 * day}}  # fmt: skip

    item = {"id": "si_1", "price": price("Professional", 50_000), "quantity": 5,
            "current_period_end": now + 20 * day}  # fmt: skip
    phase = {"start_date": now + 20 * day, "end_date": now + 385 * day, "discounts": [],
             "items": [{"price": "price_starter", "quantity": 3, "discounts": []}]}  # fmt: skip
    subscription = {"object": "subscription", "id": "sub_1", "customer": "cus_1", "status": "active", "discounts": [],
                    "start_date": now - 90 * day, "items": {"data": [item]}}  # fmt: skip
    ending = {**subscription, "id": "sub_2", "cancel_at_period_end": True,
              "items": {"data": [{**item, "price": price("Support", 9_900), "quantity": 1}]}}  # fmt: skip
    objects: list[dict[str, object]] = [
        {"object": "customer", "id": "cus_1", "name": "Harbour & Sons", "metadata": {}},
        price("Starter", 20_000), subscription, ending,
        {"object": "subscription_schedule", "id": "sub_sched_1", "subscription": "sub_1", "status": "active",
         "end_behavior": "release", "phases": [phase]},
        invoice(1, "ch_1"), invoice(2, "ch_2"), invoice(3, "ch_3"),
        {"object": "charge", "id": "ch_1", "customer": "cus_1", "currency": "usd", "amount_refunded": 40_000},
        {"object": "charge", "id": "ch_2", "customer": "cus_1", "currency": "usd", "amount_refunded": 0},
        {"object": "dispute", "id": "dp_1", "charge": "ch_2", "currency": "usd", "amount": 250_000,
         "created": now - day, "reason": "fraudulent", "status": "needs_response"},
    ]  # fmt: skip
    return [
        {"id": f"evt_p{n}", "type": f"{one['object']}.updated", "created": now - 3_600, "data": {"object": one}}
        for n, one in enumerate(objects)
    ]


def test_what_is_planned_in_stripe_and_what_was_given_back_stand_on_the_money_page(page: Page, served: Served) -> None:
    command(served.home, "init", "--workspace", "plans", "--email", served.email, "--json", accepted=(0, 1))
    page.goto(f"{served.url}/w/plans/connectors/")
    page.get_by_label("Name").fill("stripe")
    page.get_by_role("button", name="Make the webhook address").click()
    address = page.locator("pre", has_text="/v1/stripe/").inner_text().strip()
    page.get_by_label("Signing secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert {_send(address, event) for event in _told(int(time.time()))} == {200}
    command(served.home, "worker", "--once")

    page.goto(f"{served.url}/w/plans/accounts/")
    page.get_by_role("link", name="Harbour & Sons").first.click()
    page.get_by_role("link", name="Money", exact=True).click()
    coming = page.get_by_role("region", name="What is coming")
    expect(coming.get_by_role("row").filter(has_text="sub_1")).to_contain_text("Professional to Starter, 5 to 3 seats")
    expect(coming.get_by_role("row").filter(has_text="sub_1")).to_contain_text("−$1,900")
    expect(coming.get_by_role("row").filter(has_text="sub_2")).to_contain_text("Ends")
    held = page.get_by_role("region", name="Subscriptions")
    expect(held.get_by_role("row").filter(has_text="sub_2").get_by_text("ends", exact=True)).to_be_visible()
    bills = page.get_by_role("region", name="Invoices")
    expect(bills.get_by_role("row").filter(has_text="in_1")).to_contain_text("$400 given back")
    expect(bills.get_by_role("row").filter(has_text="in_2")).to_contain_text("disputed")
    assert chromium.violations(page) == []


def test_stripe_is_connected_speaks_and_is_let_go(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.other}/sources/")
    page.get_by_role("link", name="Connect Stripe").click()
    page.get_by_label("Name").fill("stripe-eu")
    page.get_by_role("button", name="Make the webhook address").click()
    expect(page.get_by_text("Needs a secret")).to_be_visible()
    assert chromium.violations(page) == []
    address = page.locator("pre", has_text="/v1/stripe/").inner_text().strip()

    page.get_by_label("Signing secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    event = {"id": "evt_1", "type": "product.updated", "created": 1_767_225_600,
             "data": {"object": {"object": "product", "id": "prod_j", "name": "Suite"}}}  # fmt: skip
    assert _send(address, event, secret="whsec_of_another") == 400
    expect(page.get_by_text("The signature does not match")).to_be_visible(timeout=15_000)
    assert [_send(address, event), _send(address, event)] == [200, 200]
    command(served.home, "worker", "--once")
    page.reload()
    expect(page.locator("#state")).to_contain_text("Connected")
    row = page.get_by_role("row").filter(has_text="product.updated")
    expect(row.get_by_role("cell")).to_contain_text(["product.updated", "1", "0", "0"])
    assert chromium.violations(page) == []

    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("Stripe is disconnected")).to_be_visible()
    assert _send(address, event) == 404
