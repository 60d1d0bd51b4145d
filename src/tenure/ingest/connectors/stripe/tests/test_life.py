"""A life cycle gives the same ledger in order, shuffled, doubled and in pieces."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tenure.base import clock
from tenure.events.queries import open_lake
from tenure.ingest.connectors.models import Connector, ConnectorEvent, ConnectorState
from tenure.ingest.connectors.stripe.meaning import waiting
from tenure.ingest.connectors.stripe.tests.stripes import life, send
from tenure.ingest.connectors.taking import take
from tenure.ingest.tests.importing import standing
from tenure.subscriptions.queries import ledger

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEDGER = [
    # Month, new, expansion, contraction, churn, closing, in cents.
    ("2025-01", 10_000, 0, 0, 0, 10_000),  # the trial ended
    ("2025-02", 0, 15_000, 0, 0, 25_000),  # upgrade
    ("2025-03", 0, 75_000, 0, 0, 100_000),  # four seats
    ("2025-04", 0, 0, -10_000, 0, 90_000),  # 10 % off for three months
    ("2025-05", 0, 0, -63_000, 0, 27_000),  # downgrade: 3 × 100 less 10 %
    ("2025-07", 0, 3_000, 0, 0, 30_000),  # the discount ran out, of which no event told
    ("2025-10", 0, 0, 0, -30_000, 0),
]


def _deliver(connector: Connector, events: list[dict[str, Any]], *, pieces: int = 1) -> None:
    size = -(-len(events) // pieces)
    for begin in range(0, len(events), size):
        for event in events[begin : begin + size]:
            assert send(connector, event)[0] == 200
        take(connector)


def _ledger() -> list[tuple[Any, ...]]:
    rows = ledger(open_lake("acme"), as_of=NOW.date()).to_pylist()
    return [
        (f"{row['month']:%Y-%m}", row["new"], row["expansion"], row["contraction"], row["churn"], row["closing"])
        for row in rows
    ]


@pytest.mark.parametrize("how", ["in order", "shuffled", "backwards, one by one"])
def test_a_life_gives_the_same_ledger_in_every_order(how: str, connector: Connector) -> None:
    events = life()
    with clock.frozen(NOW):
        match how:
            case "in order":
                _deliver(connector, events)
            case "shuffled":
                doubled = events + events
                random.Random(7).shuffle(doubled)
                _deliver(connector, doubled, pieces=4)
            case _:
                _deliver(connector, events[::-1], pieces=6)
        assert _ledger() == LEDGER
        assert standing("e.name, e.day") == [
            ("invoice_issued", date(2025, 9, 1)),
            ("invoice_paid", date(2025, 9, 2)),
            ("payment_disputed", date(2025, 9, 5)),
            ("payment_refunded", date(2025, 9, 3)),
            ("payment_refunded", date(2025, 9, 4)),
            *[
                ("subscription_changed", day)
                for day in (date(2025, 1, 19), date(2025, 2, 10), date(2025, 3, 10), date(2025, 4, 10),
                            date(2025, 5, 10), date(2025, 7, 10), date(2025, 8, 10), date(2025, 8, 20),
                            date(2025, 10, 5))
            ],
            ("subscription_ended", date(2025, 10, 5)),
            ("subscription_started", date(2025, 1, 5)),
        ]  # fmt: skip
        paid_back = standing("e.name, e.value")
        assert [row for row in paid_back if str(row[0]).startswith("payment")] == [
            ("payment_disputed", 300.0), ("payment_refunded", 50.0), ("payment_refunded", 250.0),
        ]  # fmt: skip
        assert set(ConnectorEvent.objects.values_list("outcome", flat=True)) == {"taken"}
        assert not any(bytes(event.body) for event in ConnectorEvent.objects.all())
        before = standing("e.* exclude (received_at)")
        ConnectorEvent.objects.all().delete()
        _deliver(connector, events)
        assert standing("e.* exclude (received_at)") == before


def test_what_comes_before_its_customer_waits_for_it(connector: Connector) -> None:
    events = life()
    with clock.frozen(NOW):
        _deliver(connector, [event for event in events if event["type"] != "customer.created"])
        assert standing() == []
        assert waiting(connector) == 1
        _deliver(connector, [event for event in events if event["type"] == "customer.created"])
        assert waiting(connector) == 0
        assert _ledger() == LEDGER


def test_an_event_that_cannot_be_read_is_shown_and_costs_no_other(connector: Connector) -> None:
    broken = {"id": "evt_x", "type": "customer.created", "created": 5, "data": {"object": {"object": "customer"}}}
    other = {"id": "evt_y", "type": "payout.paid", "created": 5, "data": {"object": {"object": "payout", "id": "po_1"}}}
    with clock.frozen(NOW):
        _deliver(connector, [broken, other, *life()])
        assert _ledger() == LEDGER
    row = ConnectorEvent.objects.get(external_id="evt_x")
    assert (row.outcome, row.problem) == (
        "refused", "The event cannot be read: this customer lacks something or has it in another form: 'id'.",
    )  # fmt: skip
    assert bytes(row.body)
    assert ConnectorEvent.objects.get(external_id="evt_y").outcome == "ignored"


def test_only_what_something_is_now_is_kept_where_its_past_says_nothing(connector: Connector) -> None:
    with clock.frozen(NOW):
        _deliver(connector, life())
    kept = ConnectorState.objects.filter(kind="invoice").values_list("external_id", "said")
    assert [(name, '"status":"paid"' in said) for name, said in kept] == [("in_1", True)]
