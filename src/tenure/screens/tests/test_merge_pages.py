"""Merging by hand: the other one is found, both are shown, one remains; and back again."""

from datetime import date

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert
from tenure.customers.models import Merge
from tenure.health.tests.company import AS_OF, computed
from tenure.tenants.models import Member, Workspace
from tenure.tenants.permissions import Role
from tenure.tenants.queries import members_by_id
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(acme: Workspace, ana: Member) -> dict[str, int]:
    """Twelve accounts with scores; two people in the third, one of them in the fourth as well."""
    with tenancy.workspace(acme.pk):
        made = computed(acme)
        people = upsert_people(
            [PersonUpsert("ada", name="Ada", email="a@x.example"), PersonUpsert("ada2", name="Ada L.")]
        ).ids
        link_people([PersonLink(people["ada"], made["A-3"]), PersonLink(people["ada2"], made["A-3"])])
        link_people([PersonLink(people["ada"], made["A-4"])])
        upsert_accounts([AccountUpsert("below", name="Branch", parent_external_id="A-4")])
        write_entry(account=made["A-4"], draft=EntryDraft(body="They moved."), by=members_by_id([ana.pk])[ana.pk])
    return {**made, **people}


def page(client: Client, path: str) -> str:
    answer = client.get(f"/w/acme/{path}", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def merged(client: Client, ids: dict[str, int], *, stays: str = "this") -> int:
    answer = client.post(f"/w/acme/accounts/{ids['A-3']}/merges/", {"other": ids["A-4"], "stays": stays})
    kept = ids["A-3"] if stays == "this" else ids["A-4"]
    assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/accounts/{kept}/merges/")
    return Merge.every_workspace.latest("id").pk


def test_the_other_is_searched_and_both_stand_side_by_side(ana_client: Client, ids: dict[str, int]) -> None:
    here = f"accounts/{ids['A-3']}/merges/"
    found = page(ana_client, f"{here}?q=account+4")
    assert f"other={ids['A-4']}" in found
    assert "Nothing found" in page(ana_client, f"{here}?q=account+3")
    assert "Nothing found" in page(ana_client, f"{here}?q=zzz")
    both = page(ana_client, f"{here}?other={ids['A-4']}")
    cells = [cell.split("</td>")[0] for cell in both.split('data-label="Will be">')[1:]]
    assert cells == ["Account 3", "A-3, A-4", "—", "Customer", "—", "2", "1", "1 day ago"]
    other = page(ana_client, f"{here}?other={ids['A-4']}&stays=other")
    assert other.split('data-label="Will be">')[1].startswith("Account 4")


def test_a_merged_account_leads_to_the_one_it_is_part_of(ana_client: Client, ids: dict[str, int]) -> None:
    merged(ana_client, ids)
    for tab in ("", "timeline/", "people/", "money/", "facts/", "owner/", "merges/"):
        answer = ana_client.get(f"/w/acme/accounts/{ids['A-4']}/{tab}")
        assert (answer.status_code, answer["Location"]) == (302, f"/w/acme/accounts/{ids['A-3']}/{tab}"), tab
    assert "A-3, A-4, A-5" in page(ana_client, f"accounts/{ids['A-3']}/merges/?other={ids['A-5']}")
    account = page(ana_client, f"accounts/{ids['A-3']}/")
    assert "with Account 4" in account
    assert "They moved." in page(ana_client, f"accounts/{ids['A-3']}/timeline/?kind=notes")
    assert page(ana_client, f"accounts/{ids['A-3']}/people/").count('data-label="Last seen"') == 2
    assert ana_client.post(f"/w/acme/accounts/{ids['A-4']}/owner/", {"member": ""}).status_code == 409


def test_on_days_before_the_merge_both_are_as_they_were(ana_client: Client, ids: dict[str, int]) -> None:
    merged(ana_client, ids)
    before = date.fromordinal(AS_OF.toordinal() - 1)
    answer = ana_client.get(f"/w/acme/accounts/{ids['A-4']}/?as_of={before}")
    assert answer.status_code == 200
    assert "Later merged into Account 3" in answer.content.decode()


def test_undone_both_have_their_pages(ana_client: Client, ids: dict[str, int]) -> None:
    merge = merged(ana_client, ids)
    assert f"/w/acme/merges/{merge}/undoings/" in page(ana_client, "settings/audit/")
    answer = ana_client.post(f"/w/acme/merges/{merge}/undoings/")
    assert answer["Location"] == f"/w/acme/accounts/{ids['A-4']}/"
    assert "Account 4 and Account 3 are two again" in page(ana_client, f"accounts/{ids['A-4']}/")
    assert "undoings" not in page(ana_client, "settings/audit/")
    again = ana_client.post(f"/w/acme/merges/{merge}/undoings/", follow=True)
    assert "This merge was undone before." in again.content.decode()


def test_what_is_refused_is_said_and_nothing_is_merged(ana_client: Client, ids: dict[str, int]) -> None:
    here = f"/w/acme/accounts/{ids['A-4']}/merges/"
    assert ana_client.post(here, {"other": ids["A-4"]}).status_code == 422
    assert ana_client.post(here, {"other": "x"}).status_code == 422
    assert ana_client.post(here).status_code == 422
    assert ana_client.post(here, {"other": "999999"}).status_code == 404
    assert Merge.every_workspace.count() == 0


def test_people_are_merged_from_their_row(ana_client: Client, ids: dict[str, int]) -> None:
    there = f"people/{ids['ada2']}/merges/?account={ids['A-3']}"
    assert f"/w/acme/{there}" in page(ana_client, f"accounts/{ids['A-3']}/people/")
    assert f"other={ids['ada']}" in page(ana_client, f"{there}&q=ada")
    both = page(ana_client, f"{there}&other={ids['ada']}&stays=other")
    cells = [cell.split("</td>")[0] for cell in both.split('data-label="Will be">')[1:]]
    assert cells == ["Ada", "ada, ada2", "a@x.example", "—", "Account 3, Account 4"]
    done = ana_client.post(f"/w/acme/{there}", {"other": ids["ada"], "stays": "other"})
    assert done["Location"] == f"/w/acme/people/{ids['ada']}/merges/"
    assert page(ana_client, f"accounts/{ids['A-3']}/people/").count('data-label="Last seen"') == 1
    assert "Ada L." in page(ana_client, f"people/{ids['ada2']}/merges/")


@pytest.mark.parametrize(("role", "status"), [(Role.CSM, 302), (Role.SUPPORT, 403), (Role.VIEWER, 403)])
def test_who_may_edit_accounts_may_merge(
    ben: Member, ben_client: Client, ids: dict[str, int], role: Role, status: int
) -> None:
    Member.every_workspace.filter(pk=ben.pk).update(role=role)
    answer = ben_client.post(f"/w/acme/accounts/{ids['A-3']}/merges/", {"other": ids["A-4"]})
    assert answer.status_code == status
    menu = ben_client.get(f"/w/acme/accounts/{ids['A-3']}/").content.decode()
    assert (f"accounts/{ids['A-3']}/merges/" in menu) is (status == 302)
