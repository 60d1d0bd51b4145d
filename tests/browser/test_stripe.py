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
