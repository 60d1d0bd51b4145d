"""Many accounts changed from the list: what is chosen, what the preview binds, what the page then says."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.changes.models import ChangeSet
from tenure.customers.actions import merge_accounts, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import OwnerAssignment
from tenure.health.tests.company import computed
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db
LIST, NEW, CHANGES = "/w/acme/accounts/", "/w/acme/accounts/changes/new/", "/w/acme/accounts/changes/"
THREE = "external_id in ('A-2', 'A-5', 'A-8')"


@pytest.fixture
def ids(acme: Workspace) -> dict[str, int]:
    with tenancy.workspace(acme.pk):
        return computed(acme)


def _form(page: str) -> dict[str, list[str]]:
    """What the confirming form sends."""
    form = page[page.index('<input type="hidden" name="csrf') :] if "csrf" in page else page
    part = form[
        form.rindex("<form", 0, form.index('name="mark"')) if "<form" in form[: form.index('name="mark"')] else 0 :
    ]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part):
        found.setdefault(name, []).append(value.replace("&#39;", "'").replace("&gt;", ">"))
    return found


def _page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.headers
    return answer.content.decode()


def _owned(member: Member) -> int:
    return OwnerAssignment.every_workspace.filter(member=member, until=None).count()


def test_selected_accounts_get_another_owner_and_it_is_undone(
    ana_client: Client, ana: Member, ids: dict[str, int]
) -> None:
    page = _page(ana_client, f"{NEW}?account={ids['A-1']}&account={ids['A-2']}&account=x&owner={ana.pk}")
    assert ("Change 2 accounts" in page, "Account 1" in page, "Stays" in page) == (True, True, False)
    done = ana_client.post(CHANGES, _form(page))
    assert (done.status_code, _owned(ana)) == (302, 2)
    page = _page(ana_client, done["Location"])
    assert ("Done" in page, "undoings" in page) == (True, True)
    ana_client.post(f"{done['Location']}undoings/")
    page = _page(ana_client, done["Location"])
    assert (_owned(ana), "Undone" in page, "undoings" in page) == (0, True, False)
    assert "2 accounts" in _page(ana_client, CHANGES)


def test_all_of_the_list_are_bound_to_the_number_that_was_shown(
    ana_client: Client, ana: Member, ids: dict[str, int], acme: Workspace
) -> None:
    page = _page(ana_client, f"{NEW}?all=1&scope=all&where={quote(THREE)}&owner={ana.pk}")
    assert "Change 3 accounts" in page
    form = _form(page)
    again = ana_client.post(CHANGES, {**form, "where": "external_id in ('A-2', 'A-5')"})
    said = again.content.decode()
    assert (again.status_code, "It was 3 accounts when you looked, and is 2 now" in said) == (409, True)
    assert (ChangeSet.every_workspace.count(), _owned(ana)) == (0, 0)
    assert ana_client.post(CHANGES, _form(said)).status_code == 302
    assert _owned(ana) == 2


def test_what_cannot_be_changed_is_kept_with_its_reason(
    ana_client: Client, ana: Member, ids: dict[str, int], acme: Workspace
) -> None:
    with tenancy.workspace(acme.pk):
        made = upsert_accounts([AccountUpsert("X-1", name="=1+1")]).ids["X-1"]
        merge_accounts(absorbed=made, into=ids["A-1"], by=members_by_id([ana.pk])[ana.pk])
    page = _page(ana_client, f"{NEW}?account={ids['A-1']}&account={made}&owner={ana.pk}")
    assert ("Change 1 account<" in page, "1 account: It was merged" in page) == (True, True)
    done = ana_client.post(CHANGES, _form(page))["Location"]
    assert "Not changed" in _page(ana_client, done)
    answer = ana_client.get(f"{done}refusals.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert list(csv.reader(io.StringIO(body)))[1] == [
        "X-1", "'=1+1", "It was merged into another account, which stands for it.",
    ]  # fmt: skip


def test_accounts_of_another_workspace_are_not_there(
    ana_client: Client, ana: Member, ids: dict[str, int], globex: Workspace
) -> None:
    with tenancy.workspace(globex.pk):
        foreign = upsert_accounts([AccountUpsert("Z-1", name="Secret")]).ids["Z-1"]
    page = _page(ana_client, f"{NEW}?account={foreign}&owner={ana.pk}")
    assert ("Secret" in page, "1 account: This account is not there" in page) == (False, True)
    assert "Nothing would change" in page


@pytest.mark.parametrize("asked", ["", "?all=1&where=nonsense+%3E+1", "?all=1&as_of=2024-12-01", "?account=1&owner=x"])
def test_what_is_asked_wrongly_changes_nothing(ana_client: Client, ids: dict[str, int], asked: str) -> None:
    page = _page(ana_client, f"{NEW}{asked}", 422 if asked else 200)
    assert 'name="mark"' not in page


def test_who_may_not_edit_has_no_boxes(ana_client: Client, ben_client: Client, ids: dict[str, int]) -> None:
    assert 'form="selection"' in _page(ana_client, LIST)
    assert 'form="selection"' not in _page(ana_client, f"{LIST}?as_of=2024-12-01")
    assert 'form="selection"' not in _page(ben_client, LIST)
    assert ben_client.post(CHANGES, {}).status_code == 403


def test_the_preview_of_all_costs_as_many_queries_as_that_of_one(
    ana_client: Client, ana: Member, ids: dict[str, int]
) -> None:
    counts = []
    for asked in (f"account={ids['A-1']}", "all=1&scope=all"):
        with CaptureQueriesContext(connection) as captured:
            _page(ana_client, f"{NEW}?{asked}&owner={ana.pk}")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
