"""A small company and a team that looks after it: Ana manages, Ben and Dora are CSMs."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.tenants.contracts import MemberView
    from tenure.tenants.models import Member, Workspace


def _view(member: "Member", role: str = "") -> "MemberView":
    from tenure.tenants.models import Member
    from tenure.tenants.queries import members_by_id

    if role:
        Member.objects.filter(pk=member.pk).update(role=role)
    return members_by_id([member.pk])[member.pk]


@pytest.fixture
def boss(ana: "Member", workspace: "Workspace") -> "MemberView":
    """Ana, who manages the team."""
    return _view(ana)


@pytest.fixture
def csm(ben: "Member", workspace: "Workspace") -> "MemberView":
    """Ben as a CSM."""
    return _view(ben, "csm")


@pytest.fixture
def dora(workspace: "Workspace") -> "MemberView":
    """Another CSM."""
    from tenure.tenants.models import Member, User

    user = User.objects.create_user(email="dora@acme.example", password="correct horse battery", name="Dora")
    return _view(Member.objects.create(user=user, role="csm"))


@pytest.fixture
def account(workspace: "Workspace") -> int:
    """Alpha, with nobody who owns it; there is Beta beside it."""
    from tenure.customers.actions import upsert_accounts
    from tenure.customers.contracts import AccountUpsert

    return upsert_accounts([AccountUpsert("a", name="Alpha"), AccountUpsert("b", name="Beta")]).ids["a"]


@pytest.fixture
def ids(workspace: "Workspace") -> dict[str, int]:
    """The twelve accounts of the small company, scored; ids by external id."""
    from tenure.health.tests.company import computed

    return computed(workspace)
