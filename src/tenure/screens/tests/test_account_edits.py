"""An account's name and owner, changed on its pages; nothing is written over what somebody else wrote meanwhile."""

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import assign_owner, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import Account
from tenure.customers.queries import owners_of_account
from tenure.health.tests.company import AS_OF
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(acme: Workspace) -> int:
    """An account, not scored."""
    acme.as_of = AS_OF
    acme.save()
    with tenancy.workspace(acme.pk):
        return upsert_accounts([AccountUpsert("A-1", name="Initech")]).ids["A-1"]


def called(acme: Workspace, account: int) -> str:
    with tenancy.workspace(acme.pk):
        return Account.objects.get(pk=account).name


def test_an_account_is_renamed_and_the_audit_trail_says_so(acme: Workspace, ana_client: Client, account: int) -> None:
    address = f"/w/acme/accounts/{account}/name/"
    assert 'name="began" value="Initech"' in ana_client.get(address).content.decode()
    answer = ana_client.post(address, {"name": "  Initech   Europe ", "began": "Initech"})
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/accounts/{account}/")
    assert called(acme, account) == "Initech Europe"
    with tenancy.workspace(acme.pk):
        entry = AuditEntry.objects.get(action="account.renamed")
    assert (entry.before, entry.after) == ({"name": "Initech"}, {"name": "Initech Europe"})


def test_a_name_that_somebody_else_wrote_meanwhile_stands_and_both_are_shown(
    acme: Workspace, ana_client: Client, account: int
) -> None:
    address = f"/w/acme/accounts/{account}/name/"
    ana_client.post(address, {"name": "Initech Europe", "began": "Initech"})
    answer = ana_client.post(address, {"name": "Initech <US>", "began": "Initech"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "<dd>Initech Europe</dd>" in shown
    assert "<dd>Initech &lt;US&gt;</dd>" in shown
    assert 'name="began" value="Initech Europe"' in shown
    assert called(acme, account) == "Initech Europe"
    # To write the same as the other one is no conflict, and changes nothing.
    assert ana_client.post(address, {"name": "Initech Europe", "began": "Initech"}).status_code == 302
    with tenancy.workspace(acme.pk):
        assert AuditEntry.objects.filter(action="account.renamed").count() == 1
    assert ana_client.post(address, {"name": "Initech US", "began": "Initech Europe"}).status_code == 302
    assert called(acme, account) == "Initech US"


@pytest.mark.parametrize("wrong", ["  ", "x" * 201])
def test_a_name_that_says_nothing_or_too_much_is_refused(
    acme: Workspace, ana_client: Client, account: int, wrong: str
) -> None:
    answer = ana_client.post(f"/w/acme/accounts/{account}/name/", {"name": wrong, "began": "Initech"})
    assert answer.status_code == 422
    assert "Expected a name of at most 200 characters" in answer.content.decode()
    assert called(acme, account) == "Initech"


def test_an_owner_whom_somebody_else_chose_meanwhile_stays(
    acme: Workspace, ana: Member, ben: Member, ana_client: Client, account: int
) -> None:
    address = f"/w/acme/accounts/{account}/owner/"
    with tenancy.workspace(acme.pk):
        assign_owner(account=account, member=ben.pk, by=members_by_id([ben.pk])[ben.pk], on=AS_OF)
    answer = ana_client.post(address, {"member": str(ana.pk), "began": ""})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "<dd>Ben</dd>" in shown
    assert "<dd>Ana</dd>" in shown
    with tenancy.workspace(acme.pk):
        assert [each.member for each in owners_of_account(account)] == [ben.pk]
    assert ana_client.post(address, {"member": str(ana.pk), "began": str(ben.pk)}).status_code == 302
    assert ana_client.post(address, {"member": "", "began": str(ana.pk)}).status_code == 302
    with tenancy.workspace(acme.pk):
        assert owners_of_account(account) == ()


def test_a_viewer_neither_renames_nor_sees_the_pencil(acme: Workspace, ben_client: Client, account: int) -> None:
    assert ben_client.post(f"/w/acme/accounts/{account}/name/", {"name": "Mine", "began": "Initech"}).status_code == 403
    assert "Edit the name" not in ben_client.get(f"/w/acme/accounts/{account}/").content.decode()
    assert called(acme, account) == "Initech"
