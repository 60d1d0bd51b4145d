"""⌘K finds accounts of the own workspace, and nothing else."""

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
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


def test_another_workspace_s_accounts_are_not_found(ana_client: Client, globex: Workspace, cy: Member) -> None:
    _account(globex, "Secretwind")
    assert "Secretwind" not in ana_client.get("/w/acme/palette/?q=wind").content.decode()
    assert ana_client.get("/w/globex/palette/?q=wind").status_code == 404
