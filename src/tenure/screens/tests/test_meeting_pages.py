"""Meetings are planned, changed, called off and held on their pages, and stand where one looks for them."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import clock, tenancy
from tenure.base.models import Mail
from tenure.customers.actions import link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonLink, PersonUpsert
from tenure.meetings.models import Meeting
from tenure.tasks.models import Task
from tenure.tenants.models import Member, Workspace
from tenure.work.models import Entry

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GIVEN = {
    "kind": "meeting", "title": "Review", "starts": "2026-03-20T10:00", "minutes": "45", "zone": "Europe/Berlin",
    "people": "Bill", "location": "https://meet.example/1", "message": "", "agenda": "- **One**", "every_weeks": "0",
    "times": "6",
}  # fmt: skip


@pytest.fixture
def account(acme: Workspace, ana: Member) -> int:
    with tenancy.workspace(acme.pk):
        made = upsert_accounts([AccountUpsert("a-1", name="Initech", started_on=date(2025, 1, 1))]).ids["a-1"]
        bill = upsert_people([PersonUpsert("p-1", name="Bill", email="bill@initech.example")]).ids["p-1"]
        link_people([PersonLink(bill, made)])
    return made


def _post(client: Client, path: str, **given: str) -> tuple[int, str]:
    with clock.frozen(NOW):
        answer = client.post(f"/w/acme/{path}", given)
    return answer.status_code, answer.content.decode()


def _get(client: Client, path: str) -> str:
    with clock.frozen(NOW):
        answer = client.get(f"/w/acme/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def planned(account: int, ana_client: Client) -> Meeting:
    assert _post(ana_client, f"accounts/{account}/meetings/new/", **GIVEN)[0] == 302
    return Meeting.every_workspace.get()


def test_a_planned_meeting_stands_in_the_list_at_the_workspaces_time_and_at_its_own_on_its_page(
    planned: Meeting, ana_client: Client
) -> None:
    listed = _get(ana_client, "meetings/")
    assert ("Fri 20 Mar" in listed, "09:00–09:45" in listed, "Initech" in listed) == (True, True, True)
    page = _get(ana_client, f"meetings/{planned.pk}/")
    assert "Fri 20 Mar, 10:00–10:45" in page
    assert "Fri 20 Mar, 09:00 in UTC" in page
    assert '<a href="https://meet.example/1"' in page
    assert "<strong>One</strong>" in page
    assert "not invited by mail" in page
    file = ana_client.get(f"/w/acme/meetings/{planned.pk}/meeting.ics")
    assert (file["Content-Type"], b"BEGIN:VEVENT" in file.content) == ("text/calendar; charset=utf-8", True)


def test_what_is_wrong_is_said_at_its_control_and_what_was_typed_stays(account: int, ana_client: Client) -> None:
    wrong = {**GIVEN, "title": "", "starts": "soon", "minutes": "x", "people": "Zoe"}
    status, page = _post(ana_client, f"accounts/{account}/meetings/new/", **wrong)
    assert status == 422
    assert "Give day and time as" in page
    assert "Give whole minutes." in page
    wrong |= {"starts": "2026-03-20T10:00", "minutes": "45"}
    status, page = _post(ana_client, f"accounts/{account}/meetings/new/", **wrong)
    assert (status, "Nobody here is called Zoe." in page, 'value="Zoe"' in page) == (422, True, True)
    assert Meeting.every_workspace.count() == 0


def test_two_who_change_the_same_see_both(planned: Meeting, ana_client: Client) -> None:
    path = f"meetings/{planned.pk}/edit/"
    mine = {**GIVEN, "people": "Ana, Bill", "revision": "1"}
    assert _post(ana_client, path, **{**mine, "title": "Theirs"})[0] == 302
    status, page = _post(ana_client, path, **{**mine, "title": "Mine"})
    assert (status, "<dd>Theirs</dd>" in page, 'value="Mine"' in page) == (409, True, True)
    assert Meeting.every_workspace.get().title == "Theirs"
    assert 'name="revision" value="2"' in page
    assert _post(ana_client, path, **{**mine, "title": "Mine", "revision": "2"})[0] == 302


def test_notes_become_an_entry_and_their_lines_tasks(planned: Meeting, ana_client: Client) -> None:
    path = f"meetings/{planned.pk}/notes/"
    assert "- **One**" in _get(ana_client, path)
    assert _post(ana_client, path, body=" ", minutes="45")[0] == 422
    assert _post(ana_client, path, body="Fine", minutes="a lot")[0] == 422
    assert _post(ana_client, path, body="Fine\n- [ ] Send the offer\npromise: A workshop", minutes="50")[0] == 302
    assert list(Task.every_workspace.order_by("id").values_list("title", "kind")) == [
        ("Send the offer", "task"), ("A workshop", "promise"),
    ]  # fmt: skip
    assert list(Entry.every_workspace.values_list("kind", "minutes")) == [("meeting", 50)]
    held = _get(ana_client, "meetings/held/")
    assert ("Review" in held, "12:00–12:45" in held) == (True, True)
    assert "On the timeline" in _get(ana_client, f"meetings/{planned.pk}/")
    assert _post(ana_client, path, body="Again")[0] == 302
    assert Entry.every_workspace.count() == 1


def test_a_meeting_is_called_off_and_those_invited_hear_of_it(planned: Meeting, ana_client: Client) -> None:
    assert _post(ana_client, f"meetings/{planned.pk}/cancellations/")[0] == 302
    assert [row.subject.split(":")[0] for row in Mail.objects.order_by("id")] == ["Invitation", "Cancelled"]
    assert "Called off" in _get(ana_client, f"meetings/{planned.pk}/")
    assert "Nothing is planned" in _get(ana_client, "meetings/?whose=all")


def test_where_no_tier_has_a_cadence_the_list_of_calls_says_what_to_do(account: int, ana_client: Client) -> None:
    assert "No touch tier says how often" in _get(ana_client, "meetings/due/")
    assert "Initech" in _get(ana_client, "meetings/new/?q=init")


def test_a_list_costs_the_same_however_long_it_is(planned: Meeting, account: int, ana_client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _get(ana_client, "meetings/")
        return len(queries)

    one = asked()
    again = {**GIVEN, "every_weeks": "1", "times": "5"}
    assert _post(ana_client, f"accounts/{account}/meetings/new/", **again)[0] == 302
    assert asked() == one
    assert "5 of 5" in _get(ana_client, "meetings/")
