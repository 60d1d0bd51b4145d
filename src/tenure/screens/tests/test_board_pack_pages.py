"""Pages of board packs: having one made, reading it, when it goes out and to whom."""

import pytest
from django.test import Client

from tenure.base import jobs, tenancy
from tenure.packs import actions, queries
from tenure.packs.models import Pack, PackReader
from tenure.packs.tests import companies
from tenure.screens.tests.seen import words_of
from tenure.tenants import queries as tenants
from tenure.tenants.models import Member, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PACKS = "/w/acme/executive/pack/"


@pytest.fixture
def asks(workspace: Workspace, client: Client, ana: Member) -> Client:
    companies.found(workspace)
    client.force_login(ana.user)
    return client


def test_a_pack_is_asked_for_made_read_and_downloaded(asks: Client) -> None:
    assert "No pack yet" in words_of(asks.get(PACKS).content)
    page = asks.post(PACKS, {"month": "2026-03"}, follow=True)
    assert "Waiting for the worker" in words_of(page.content)
    here = page.request["PATH_INFO"]
    assert asks.get(here, headers={"HX-Request": "true"}).headers.get("HX-Refresh") is None
    jobs.work_off()
    assert asks.get(here, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    second = asks.get(f"{here}?page=2").content.decode()
    assert f'<img src="{here}pages/2.png" width="1684" height="1191" alt="Page 2: ' in second
    assert 'href="?page=1"' in second.replace(here, "")
    picture, file = asks.get(f"{here}pages/2.png"), asks.get(f"{here}pack.pdf")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert file["Content-Disposition"] == 'attachment; filename="acme-board-pack-2026-03.pdf"'
    assert (file["Cache-Control"], file.content[:5]) == ("private, max-age=31536000, immutable", b"%PDF-")
    assert [asks.get(f"{here}{rest}").status_code for rest in ("pages/99.png", "?page=99")] == [404, 422]
    assert "March 2026 Ready" in words_of(asks.get(PACKS).content)


def test_a_month_that_runs_and_one_that_is_none_are_refused(asks: Client) -> None:
    assert [asks.post(PACKS, {"month": month}).status_code for month in ("2026-04", "soon", "")] == [422, 422, 422]
    assert Pack.objects.count() == 0


def test_a_pack_that_failed_says_why_and_can_be_made_again(asks: Client, ana: Member) -> None:
    pack = actions.ask(month=companies.MARCH, by=tenants.members_by_id([ana.pk])[ana.pk])
    Pack.objects.update(problem="The figures are gone.")
    said = words_of(asks.get(f"{PACKS}{pack}/").content)
    assert "The pack was not made The figures are gone." in said
    assert "Make it again" in said
    assert asks.get(f"{PACKS}{pack}/pack.pdf").status_code == 409


def test_the_schedule_is_changed_once_at_a_time(asks: Client) -> None:
    page = f"{PACKS}schedule/"
    given = {"active": "1", "nth": "2", "kind": "working", "hour": "9", "revision": "0"}
    assert asks.post(page, given).status_code == 302
    late = asks.post(page, {**given, "nth": "5"})
    assert late.status_code == 409
    assert "Nothing was changed Somebody has changed the schedule" in words_of(late.content)
    assert "You wanted working day 5 from 09:00" in words_of(late.content)
    wrong = asks.post(page, {**given, "nth": "16", "revision": "1"})
    assert wrong.status_code == 422
    assert "Choose a day from 1 to 15" in words_of(wrong.content)
    assert (queries.plan().nth, queries.plan().hour, queries.plan().revision) == (2, 9, 1)
    assert "is made on" in words_of(asks.get(PACKS).content)


def test_readers_come_and_go(asks: Client, ben: Member) -> None:
    add = f"{PACKS}readers/"
    assert asks.post(add, {"member": str(ben.pk)}).status_code == 302
    assert asks.post(add, {"address": "board@fund.example"}).status_code == 302
    assert [asks.post(add, given).status_code for given in ({"address": "no"}, {"member": str(ben.pk)}, {})] == [
        422, 409, 422,
    ]  # fmt: skip
    said = words_of(asks.get(f"{PACKS}schedule/").content)
    assert "Outside board@fund.example" in said
    reader = PackReader.objects.get(address="board@fund.example")
    assert asks.post(f"{add}{reader.pk}/removals/").status_code == 302
    assert [each.member for each in queries.readers()] == [ben.pk]


def test_a_viewer_reads_and_is_shown_no_forms(asks: Client, ben: Member, ben_client: Client) -> None:
    for page in (PACKS, f"{PACKS}schedule/"):
        answer = ben_client.get(page)
        assert answer.status_code == 200
        assert "<form" not in answer.content.decode().split("<main", 1)[1]


def test_an_admin_is_told_that_only_an_owner_lets_packs_out(asks: Client, ben: Member, ben_client: Client) -> None:
    with tenancy.no_workspace():
        Member.every_workspace.filter(pk=ben.pk).update(role="admin")
    refused = ben_client.post(f"{PACKS}readers/", {"address": "board@fund.example"})
    assert refused.status_code == 403
    assert PackReader.objects.count() == 0
