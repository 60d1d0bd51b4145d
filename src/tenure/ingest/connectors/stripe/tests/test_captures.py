"""What a local Stripe of another make sent (an old version of the API, everything within one second) is understood.

The recordings are not part of the source tree (`TENURE_SHARED_DATA`).
"""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tenure.base import clock
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.stripe.tests.stripes import send
from tenure.ingest.connectors.taking import take
from tenure.ingest.tests.importing import standing

_SHARED = Path(os.environ.get("TENURE_SHARED_DATA") or Path(__file__).parents[7] / "shared" / "data")
CAPTURES = _SHARED / "captures"
pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded requests are not here (TENURE_SHARED_DATA)")


@pytest.mark.parametrize("step", [1, -1])
def test_the_recorded_life_is_an_account_a_paid_invoice_and_a_subscription_that_ended(
    step: int, connector: Connector
) -> None:
    from tenure.customers.models import Account, Person

    recorded = sorted((CAPTURES / "localstripe").glob("*.body.bin"))
    day = date(2026, 11, 21)
    with clock.frozen(datetime(2026, 11, 23, tzinfo=UTC)):
        for file in recorded[::step]:
            assert send(connector, file.read_bytes())[0] == 200
        take(connector)
    assert standing("e.name, e.day, json_extract_string(e.properties, '$.mrr_minor')") == [
        ("invoice_issued", day, None),
        ("invoice_paid", day, None),
        ("subscription_ended", day, "240000"),
        ("subscription_started", day, "240000"),
    ]
    assert list(Account.objects.values_list("external_id", flat=True)) == ["acct-1"]
    assert list(Person.objects.values_list("email", flat=True)) == ["billing@acme.example"]
    outcomes = ConnectorEvent.objects.filter(outcome="ignored").values_list("type", flat=True)
    assert list(outcomes) == ["payment_intent.succeeded"]


def test_the_recorded_vector_is_that_of_the_tests(connector: Connector) -> None:
    vector = json.loads((CAPTURES / "stripe-webhook" / "vector.json").read_text())
    body, header = vector["payload"].encode(), vector["Stripe-Signature"]
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        assert send(connector, body, header=header)[0] == 200
    with clock.frozen(datetime(2026, 11, 22, tzinfo=UTC)):
        assert send(connector, body, header=header)[0] == 400
