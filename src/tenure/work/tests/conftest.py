"""An account with two people, and a team to write about it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.tenants.contracts import MemberView
    from tenure.tenants.models import Member, Workspace


@pytest.fixture
def account(workspace: "Workspace") -> int:
    """Alpha, with Ada Lovelace and Bill."""
    from tenure.customers.actions import link_people, upsert_accounts, upsert_people
    from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert

    account = upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]
    people = upsert_people(
        [PersonUpsert("p", name="Ada Lovelace", email="ada@alpha.example"), PersonUpsert("q", name="Bill")]
    ).ids
    link_people([PersonLink(person, account) for person in people.values()])
    return account


def _view(member: "Member") -> "MemberView":
    from tenure.tenants.queries import members_by_id

    return members_by_id([member.pk])[member.pk]


@pytest.fixture
def author(ana: "Member") -> "MemberView":
    """Ana as actions take her: the owner of the workspace."""
    return _view(ana)


@pytest.fixture
def ben_as_support(ben: "Member") -> "MemberView":
    """Ben may write, but not change what others wrote."""
    from tenure.tenants.models import Member

    Member.objects.filter(pk=ben.pk).update(role="support")
    return _view(ben)
