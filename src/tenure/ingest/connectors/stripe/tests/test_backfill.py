"""The back-fill, against a small server that lists objects as Stripe's API does."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tenure.base import clock, tenancy
from tenure.events.queries import open_lake
from tenure.ingest.connectors import actions, backfill
from tenure.ingest.connectors.models import Connector
from tenure.ingest.connectors.stripe import client
from tenure.ingest.connectors.stripe.client import Client, StripeRefused
from tenure.ingest.connectors.stripe.tests.stripes import Json, Stripe, at, life, price, send, subscription
from tenure.ingest.connectors.stripe.tests.test_life import LEDGER, NOW, _ledger
from tenure.ingest.connectors.taking import take
from tenure.ingest.tests.importing import standing
from tenure.subscriptions.queries import ledger
from tenure.tenants import queries
from tenure.tenants.models import Member


class Api(ThreadingHTTPServer):
    """Lists by path, newest first; `busy` answers come before the next right one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lists: dict[str, list[Json]] = {}
        self.busy: list[int] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        asked, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        self.server.asked.append(asked.path.removeprefix("/v1/") + " " + query.get("starting_after", [""])[0])
        status = self.server.busy.pop(0) if self.server.busy else 200
        if self.headers["Authorization"] != "Bearer rk_test_good":
            status = 401
        rows = self.server.lists.get(asked.path.removeprefix("/v1/"), [])
        ids = [row["id"] for row in rows]
        begin = ids.index(query["starting_after"][0]) + 1 if "starting_after" in query else 0
        end = begin + int(query["limit"][0])
        body = json.dumps({"object": "list", "data": rows[begin:end], "has_more": end < len(rows)}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def api(settings: Any) -> Iterator[Api]:
    with Api() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.TENURE_STRIPE_URL = server.url
        yield server
        server.shutdown()


def _customers(n: int) -> list[Json]:
    return [{"id": f"cus_{i}", "object": "customer", "name": f"Company {i}", "metadata": {}} for i in range(n)]


def _fill(connector: Connector) -> None:
    connector.refresh_from_db()
    with Client("rk_test_good", backoff_s=0) as asking:
        backfill.run(connector, asking)


def test_pages_are_walked_and_a_busy_stripe_is_asked_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    api.lists["customers"], api.busy = _customers(5), [429, 500]
    with Client("rk_test_good", backoff_s=0) as asking:
        pages = list(asking.pages("customers"))
    assert [len(page.objects) for page in pages] == [2, 2, 1]
    assert api.asked == ["customers "] * 3 + ["customers cus_1", "customers cus_3"]


def test_a_refusal_says_what_to_do(api: Api) -> None:
    with (
        Client("rk_test_wrong", backoff_s=0) as asking,
        pytest.raises(StripeRefused, match="does not know the API key"),
    ):
        asking.page("customers")
    api.busy = [403]
    with Client("rk_test_good", backoff_s=0) as asking, pytest.raises(StripeRefused, match="may not read invoices"):
        asking.page("invoices")


def test_what_stripe_lists_is_the_history_and_a_second_time_nothing_new(connector: Connector, api: Api) -> None:
    start = at("2025-01-05")
    tiers = [{"up_to": None, "unit_amount": 500, "flat_amount": 0}]
    tiered = price("price_t", None, billing_scheme="tiered", tiers_mode="volume")
    charge = {"id": "ch_1", "object": "charge", "customer": "cus_0", "currency": "usd", "amount_refunded": 300}
    api.lists = {
        "customers": _customers(1),
        "prices": [{**tiered, "tiers": tiers}],
        "subscriptions": [subscription((tiered, 4), start=start, customer="cus_0")],
        "refunds": [
            {"id": "re_2", "object": "refund", "amount": 200, "created": at("2025-03-02"), "charge": charge},
            {"id": "re_x", "object": "refund", "amount": 9, "created": start, "charge": charge, "status": "failed"},
            {"id": "re_1", "object": "refund", "amount": 100, "created": at("2025-03-01"), "charge": charge},
        ],
        "disputes": [{"id": "dp_1", "object": "dispute", "amount": 300, "currency": "usd", "charge": charge,
                      "created": at("2025-03-05")}, {"object": "dispute", "id": "dp_x"}],
    }  # fmt: skip
    with clock.frozen(NOW):
        _fill(connector)
        assert _ledger() == [("2025-01", 2_000, 0, 0, 0, 2_000)]
        told = standing("e.name, e.day::varchar, e.known_day::varchar, e.value")
        assert [row for row in told if str(row[0]).startswith("payment")] == [
            ("payment_disputed", "2025-03-05", "2025-03-05", 3.0),
            ("payment_refunded", "2025-03-01", "2025-03-01", 1.0),
            ("payment_refunded", "2025-03-02", "2025-03-02", 2.0),
        ]
        connector.refresh_from_db()
        assert {k: n for k, n in connector.fill_counts.items() if n} == {
            "customers": 1, "prices": 1, "subscriptions": 1, "refunds": 3, "disputes": 1, "unread": 1,
        }  # fmt: skip
        before = standing("e.* exclude (received_at)")
        Connector.objects.update(fill_step="", fill_after="")
        with clock.frozen(datetime(2026, 1, 20, tzinfo=UTC)):
            _fill(connector)
    assert standing("e.* exclude (received_at)") == before


def test_webhooks_and_the_back_fill_come_to_one_ledger(connector: Connector, api: Api) -> None:
    last: dict[str, Json] = {}
    for event in life():
        last[event["data"]["object"]["id"]] = event["data"]["object"]
    api.lists = {
        "products": [last["prod_1"]], "customers": [last["cus_1"]], "subscriptions": [last["sub_1"]],
        "invoices": [last["in_1"]],
    }  # fmt: skip
    with clock.frozen(NOW):
        for event in life():
            send(connector, event)
        _fill(connector)
        take(connector)
        assert _ledger() == LEDGER


def test_a_discount_that_was_listed_is_known_when_a_webhook_only_names_it(connector: Connector, api: Api) -> None:
    coupon = {"id": "c", "object": "coupon", "percent_off": 25, "duration": "forever"}
    discount = {"id": "di_9", "object": "discount", "coupon": coupon, "start": at("2025-01-05"), "end": None}
    one = subscription((price(), 1), start=at("2025-01-05"), customer="cus_0", discounts=[discount])
    api.lists = {"customers": _customers(1), "subscriptions": [one]}
    with clock.frozen(NOW):
        _fill(connector)
        stripe = Stripe()
        stripe.create({**one, "discounts": ["di_9"]}, at("2026-01-01", "12:30:00"), "customer.subscription.updated")
        send(connector, stripe.events[0])
        take(connector)
        assert _ledger() == [("2025-01", 7_500, 0, 0, 0, 7_500)]


def test_the_api_tells_customers_discounts_their_products_and_their_end(connector: Connector, api: Api) -> None:
    coupon = {"id": "c", "object": "coupon", "percent_off": 50, "duration": "forever"}
    own = {"id": "di_1", "object": "discount", "coupon": coupon, "customer": "cus_0", "subscription": None,
           "start": at("2025-01-05"), "end": None}  # fmt: skip
    other = price("price_b", 20_000, product="prod_b")
    api.lists = {
        "coupons": [{**coupon, "applies_to": {"products": ["prod_b"]}}],
        "customers": [{**_customers(1)[0], "discount": own}],
        "subscriptions": [subscription((price(), 1), (other, 1), start=at("2025-01-05"), customer="cus_0")],
    }
    with clock.frozen(NOW):
        _fill(connector)
        assert _ledger() == [("2025-01", 20_000, 0, 0, 0, 20_000)]
    api.lists["customers"] = _customers(1)
    Connector.objects.update(fill_step="", fill_after="")
    with clock.frozen(datetime(2026, 1, 20, tzinfo=UTC)):
        _fill(connector)
        rows = ledger(open_lake("acme"), as_of=datetime(2026, 1, 20, tzinfo=UTC).date()).to_pylist()
    assert [(f"{row['month']:%Y-%m}", row["closing"]) for row in rows] == [("2025-01", 20_000), ("2026-01", 30_000)]


def test_the_events_that_stripe_still_knows_make_the_past(connector: Connector, api: Api) -> None:
    """Without them, a subscription's present terms would count from its start."""
    stripe = Stripe()
    stripe.create(subscription((price(), 1), start=at("2025-12-05"), customer="cus_0"), at("2025-12-05"))
    items = subscription((price(), 3), start=at("2025-12-05"))["items"]
    stripe.update("sub_1", at("2025-12-20"), items=items)
    stripe.update(
        "sub_1", at("2026-01-01", "09:00:00"), items=subscription((price(), 2), start=at("2025-12-05"))["items"]
    )
    api.lists = {"customers": _customers(1), "events": stripe.events[::-1], "subscriptions": [stripe.objects["sub_1"]]}
    with clock.frozen(NOW):
        _fill(connector)
        assert _ledger() == [("2025-12", 30_000, 0, 0, 0, 30_000), ("2026-01", 0, 0, -10_000, 0, 20_000)]


def test_it_goes_on_where_it_stopped(connector: Connector, api: Api, ana: Member) -> None:
    by = queries.members_by_id([ana.pk])[ana.pk]
    with pytest.raises(backfill.NoApiKey):
        backfill.start(connector=connector.pk, by=by)
    actions.change(connector=connector.pk, wanted=actions.Settings(api_key="rk_test_wrong"), edition=2, by=by)
    backfill.start(connector=connector.pk, by=by)
    with pytest.raises(backfill.FillRuns):
        backfill.start(connector=connector.pk, by=by)
    with tenancy.no_workspace():
        backfill.fill.func(connector.workspace_id, connector.pk)
    connector.refresh_from_db()
    assert (connector.fill_status, "does not know the API key" in connector.fill_problem) == ("failed", True)
    Connector.objects.update(fill_step="customers", fill_after="cus_0", fill_counts={"customers": 1})
    api.lists["customers"] = _customers(3)
    actions.change(connector=connector.pk, wanted=actions.Settings(api_key="rk_test_good"), edition=3, by=by)
    backfill.start(connector=connector.pk, by=by)
    with tenancy.no_workspace():
        backfill.fill.func(connector.workspace_id, connector.pk)
    connector.refresh_from_db()
    assert (connector.fill_status, connector.fill_counts["customers"]) == ("done", 3)
    assert api.asked[1:3] == ["customers cus_0", "events "]


def test_the_official_library_reads_what_the_local_stripe_tells() -> None:
    stripe = pytest.importorskip("stripe")
    local = Stripe()
    local.create(subscription((price(), 2), start=at("2025-01-05")), at("2025-01-05"))
    event = stripe.Event.construct_from(local.events[0], "key")
    assert event.data.object["items"].data[0].price.recurring.interval == "month"
    assert type(event.data.object).__name__ == "Subscription"
