"""Lists and pages of an account follow what others change: 304 while all is the same, and what changed when it has."""

import json
import re

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import assign_owner, rename_account
from tenure.customers.queries import account_header
from tenure.health.belief import setting
from tenure.health.jobs import refresh
from tenure.health.tests.company import AS_OF, cycle, founded
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.views.actions import save_view, set_home
from tenure.views.contracts import Listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(acme: Workspace) -> int:
    with tenancy.workspace(acme.pk):
        found = founded(acme)["A-1"]
        cycle(acme)
    return found


def _seen(client: Client, address: str) -> dict[str, str]:
    """The header that the page's own part sends with its next question."""
    found = re.search(r'"If-None-Match": (".*?")}', client.get(address).content.decode())
    assert found is not None, address
    return {"If-None-Match": json.loads(found[1]), "HX-Request": "true"}


def test_a_page_is_made_again_only_when_it_would_be_another(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    here = "/w/acme/accounts/"
    pages = [
        f"{here}?scope=all", "/w/acme/people/?scope=all", "/w/acme/subscriptions/",
        f"{here}{account}/", f"{here}{account}/usage/", f"{here}{account}/money/",
    ]  # fmt: skip
    seen = {page: _seen(ana_client, page) for page in pages}
    for page in pages:
        answer = ana_client.get(page, headers=seen[page])
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", seen[page]["If-None-Match"])
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        rename_account(account=account, name="Initech Europe", began=account_header(account).account.name, by=by)
    assert [ana_client.get(page, headers=seen[page]).status_code for page in pages] == [200] * len(pages)
    assert "Initech Europe" in ana_client.get(pages[0], headers=seen[pages[0]]).content.decode()


def test_another_owner_and_another_day_of_scores_change_the_list(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    page = "/w/acme/accounts/?scope=all"
    seen = _seen(ana_client, page)
    assert ana_client.get(f"{page}&sort=name", headers=seen).status_code == 200
    with tenancy.workspace(acme.pk):
        assign_owner(account=account, member=ana.pk, by=members_by_id([ana.pk])[ana.pk], on=AS_OF)
    again = ana_client.get(page, headers=seen)
    assert again.status_code == 200
    seen = _seen(ana_client, page)
    with tenancy.workspace(acme.pk):
        refresh(setting(acme.slug), AS_OF, full=True)
    assert ana_client.get(page, headers=seen).status_code == 200


def test_a_list_that_is_open_stays_what_it_is_when_a_view_becomes_the_home(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    page = "/w/acme/accounts/"
    seen = {**_seen(ana_client, page), "If-None-Match": '"earlier"'}
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        view = save_view(entity="account", name="Big", listed=Listed(where="mrr > 1"), shared=False, by=by)
        set_home(view=view, home=True, by=by)
    assert ana_client.get(page).status_code == 302
    assert ana_client.get(page, headers=seen).status_code == 200
