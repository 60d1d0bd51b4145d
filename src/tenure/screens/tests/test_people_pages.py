"""The people of an account by seat, what stands out about them, and the page of one of them."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import link_people, say_role, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert, Seat
from tenure.customers.models import SaidRole
from tenure.customers.queries import memberships_table
from tenure.health.tests.company import AS_OF, arrive, record, use
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft, Kind
from tenure.work.models import SignalAnswer

pytestmark = pytest.mark.django_db
NAMES = {"ada": ("Ada Lindqvist", "champion"), "bo": ("Bo Ek", ""), "eva": ("Eva Stone", "decision maker")}


@pytest.fixture
def ids(acme: Workspace, ana: Member) -> dict[str, int]:
    """Account 5 with Ada (champion, last seen 40 days ago), Bo (a user, active on ten days) and Eva (decides, never
    seen). Ben is a viewer."""
    with tenancy.workspace(acme.pk):
        acme.as_of = AS_OF
        acme.save()
        account, _ = upsert_accounts([AccountUpsert("A-5", name="Account 5"), AccountUpsert("A-6")]).ids.values()
        made = upsert_people(
            [PersonUpsert(key, name=name, email=f"{key}@a5.example") for key, (name, _) in NAMES.items()]
        ).ids
        link_people([PersonLink(made[key], account, role=role) for key, (_, role) in NAMES.items()])
        rows = [_use(account, made["bo"], n) for n in range(1, 11)] + [_use(account, made["ada"], 40)]
        answered = record(account, AS_OF - timedelta(days=50), "survey_answered", id="S-1", kind="nps", max=10)
        arrive(acme.slug, [*rows, {**answered, "person": made["ada"], "value": 9.0}])
    return {**made, "account": account}


def _use(account: int, person: int, ago: int) -> dict[str, object]:
    day = AS_OF - timedelta(days=ago)
    return {**use(account, day), "person": person, "message_id": f"{person}-{day}"}


def _map(client: Client, ids: dict[str, int], **query: str) -> str:
    return client.get(f"/w/acme/accounts/{ids['account']}/people/", query).content.decode()


def _say(client: Client, ids: dict[str, int], who: str, role: str) -> int:
    url = f"/w/acme/accounts/{ids['account']}/roles/"
    return client.post(url, {"person": str(ids[who]), "role": role}).status_code


def _answer(client: Client, ids: dict[str, int], kind: str, cause: str, answer: str) -> str:
    url = f"/w/acme/accounts/{ids['account']}/signals/"
    return client.post(url, {"kind": kind, "cause": cause, "answer": answer}, follow=True).content.decode()


def _contact(acme: Workspace, ana: Member, ids: dict[str, int], text: str, **more: object) -> None:
    with tenancy.workspace(acme.pk):
        draft = EntryDraft(body=text, **{"kind": Kind.CALL, **more})  # type: ignore[arg-type]
        write_entry(account=ids["account"], draft=draft, by=members_by_id([ana.pk])[ana.pk])


def _next(url: str, page: str) -> str:
    """Where the next page is."""
    found = re.search(r'href="([^"]+)" rel="next"', page)
    assert found is not None
    return urljoin(url, unescape(found[1]))


def _seats(page: str) -> list[tuple[str, list[str]]]:
    """The groups of the map with the names in each."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return [
        (
            re.search(r'scope="rowgroup">([\w ]+?) <', each)[1],  # type: ignore[index]
            re.findall(r'scope="row"><a [^>]*>([^<]+)', each),
        )
        for each in bodies
    ]


def test_people_stand_by_seat_and_what_stands_out_is_told(ana_client: Client, ids: dict[str, int]) -> None:
    page = _map(ana_client, ids)
    assert _seats(page) == [("Champions", ["Ada Lindqvist"]), ("Decision makers", ["Eva Stone"]), ("Users", ["Bo Ek"])]
    assert re.findall(r'class="signal-why">([^<]+?) <', page) == [
        f"Ada Lindqvist was neither seen nor contacted for 40 days, since {_shown(AS_OF - timedelta(days=40))}.",
        "Ada Lindqvist is the only champion, of 3 people known.",
        "Only Bo Ek used the product in 28 days, on 10 days, of 3 people known.",
    ]


def _shown(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def test_a_role_is_said_taken_back_and_kept(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    assert _say(ana_client, ids, "ada", "detractor") == 302
    page = _map(ana_client, ids)
    assert _seats(page)[0] == ("Champions", [])
    assert "No champion is known: set one" in page
    assert ("Detractors", ["Ada Lindqvist"]) in _seats(page)
    assert _say(ana_client, ids, "ada", "") == 302
    assert _seats(_map(ana_client, ids))[0] == ("Champions", ["Ada Lindqvist"])
    with tenancy.workspace(acme.pk):
        (row,) = SaidRole.objects.all()
        assert (row.role, row.since, row.until) == ("detractor", AS_OF, AS_OF)
        assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
            "person.role_said", "person.role_taken_back",
        ]  # fmt: skip


def test_facts_of_people_have_the_role_that_a_member_says(ana: Member, ids: dict[str, int], acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        say_role(person=ids["bo"], account=ids["account"], role=Seat.DECISION_MAKER, by=by, on=AS_OF)
        roles = {row["person"]: row["role"] for row in memberships_table().to_pylist()}
    assert {key: roles[ids[key]] for key in NAMES} == {
        "ada": "champion", "bo": "decision maker", "eva": "decision maker",
    }  # fmt: skip


def test_who_is_not_at_the_account_and_what_is_no_role_is_refused(ana_client: Client, ids: dict[str, int]) -> None:
    url = f"/w/acme/accounts/{ids['account']}/roles/"
    answers = [
        ana_client.post(url, given).status_code
        for given in (
            {"person": "999999", "role": "champion"}, {"person": str(ids["ada"]), "role": "queen"}, {"role": "user"},
        )
    ]  # fmt: skip
    assert answers == [404, 422, 422]
    assert not SaidRole.every_workspace.exists()


def test_a_viewer_reads_the_map_and_says_nothing(ben_client: Client, ids: dict[str, int]) -> None:
    page = _map(ben_client, ids)
    assert 'name="role"' not in page
    assert 'name="answer"' not in page
    assert _say(ben_client, ids, "ada", "user") == 403
    assert ben_client.post(f"/w/acme/accounts/{ids['account']}/signals/").status_code == 403
    assert not SaidRole.every_workspace.exists()


def test_of_the_past_nothing_is_said(ana_client: Client, ids: dict[str, int]) -> None:
    past = (AS_OF - timedelta(days=9)).isoformat()
    assert 'name="role"' not in _map(ana_client, ids, as_of=past)
    url = f"/w/acme/accounts/{ids['account']}/roles/?as_of={past}"
    assert ana_client.post(url, {"person": str(ids["ada"]), "role": "user"}).status_code == 409


def test_a_dismissed_signal_comes_back_with_a_new_cause_only(
    ana_client: Client, ids: dict[str, int], acme: Workspace
) -> None:
    cause = f"person {ids['bo']}"
    page = _answer(ana_client, ids, "one_active", cause, "dismissed")
    assert "1 dismissed" in page
    assert "Dismissed by" in page
    with tenancy.workspace(acme.pk):
        arrive(acme.slug, [_use(ids["account"], ids["eva"], 3)])
    assert "Only Bo Ek" not in _map(ana_client, ids)
    say = _say(ana_client, ids, "bo", "left")
    page = _map(ana_client, ids)
    assert say == 302
    assert "Only Eva Stone used the product" in page
    assert "1 dismissed" not in page


def test_an_answer_is_taken_back_and_both_are_kept(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    cause = f"person {ids['bo']}"
    assert "Confirmed by" in _answer(ana_client, ids, "one_active", cause, "confirmed")
    assert "Confirmed by" not in _answer(ana_client, ids, "one_active", cause, "")
    with tenancy.workspace(acme.pk):
        (row,) = SignalAnswer.objects.all()
    assert (row.answer, row.taken_back_at is None, row.why[:9]) == ("confirmed", False, "Only Bo E")


def test_a_signal_that_stands_no_more_is_not_answered(ana_client: Client, ids: dict[str, int]) -> None:
    assert "stands no more" in _answer(ana_client, ids, "one_active", f"person {ids['ada']}", "confirmed")
    assert not SignalAnswer.every_workspace.exists()


def test_a_mail_that_came_back_says_she_left_and_confirming_it_ends_the_role(
    ana_client: Client, ids: dict[str, int], acme: Workspace, ana: Member
) -> None:
    _contact(acme, ana, ids, "@Ada Lindqvist is unknown there", kind=Kind.MAIL, reason="Bounced")
    page = _map(ana_client, ids)
    cause = re.search(rf'value="({ids["ada"]} [\d-]+)"', page)
    assert cause is not None
    assert "Champion has left" in page
    page = _answer(ana_client, ids, "champion_left", cause[1], "confirmed")
    assert ("Have left", ["Ada Lindqvist"]) in _seats(page)
    assert "Champion has left" not in page
    with tenancy.workspace(acme.pk):
        assert [row.role for row in SaidRole.objects.all()] == ["left"]


def test_contacts_that_name_them_are_counted_notes_are_not(
    ana_client: Client, ids: dict[str, int], acme: Workspace, ana: Member
) -> None:
    old = datetime(2024, 9, 1, 12, tzinfo=UTC)
    _contact(acme, ana, ids, "Spoke with @Eva Stone")
    _contact(acme, ana, ids, "Spoke with @Eva Stone", happened_at=old)
    _contact(acme, ana, ids, "About @Bo Ek", kind=Kind.NOTE)
    page = _map(ana_client, ids)
    figures = {
        name: re.findall(rf">{name}<.*?90 days\">(\d+)<.*?Last contact\">([^<]+)<", page, re.DOTALL)[0]
        for name in ("Eva Stone", "Bo Ek")
    }
    assert figures == {"Eva Stone": ("1", "Today"), "Bo Ek": ("0", "Never")}


def test_many_people_come_in_pages_by_seat(ana_client: Client, ids: dict[str, int], acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        made = upsert_people([PersonUpsert(f"u-{n:02}", name=f"User {n:02}") for n in range(60)]).ids
        link_people([PersonLink(person, ids["account"]) for person in made.values()])
    url = f"/w/acme/accounts/{ids['account']}/people/"
    first = ana_client.get(url).content.decode()
    second = ana_client.get(_next(url, first)).content.decode()
    shown = [name for page in (first, second) for _, names in _seats(page) for name in names]
    assert shown == ["Ada Lindqvist", "Eva Stone", "Bo Ek", *(f"User {n:02}" for n in range(60))]
    assert "What stands out" not in second


def test_an_account_without_people_says_how_they_come(ana_client: Client, ids: dict[str, int]) -> None:
    empty = ana_client.get(f"/w/acme/accounts/{ids['account'] + 1}/people/").content.decode()
    assert "Nobody known here" in empty


def test_a_person_s_page_says_what_is_known_of_her(
    ana_client: Client, ids: dict[str, int], acme: Workspace, ana: Member
) -> None:
    _contact(acme, ana, ids, "Asked @Bo Ek for a demo day", subject="Demo day")
    _say(ana_client, ids, "bo", "champion")
    _say(ana_client, ids, "bo", "sponsor")
    page = ana_client.get(f"/w/acme/people/{ids['bo']}/").content.decode()
    for said in ("Bo Ek", "report_made", "Demo day", "Account 5", "Sponsor", "Champion by the word of", "Health of"):
        assert said in page, said
    assert re.findall(r'class="stat-value">([^<]+)<', page) == [
        "Yesterday", "10", "10", _shown(AS_OF - timedelta(days=10)),
    ]  # fmt: skip
    ada = ana_client.get(f"/w/acme/people/{ids['ada']}/").content.decode()
    assert "NPS" in ada
    assert "No entry names them" in ada


def test_entries_that_name_her_come_in_pages(
    ana_client: Client, ids: dict[str, int], acme: Workspace, ana: Member
) -> None:
    for n in range(23):
        _contact(acme, ana, ids, f"Call {n:02} with @Bo Ek", happened_at=datetime(2024, 12, 1, 8, n, tzinfo=UTC))
    url = f"/w/acme/people/{ids['bo']}/"
    first = ana_client.get(url).content.decode()
    second = ana_client.get(_next(url, first)).content.decode()
    found = [re.findall(r"Call (\d\d) with", page) for page in (first, second)]
    assert found == [[f"{n:02}" for n in range(22, 2, -1)], ["02", "01", "00"]]


def test_a_person_of_another_workspace_is_not_there(ids: dict[str, int], cy_client: Client, cy: Member) -> None:
    assert cy_client.get(f"/w/acme/people/{ids['ada']}/").status_code == 404
    assert cy_client.get(f"/w/globex/people/{ids['ada']}/").status_code == 404
