"""Meetings are planned, moved, called off and held; those who are asked hear of it by mail, once, and in order."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tenure.base import mail
from tenure.base.models import Mail
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.meetings import actions, queries
from tenure.meetings.actions import EditConflict
from tenure.meetings.contracts import MeetingDraft, State
from tenure.meetings.models import Meeting
from tenure.meetings.tests.conftest import NOW
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.work import queries as work

DRAFT = MeetingDraft(
    title="Quarterly review", starts=datetime.fromisoformat("2026-03-20T10:00"), minutes=45, zone="Europe/Berlin",
    location="Room 1", message="See you", agenda="- why the score fell", people=("Bill",),
)  # fmt: skip


def _sent() -> list[tuple[str, str, str, int]]:
    """(to, method, uid of the first, sequence) of the mails since the last look, in order."""
    found = []
    for row in Mail.objects.order_by("id"):
        read: Any = Calendar.from_ical(row.calendar)
        event = read.walk("VEVENT")[0]
        assert Calendar.from_ical(_attached(row)) == read
        found.append((row.to, str(read["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])))
    Mail.objects.all().delete()
    return found


def _events(row: Mail) -> list[Any]:
    return list(Calendar.from_ical(row.calendar).walk("VEVENT"))


def _attached(row: Mail) -> bytes:
    return b64decode(row.attachments[0]["content"])


def _read(meeting: int) -> MeetingDraft:
    view = queries.meeting(meeting)
    return replace(DRAFT, starts=view.starts_at.replace(tzinfo=None), people=tuple(one.name for one in view.guests))


def test_a_meeting_invites_the_team_and_customers_only_where_that_is_asked(account: int, by: MemberView) -> None:
    meeting = actions.plan(account=account, draft=DRAFT, by=by)
    view = queries.meeting(meeting)
    assert (view.starts_at.astimezone(UTC), view.state) == (datetime(2026, 3, 20, 9, tzinfo=UTC), State.PLANNED)
    assert [(one.name, one.is_member, one.invited) for one in view.guests] == [
        ("Ana", True, True), ("Bill", False, False),
    ]  # fmt: skip
    told = Mail.objects.get()
    assert (told.to, told.subject) == (
        "ana@acme.example", "Invitation: Quarterly review, Fri 20 Mar 2026, 10:00–10:45 (Europe/Berlin)",
    )  # fmt: skip
    assert f"/w/acme/meetings/{meeting}/" in told.text
    assert "bill@" not in told.calendar.replace("\r\n ", "")
    assert "With Bill of Initech." in told.calendar.replace("\r\n ", "")
    assert _sent() == [("ana@acme.example", "REQUEST", view.uid, 0)]
    actions.change(meeting=meeting, draft=replace(_read(meeting), invites_people=True), revision=1, by=by)
    told = Mail.objects.get(to="bill@initech.example")
    assert (told.subject[:11], "/w/acme/" in told.text + told.calendar + told.html) == ("Invitation:", False)
    assert "why the score fell" not in "".join(row.text + row.html + row.calendar for row in Mail.objects.all())
    assert [row[:2] for row in _sent()] == [("ana@acme.example", "REQUEST"), ("bill@initech.example", "REQUEST")]
    actions.change(meeting=meeting, draft=_read(meeting), revision=2, by=by)
    assert [(to, method, n) for to, method, _, n in _sent()] == [
        ("bill@initech.example", "CANCEL", 2), ("ana@acme.example", "REQUEST", 2),
    ]  # fmt: skip


def test_a_change_and_the_end_keep_the_uid_and_raise_the_sequence(account: int, by: MemberView) -> None:
    draft = replace(DRAFT, invites_people=True)
    meeting = actions.plan(account=account, draft=draft, by=by)
    uid = queries.meeting(meeting).uid
    _sent()
    later = replace(draft, starts=datetime.fromisoformat("2026-03-21T09:00"), people=("Ana", "Bill"))
    assert actions.change(meeting=meeting, draft=later, revision=1, by=by) == 2
    assert _sent() == [("ana@acme.example", "REQUEST", uid, 1), ("bill@initech.example", "REQUEST", uid, 1)]
    without = replace(later, people=("Ana",))
    actions.change(meeting=meeting, draft=without, revision=2, by=by)
    assert _sent() == [("bill@initech.example", "CANCEL", uid, 2), ("ana@acme.example", "REQUEST", uid, 2)]
    actions.cancel(meeting=meeting, by=by)
    assert _sent() == [("ana@acme.example", "CANCEL", uid, 3)]
    assert queries.meeting(meeting).state is State.CANCELLED
    with pytest.raises(Conflict):
        actions.change(meeting=meeting, draft=without, revision=4, by=by)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "meeting.planned", "meeting.changed", "meeting.changed", "meeting.cancelled",
    ]  # fmt: skip


def test_an_agenda_is_the_teams_own_and_the_same_again_changes_nothing(account: int, by: MemberView) -> None:
    meeting = actions.plan(account=account, draft=DRAFT, by=by)
    _sent()
    draft = replace(_read(meeting), agenda="- something else")
    assert actions.change(meeting=meeting, draft=draft, revision=1, by=by) == 2
    assert actions.change(meeting=meeting, draft=draft, revision=2, by=by) == 2
    assert (_sent(), queries.meeting(meeting).sequence) == ([], 0)
    with pytest.raises(EditConflict):
        actions.change(meeting=meeting, draft=replace(draft, title="Mine"), revision=1, by=by)
    assert queries.meeting(meeting).title == "Quarterly review"


def test_a_series_is_one_invitation_and_each_of_it_may_move_and_end(account: int, by: MemberView) -> None:
    meeting = actions.plan(account=account, draft=replace(DRAFT, every_weeks=1, times=3), by=by)
    first, second, third = queries.planned()
    assert [each.starts_at.hour for each in (first, second, third)] == [10, 10, 10]
    assert [(each.uid, each.number) for each in (second, third)] == [(first.uid, 2), (first.uid, 3)]
    assert (first.id, queries.later_of_series(first)) == (meeting, 2)
    [told] = Mail.objects.all()
    assert "RRULE:FREQ=WEEKLY;COUNT=3;INTERVAL=1" in told.calendar
    assert "Repeats: every week, 3 times" in told.text
    assert all(one.invited for each in (first, second, third) for one in each.guests if one.is_member)
    _sent()
    moved = replace(_read(second.id), starts=datetime.fromisoformat("2026-03-27T15:00"))
    actions.change(meeting=second.id, draft=moved, revision=1, by=by)
    told = Mail.objects.get()
    [event] = _events(told)
    assert (event["RECURRENCE-ID"].dt, event.start.hour, event["SEQUENCE"]) == (second.starts_at, 15, 1)
    assert told.subject.startswith("Changed: ")
    _sent()
    assert actions.cancel(meeting=second.id, by=by, with_later=True) == 2
    [told] = Mail.objects.all()
    events = _events(told)
    assert [(each["RECURRENCE-ID"].dt, each["SEQUENCE"]) for each in events] == [
        (second.starts_at, 2), (third.starts_at, 1),
    ]  # fmt: skip
    assert [each.id for each in queries.planned()] == [meeting]


def test_what_was_held_stands_on_the_timeline_with_its_people(account: int, by: MemberView) -> None:
    meeting = actions.plan(account=account, draft=DRAFT, by=by)
    entry = actions.hold(meeting=meeting, notes="They will renew.", minutes=50, by=by)
    written = work.entry(entry)
    assert written is not None
    assert (written.kind, written.subject, written.body, written.minutes, written.happened_at) == (
        "meeting", "Quarterly review", "They will renew.", 50, NOW,
    )  # fmt: skip
    assert {one.name for one in written.people if one.took_part} == {"Ana", "Bill"}
    view = queries.meeting(meeting)
    assert (view.state, view.entry_id, queries.planned()) == (State.HELD, entry, [])
    assert [each.id for each in queries.held(member=by.id).rows] == [meeting]
    with pytest.raises(Conflict):
        actions.hold(meeting=meeting, notes="Again", by=by)


def test_what_cannot_be_understood_is_refused_and_nothing_is_written(account: int, by: MemberView) -> None:
    wrong = replace(
        DRAFT,
        title=" ",
        starts=datetime.fromisoformat("2026-03-02T09:00"),
        minutes=0,
        people=("Nobody",),
        every_weeks=0,
        times=1,
    )
    with pytest.raises(Invalid) as refused:
        actions.plan(account=account, draft=wrong, by=by)
    assert [each.where for each in refused.value.problems] == ["title", "minutes", "starts", "people"]
    with pytest.raises(Invalid) as refused:
        actions.plan(account=account, draft=replace(DRAFT, zone="Mars/Base", every_weeks=1, times=60), by=by)
    assert [each.where for each in refused.value.problems] == ["zone", "times"]
    with pytest.raises(NotFound):
        actions.plan(account=account + 99, draft=DRAFT, by=by)
    assert (Meeting.objects.count(), Mail.objects.count()) == (0, 0)


def test_whose_meetings_they_are_by_day_of_her_own_zone(
    account: int, by: MemberView, ben: Member, workspace: Workspace
) -> None:
    late = replace(DRAFT, starts=datetime.fromisoformat("2026-03-20T23:30"), zone="UTC", people=("Ben",))
    meeting = actions.plan(account=account, draft=late, by=by)
    day, next_day = late.starts.date(), late.starts.date() + timedelta(days=1)
    assert [each.id for each in queries.of_days(ben.pk, day, day, "UTC")] == [meeting]
    assert queries.of_days(ben.pk, day, day, "Europe/Berlin") == []
    assert [each.id for each in queries.of_days(ben.pk, next_day, next_day, "Europe/Berlin")] == [meeting]
    assert [each.id for each in queries.planned(member=ben.pk)] == [meeting]
    assert queries.next_of_accounts([account]) == {account: datetime(2026, 3, 20, 23, 30, tzinfo=UTC)}


def test_mails_of_a_meeting_are_sent_once(account: int, by: MemberView) -> None:
    meeting = actions.plan(account=account, draft=DRAFT, by=by)
    keys = list(Mail.objects.values_list("key", flat=True))
    assert keys == [f"meeting:{meeting}:0:invited:member:{by.id}"]
    mail.queue("x@y.example", "again", "", key=keys[0])
    assert Mail.objects.count() == 1


def test_guests_who_share_a_name_are_typed_by_address_and_who_left_the_team_is_sent_nothing(
    account: int, by: MemberView, ben: Member
) -> None:
    from tenure.customers.actions import link_people, upsert_people
    from tenure.customers.contracts import PersonLink, PersonUpsert

    other = upsert_people([PersonUpsert("p-2", name="Bill", email="other@initech.example")]).ids["p-2"]
    odd = upsert_people([PersonUpsert("p-3", name="Lund, Eva", email="eva@initech.example")]).ids["p-3"]
    link_people([PersonLink(other, account), PersonLink(odd, account)])
    asked = ("bill@initech.example", "eva@initech.example", "Ben")
    meeting = actions.plan(account=account, draft=replace(DRAFT, people=asked), by=by)
    names = queries.names_of_guests(queries.meeting(meeting))
    assert names == ("Ana", "Ben", "bill@initech.example", "eva@initech.example")
    _sent()
    Member.objects.filter(pk=ben.pk).update(deactivated_at=NOW)
    actions.change(meeting=meeting, draft=replace(DRAFT, title="Other", people=names), revision=1, by=by)
    assert [row[0] for row in _sent()] == ["ana@acme.example"]
    assert len(queries.meeting(meeting).guests) == 4
