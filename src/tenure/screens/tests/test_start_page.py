"""First steps: what a workspace without scores says to do."""

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.models import Workspace

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


def test_the_address_of_a_workspace_leads_to_its_accounts(ana_client: Client, acme: Workspace) -> None:
    answer = ana_client.get("/w/acme/")
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/accounts/")
