"""Two accounts, and a team that works for them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.tenants.contracts import MemberView
    from tenure.tenants.models import Member, Workspace

MONDAY = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def account(workspace: "Workspace") -> int:
    """Alpha, with Ada; there is Beta beside it."""
    from tenure.customers.actions import link_people, upsert_accounts, upsert_people
    from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert

    account = upsert_accounts([AccountUpsert("a", name="Alpha"), AccountUpsert("b", name="Beta")]).ids["a"]
    person = upsert_people([PersonUpsert("p", name="Ada Lovelace", email="ada@alpha.example")]).ids["p"]
    link_people([PersonLink(person, account)])
    return account


@pytest.fixture
def ada(account: int) -> int:
    from tenure.customers.queries import people_ids

    return people_ids(["p"])["p"]


def _view(member: "Member", role: str = "") -> "MemberView":
    from tenure.tenants.models import Member
    from tenure.tenants.queries import members_by_id

    if role:
        Member.objects.filter(pk=member.pk).update(role=role)
    return members_by_id([member.pk])[member.pk]


@pytest.fixture
def owner(ana: "Member", workspace: "Workspace") -> "MemberView":
    """Ana, who may give tasks away that others have."""
    return _view(ana)


@pytest.fixture
def csm(ben: "Member", workspace: "Workspace") -> "MemberView":
    """Ben as a CSM: works, but does not manage the team."""
    return _view(ben, "csm")
