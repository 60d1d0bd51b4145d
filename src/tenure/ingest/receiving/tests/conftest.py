from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.tenants.contracts import MadeKey
    from tenure.tenants.models import Workspace


@pytest.fixture(autouse=True)
def _fresh_keys() -> Iterator[None]:
    from tenure.ingest.receiving.keys import KEYS

    KEYS.forget()
    yield
    KEYS.forget()


@pytest.fixture
def server(workspace: "Workspace") -> "MadeKey":
    """A server key of `acme`."""
    from tenure.tenants import actions

    return actions.make_key(name="My Backend", kind="server", by=None)


@pytest.fixture
def browser(workspace: "Workspace") -> "MadeKey":
    """A browser key for two sites."""
    from tenure.tenants import actions

    return actions.make_key(name="Site", kind="browser", by=None, origins=["https://app.example", "https://*.acme.com"])
