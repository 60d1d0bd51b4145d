"""An account with a person, and a clock that stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from tenure.base import clock

if TYPE_CHECKING:
    from tenure.tenants.contracts import MemberView
    from tenure.tenants.models import Member, Workspace

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def account(workspace: "Workspace") -> int:
    """Initech, where Bill is."""
    from tenure.customers import actions as customers
    from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert

    made = customers.upsert_accounts([AccountUpsert("a-1", name="Initech", started_on=date(2025, 1, 1))]).ids["a-1"]
    bill = customers.upsert_people([PersonUpsert("p-1", name="Bill", email="bill@initech.example")]).ids["p-1"]
    customers.link_people([PersonLink(bill, made)])
    return made


@pytest.fixture
def by(workspace: "Workspace", ana: "Member") -> "MemberView":
    """Ana, who plans."""
    from tenure.tenants import queries as tenants

    return tenants.members_by_id([ana.pk])[ana.pk]
