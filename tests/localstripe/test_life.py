"""The same ledger from localstripe's webhooks as they come, mixed and doubled, and from its API.

localstripe is GPL software that runs as a process of its own. What it does not know stands at the top of `server.py`;
disputes, schedules, prices and customers' discounts are told in `ingest/connectors/stripe/tests` as Stripe's API
reference has them.
"""

import importlib.util
import io
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tenure.base import clock
from tenure.events.queries import open_lake
from tenure.ingest.connectors import actions, backfill, receiving
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.stripe.client import Client
from tenure.ingest.connectors.taking import take
from tenure.ingest.tests.importing import standing
from tenure.subscriptions.queries import ledger
from tenure.tenants import queries
from tenure.tenants.models import Member

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("localstripe") is None or importlib.util.find_spec("stripe") is None,
    reason="localstripe and stripe are not installed: they are development dependencies",
)

SECRET = "whsec_of_a_local_stripe"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEDGER = [
    # Month, new, expansion, contraction, churn, reactivation, closing, in cents.
    ("2025-01", 10_000, 0, 0, 0, 0, 10_000),  # the trial ended
    ("2025-02", 0, 15_000, 0, 0, 0, 25_000),  # upgrade
    ("2025-03", 0, 75_000, 0, 0, 0, 100_000),  # four seats
    ("2025-04", 0, 0, -10_000, 0, 0, 90_000),  # 10 % off for three months
    ("2025-05", 0, 0, -63_000, 0, 0, 27_000),  # downgrade: 3 × 100 less 10 %
    ("2025-07", 0, 3_000, 0, 0, 0, 30_000),  # the discount ran out
    ("2025-10", 0, 0, 0, -30_000, 0, 0),  # cancelled at the end of its period
    ("2025-12", 0, 0, 0, 0, 25_000, 25_000),  # back, on a new subscription
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook as it was sent."""

    at: int
    body: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A life that was lived, and where its Stripe still answers."""

    url: str
    sent: tuple[Sent, ...]


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """A life, and all its webhooks; its Stripe goes on running."""
    from tests.localstripe.life import live
    from tests.localstripe.running import running

    sent: list[Sent] = []

    def note(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body, signature = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), environ["HTTP_STRIPE_SIGNATURE"]
        sent.append(Sent(int(signature.split(",")[0].removeprefix("t=")), body, signature))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with running(note, path="/", secret=SECRET) as local:
        live(local)
        yield Recorded(local.url, tuple(sent))


@pytest.fixture
def connector(workspace: Any, ana: Member) -> Connector:
    by = queries.members_by_id([ana.pk])[ana.pk]
    made = actions.connect(source="stripe", by=by)
    wanted = actions.Settings(secret=SECRET, api_key="sk_test_local")
    actions.change(connector=made, wanted=wanted, edition=1, by=by)
    return Connector.objects.get(pk=made)


def _deliver(connector: Connector, sent: Iterable[Sent]) -> None:
    """What was sent, again, when it was sent."""
    for each in sent:
        told: list[str] = []

        def start(status: str, headers: object, told: list[str] = told) -> None:
            told.append(status)

        environ: dict[str, object] = {
            "REQUEST_METHOD": "POST", "PATH_INFO": receiving.path_of(connector.token),
            "CONTENT_LENGTH": str(len(each.body)), "wsgi.input": io.BytesIO(each.body),
            "HTTP_STRIPE_SIGNATURE": each.signature,
        }  # fmt: skip
        with clock.frozen(datetime.fromtimestamp(each.at, UTC)):
            list(receiving.application(environ, start))
        assert told == ["200 OK"]


def _take(connector: Connector) -> None:
    with clock.frozen(NOW):
        take(connector)


def _ledger() -> list[tuple[Any, ...]]:
    names = ("new", "expansion", "contraction", "churn", "reactivation", "closing")
    rows = ledger(open_lake("acme"), as_of=NOW.date()).to_pylist()
    return [(f"{row['month']:%Y-%m}", *(row[name] for name in names)) for row in rows]


def _money_back() -> list[Any]:
    return [row for row in standing("e.name, e.day::varchar, e.value") if str(row[0]).startswith("payment")]


def test_webhooks_reach_the_real_endpoint_over_http_and_make_the_ledger(connector: Connector) -> None:
    from tenure.config.wsgi import application
    from tests.localstripe.life import live
    from tests.localstripe.running import running

    def now(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Our clock goes with theirs."""
        at = int(environ["HTTP_STRIPE_SIGNATURE"].split(",")[0].removeprefix("t="))
        with clock.frozen(datetime.fromtimestamp(at, UTC)):
            return list(application(environ, start_response))

    with running(now, path=receiving.path_of(connector.token), secret=SECRET) as local:
        live(local)
    _take(connector)
    assert _ledger() == LEDGER
    assert _money_back() == [("payment_refunded", "2025-12-03", 50.0), ("payment_refunded", "2025-12-04", 25.0)]
    outcomes = ConnectorEvent.objects.exclude(outcome="taken").values_list("type", "outcome")
    assert list(outcomes) == [("payment_intent.succeeded", "ignored")]


@pytest.mark.any_database
@pytest.mark.parametrize("seed", [1, 2])
def test_mixed_and_doubled_they_make_the_same_ledger(connector: Connector, recorded: Recorded, seed: int) -> None:
    mixed = [*recorded.sent, *recorded.sent]
    random.Random(seed).shuffle(mixed)
    for begin in range(0, len(mixed), 14):
        _deliver(connector, mixed[begin : begin + 14])
        _take(connector)
    assert _ledger() == LEDGER
    assert len(_money_back()) == 2


def _fill(connector: Connector) -> None:
    connector.refresh_from_db()
    Connector.objects.update(fill_step="", fill_after="")
    with clock.frozen(NOW), Client("sk_test_local", backoff_s=0) as asking:
        backfill.run(connector, asking)


@pytest.mark.any_database
def test_the_api_alone_makes_the_same_ledger_and_what_comes_twice_doubles_nothing(
    connector: Connector, recorded: Recorded, settings: Any
) -> None:
    settings.TENURE_STRIPE_URL = recorded.url
    _fill(connector)
    assert _ledger() == LEDGER
    assert _money_back() == [("payment_refunded", "2025-12-03", 50.0), ("payment_refunded", "2025-12-04", 25.0)]
    before = standing("e.* exclude (received_at)")
    _deliver(connector, recorded.sent)
    _take(connector)
    _fill(connector)
    assert standing("e.* exclude (received_at)") == before
