"""Layouts: what an account shows to whom, the pages that change them, and that what is hidden still opens."""

import re

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.screens.workspace.accounts.head import TABS
from tenure.screens.workspace.settings.layouts import SECTION_LABELS
from tenure.tenants.models import Member, Workspace
from tenure.tenants.permissions import Role
from tenure.views import contracts

pytestmark = pytest.mark.django_db
LAYOUTS = "/w/acme/settings/layouts/"
SENT = {
    "name": "Support first", "role": "support", "segment": "", "order": "3", "seen": "0",
    "tab": ["support", "overview", "timeline"], "part": ["latest", "pulse"],
}  # fmt: skip


@pytest.fixture
def account(acme: Workspace) -> int:
    with tenancy.workspace(acme.pk):
        return upsert_accounts([AccountUpsert("A-1", name="Alpha")]).ids["A-1"]


def _tabs(client: Client, account: int, tab: str = "") -> list[str]:
    page = client.get(f"/w/acme/accounts/{account}/{tab}").content.decode()
    strip = page[page.index('aria-label="Account"') :]
    return re.findall(r'<a class="tab"[^>]*>([A-Z][a-z]+)', strip[: strip.index("</nav>")])


def test_pages_and_documents_know_the_same_tabs_and_sections() -> None:
    assert tuple(key for key, _, _ in TABS) == contracts.TABS
    assert tuple(SECTION_LABELS) == contracts.SECTIONS


def test_a_role_has_its_layout_and_what_it_hides_still_opens(
    acme: Workspace, account: int, ana: Member, ana_client: Client, ben: Member, ben_client: Client
) -> None:
    usual = _tabs(ben_client, account)
    Member.every_workspace.filter(pk=ben.pk).update(role=Role.SUPPORT)
    assert ana_client.post(f"{LAYOUTS}new/", SENT)["Location"] == LAYOUTS
    assert _tabs(ben_client, account) == ["Support", "Overview", "Timeline"]
    assert _tabs(ben_client, account, "money/") == ["Support", "Overview", "Timeline", "Money"]
    page = ben_client.get(f"/w/acme/accounts/{account}/").content.decode()
    assert page.index('id="latest"') < page.index('id="pulse"')
    assert "Before you talk" not in page
    assert _tabs(ana_client, account) == usual
    assert "Before you talk" in ana_client.get(f"/w/acme/accounts/{account}/").content.decode()


def test_a_preview_says_which_layout_holds_and_keeps_nothing(account: int, ana_client: Client) -> None:
    ask = {**SENT, "do": "preview", "account": "alph", "as_role": "support"}
    page = ana_client.post(f"{LAYOUTS}new/", ask).content.decode()
    assert "This layout holds (Support)." in page
    shown = page[page.index("layout-preview") :]
    assert re.findall(r'<li class="tab">(\w+)', shown) == ["Support", "Overview", "Timeline"]
    assert "No layout fits" in ana_client.post(f"{LAYOUTS}new/", {**ask, "as_role": "csm"}).content.decode()
    assert "No account goes by" in ana_client.post(f"{LAYOUTS}new/", {**ask, "account": "x"}).content.decode()
    assert "is for a segment, for a role" in ana_client.post(f"{LAYOUTS}new/", {**ask, "role": ""}).content.decode()
    assert "Everybody sees everything" in ana_client.get(LAYOUTS).content.decode()


def test_two_who_change_it_see_both_and_versions_come_back(ana_client: Client, acme: Workspace, ana: Member) -> None:
    ana_client.post(f"{LAYOUTS}new/", SENT)
    one = f"{LAYOUTS}support-first/"
    assert ana_client.post(one, {**SENT, "seen": "1", "tab": ["overview"]}).status_code == 302
    late = ana_client.post(one, {**SENT, "seen": "1", "tab": ["overview", "people"]})
    assert late.status_code == 409
    assert "Two changed it at once" in late.content.decode()
    assert 'name="seen" value="2"' in late.content.decode()
    assert ana_client.post(f"{one}rollbacks/", {"version": "1"}).status_code == 302
    page = ana_client.get(one).content.decode()
    assert 'name="seen" value="3"' in page
    assert page.index('value="support" checked') < page.index('value="overview" checked')
    again = ana_client.post(f"{LAYOUTS}new/", SENT)
    assert (again.status_code, "published as version 3" in again.content.decode()) == (409, True)
    assert ana_client.post(f"{one}archivals/").status_code == 302
    assert ana_client.get(one).status_code == 404


def test_what_is_wrong_with_it_is_said_and_a_viewer_only_reads(
    ana_client: Client, ben: Member, ben_client: Client
) -> None:
    wrong = ana_client.post(f"{LAYOUTS}new/", {**SENT, "tab": ["support"], "segment": "nowhere"})
    assert wrong.status_code == 422
    assert "overview" in wrong.content.decode()
    assert ben_client.get(LAYOUTS).status_code == 200
    assert ben_client.post(f"{LAYOUTS}new/", SENT).status_code == 403
