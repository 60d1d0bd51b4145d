from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.tenants.models import Workspace


@pytest.fixture(autouse=True)
def _fresh_keys() -> Iterator[None]:
    from tenure.ingest.facts import senders
    from tenure.ingest.receiving.keys import KEYS
    from tenure.ingest.receiving.limits import Buckets

    KEYS.forget()
    senders.BUCKETS = Buckets(*senders.PER_KEY)
    yield
    KEYS.forget()


@pytest.fixture
def key(workspace: "Workspace") -> str:
    """A server key of `acme`, where the accounts `a-1` and `a-2` are."""
    from datetime import date

    from tenure.customers import actions as customers
    from tenure.customers.contracts import AccountUpsert
    from tenure.tenants import actions

    customers.upsert_accounts([AccountUpsert(name, started_on=date(2025, 1, 1)) for name in ("a-1", "a-2")])
    return actions.make_key(name="Billing", kind="server", by=None).key
