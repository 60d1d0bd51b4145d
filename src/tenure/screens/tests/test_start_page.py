"""First steps: what a workspace without scores says to do."""

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.health import queries as health
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.views import actions as views
from tenure.views.contracts import Listed

pytestmark = pytest.mark.django_db


def test_an_empty_workspace_says_how_data_comes_in(ana_client: Client, acme: Workspace) -> None:
    page = ana_client.get("/w/acme/start/").content.decode()
    assert "tenure demo" in page
    assert "tenure import exports --map map.yaml --dry-run --workspace acme" in page
    assert "One step is left" not in page


def test_accounts_without_scores_need_one_step_more(ana_client: Client, acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        upsert_accounts([AccountUpsert(external_id="A", name="Northwind")])
    assert "One step is left" in ana_client.get("/w/acme/start/").content.decode()


@pytest.mark.parametrize(("role", "place"), [("manager", "team"), ("csm", "home"), ("viewer", "accounts")])
def test_the_address_of_a_workspace_leads_to_the_home_of_her_role(
    ben_client: Client, acme: Workspace, ben: Member, role: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "state", lambda: None)  # there are scores
    Member.every_workspace.filter(pk=ben.pk).update(role=role)
    answer = ben_client.get("/w/acme/")
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/{place}/")


def test_without_scores_it_leads_to_the_first_steps(ben_client: Client, acme: Workspace, ben: Member) -> None:
    Member.every_workspace.filter(pk=ben.pk).update(role="csm")
    assert ben_client.get("/w/acme/")["Location"] == "/w/acme/start/"


def test_who_has_a_view_as_home_begins_with_it(ana_client: Client, acme: Workspace, ana: Member) -> None:
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        view = views.save_view(name="Mine", entity="account", listed=Listed(), shared=False, by=by)
        views.set_home(view=view, home=True, by=by)
    assert ana_client.get("/w/acme/")["Location"] == "/w/acme/accounts/"
