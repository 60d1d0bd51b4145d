"""⌘K finds accounts of the own workspace, and nothing else."""

import re

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import merge_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.customers.queries import people_ids
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db


def _account(workspace: Workspace, name: str) -> None:
    with tenancy.workspace(workspace.pk):
        upsert_accounts([AccountUpsert(external_id=name.upper(), name=name)])


def test_accounts_are_found_by_a_part_of_their_name(ana_client: Client, acme: Workspace) -> None:
    for name in ("Northwind", "Southwind", "Quill"):
        _account(acme, name)
    page = ana_client.get("/w/acme/palette/?q=wind").content.decode()
    assert [line.strip().split("<span")[0].rsplit(">", 1)[1] for line in page.splitlines() if "</svg>" in line] == [
        "Northwind", "Southwind",
    ]  # fmt: skip
    assert ana_client.get("/w/acme/palette/?q=").content.decode().strip() == ""


def test_people_are_found_by_the_beginning_of_their_name_or_address(ana_client: Client, acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        people = [("1", "Ada Lindqvist", "al@one.example"), ("2", "Bo Ek", "ada@two.example"), ("3", "Madam Ada", "")]
        made = upsert_people([PersonUpsert(key, name=name, email=email) for key, name, email in people]).ids
        upsert_people([PersonUpsert("4", name="Ada Gone")])
        merge_people(absorbed=people_ids(["4"])["4"], into=made["1"], by=None)
    page = ana_client.get("/w/acme/palette/?q=aDa").content.decode()
    assert re.findall(r"/people/(\d+)/", page) == [str(made["1"]), str(made["2"])]
    assert "/people/" not in ana_client.get("/w/acme/palette/?q=lindqvist").content.decode()


def test_another_workspace_s_people_are_not_found(ana_client: Client, globex: Workspace) -> None:
    with tenancy.workspace(globex.pk):
        upsert_people([PersonUpsert("1", name="Secret Sam")])
    assert "Secret" not in ana_client.get("/w/acme/palette/?q=secret").content.decode()


def test_another_workspace_s_accounts_are_not_found(ana_client: Client, globex: Workspace, cy: Member) -> None:
    _account(globex, "Secretwind")
    assert "Secretwind" not in ana_client.get("/w/acme/palette/?q=wind").content.decode()
    assert ana_client.get("/w/globex/palette/?q=wind").status_code == 404
