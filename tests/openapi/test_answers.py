"""schemathesis sends what the description allows and what it forbids: no 5xx, no answer that is not described."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from tenure.customers import actions as customers
from tenure.customers.contracts import AccountUpsert
from tenure.ingest.facts import senders
from tenure.ingest.receiving.keys import KEYS
from tenure.ingest.receiving.limits import Buckets
from tenure.tenants import actions as tenants
from tenure.tenants.models import Workspace

EXAMPLES = 12
NAME = "Idempotency-Key"
_COUNT = count()
GOOD: dict[str, dict[str, object]] = {
    "subscriptions": {"started_on": "2025-01-01"},
    "invoices": {"issued_on": "2025-01-01", "amount_minor": 100},
    "tickets": {"opened_at": "2025-01-01T10:00:00Z"},
    "survey-answers": {"answered_at": "2025-01-01T10:00:00Z", "kind": "nps", "score": 7},
    "churn": {"lost_on": "2025-01-01"},
    "tasks": {"title": "Call about the renewal"},
}
type Check = Callable[[schemathesis.CheckContext, schemathesis.Response, schemathesis.Case[Any]], bool | None]
load_all_checks()
# A row that cannot be right is no refusal of the request: it is rejected in its own result, beside rows that stand.
# A key that was used for another request is refused, as described, though the request has the right form.
LEFT_OUT = cast("list[Check]", CHECKS.get_by_names(["negative_data_rejection", "positive_data_acceptance"]))

_config = SchemathesisConfig(
    projects=ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(deterministic=True, database="none")))
)
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application(), config=_config)


pytestmark = pytest.mark.any_database


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Django closes connections around each request; the test's transaction needs its own, as in Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(_one_connection: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> str:
    """A server key of a workspace with an account, without a limit of requests."""
    KEYS.forget()
    monkeypatch.setattr(senders, "BUCKETS", Buckets(1e6, 1e6))
    customers.upsert_accounts([AccountUpsert("a-1")])
    return tenants.make_key(name="Fuzz", kind="server", by=None).key


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_described_and_none_is_our_fault(case: schemathesis.Case[Any], key: str) -> None:
    number = next(_COUNT)
    if number % 6 == 0:
        case.body = _at_home(case.body, case.path.rsplit("/", 1)[-1])
    headers = cast("dict[str, str]", case.headers or {})
    if number % 5 and str(headers.get(NAME, "")).isalnum():
        headers[NAME] += str(number)  # else one name would be used for all requests, and refused for all but one
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, excluded_checks=LEFT_OUT)


def _at_home(body: Any, kind: str) -> Any:
    """Every other row with all that it needs, of an account that exists: else nearly all would be rejected early."""
    if not (isinstance(body, dict) and isinstance(body.get("rows"), list)):
        return body
    rows = [
        {**GOOD[kind], **row, "account": "a-1"} if at % 2 == 0 and isinstance(row, dict) else row
        for at, row in enumerate(body["rows"])
    ]
    return {**body, "rows": rows}
