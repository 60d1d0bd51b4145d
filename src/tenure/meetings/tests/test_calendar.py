"""Invitations as two parsers read them, and daylight saving as calendars are told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.rrule import rrulestr
from icalendar import Calendar

from tenure.meetings.invitations import Attendee, Invitation, Method, calendar
from tenure.meetings.rules import occurrences
from tenure.meetings.zones import timezone

ANA = Attendee("Ana, “the boss”", "ana@acme.example")
BILL = Attendee("Bill", "bill@initech.example")
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 20, 10, tzinfo=BERLIN)


def _said(method: Method = "REQUEST", **more: object) -> str:
    given = {
        "uid": "u@tenure", "sequence": 3, "title": "Review; Q1, “all” – Größe", "starts_at": START,
        "ends_at": START + timedelta(hours=1), "zone": "Europe/Berlin", "organizer": ANA, "sent_by": "tenure@h.example",
        "attendees": (ANA, BILL), "location": "Room 1, upstairs", "text": "Two\nlines", "url": "https://h.example/m/1/",
    }  # fmt: skip
    made = Invitation(**{**given, **more})  # type: ignore[arg-type]
    return calendar(method, [made], stamped_at=datetime(2026, 3, 1, tzinfo=UTC))


def _event(text: str) -> Any:
    [event] = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_an_invitation_parses_strictly_in_icalendar() -> None:
    text = _said()
    assert {len(line.encode()) <= 75 for line in text.split("\r\n")} == {True}
    read: Any = Calendar.from_ical(text)
    [event] = read.walk("VEVENT")
    assert [each.errors for each in read.walk()] == [[]] * len(read.walk())
    assert (read["METHOD"], read["VERSION"], event["STATUS"]) == ("REQUEST", "2.0", "CONFIRMED")
    assert (event["UID"], event["SEQUENCE"], event["SUMMARY"]) == ("u@tenure", 3, "Review; Q1, “all” – Größe")
    assert (event["LOCATION"], event["DESCRIPTION"]) == ("Room 1, upstairs", "Two\nlines")
    assert (event.start, event.end) == (START, START + timedelta(hours=1))
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["ORGANIZER"] == "mailto:ana@acme.example"
    assert event["ORGANIZER"].params["SENT-BY"] == "mailto:tenure@h.example"
    assert [(str(each), each.params["PARTSTAT"], each.params["RSVP"]) for each in event["ATTENDEE"]] == [
        ("mailto:ana@acme.example", "ACCEPTED", "FALSE"), ("mailto:bill@initech.example", "NEEDS-ACTION", "TRUE"),
    ]  # fmt: skip
    assert [each["TZID"] for each in read.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_it_opens_in_another_parser_which_knows_the_zone_from_it_alone() -> None:
    text = _said().replace("Europe/Berlin", "Their zone")
    event = vobject.readOne(text).vevent
    assert (event.uid.value, event.sequence.value, event.summary.value) == (
        "u@tenure",
        "3",
        "Review; Q1, “all” – Größe",
    )
    assert event.dtstart.value.astimezone(UTC) == START.astimezone(UTC)
    summer = _said(starts_at=START + timedelta(days=20)).replace("Europe/Berlin", "Their summer")
    assert vobject.readOne(summer).vevent.dtstart.value.astimezone(UTC) == datetime(2026, 4, 9, 8, tzinfo=UTC)


def test_a_cancellation_keeps_the_uid_and_asks_for_no_answer() -> None:
    event = _event(_said("CANCEL", recurs_at=START))
    assert (event["UID"], event["STATUS"], event["RECURRENCE-ID"].dt) == ("u@tenure", "CANCELLED", START)
    assert [each.params.get("RSVP") for each in event["ATTENDEE"]] == [None, None]


def test_a_series_stays_at_its_time_when_clocks_change() -> None:
    ours = occurrences(datetime.fromisoformat("2026-03-20T10:00"), "Europe/Berlin", every_weeks=1, times=3)
    assert [each.hour for each in ours] == [9, 9, 8]
    event = _event(_said(every_weeks=1, times=3))
    theirs = rrulestr(event["RRULE"].to_ical().decode(), dtstart=START.replace(tzinfo=None))
    assert tuple(each.replace(tzinfo=BERLIN).astimezone(UTC) for each in theirs) == ours
    assert "RECURRENCE-ID" not in event


def test_a_time_that_the_clocks_leave_out_is_read_by_the_offset_before() -> None:
    assert occurrences(datetime.fromisoformat("2026-03-29T02:30"), "Europe/Berlin", every_weeks=0, times=1) == (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin"],
)
def test_what_calendars_are_told_of_a_zone_is_what_the_zone_does(zone: str) -> None:
    made = timezone(zone, 2026)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{made.to_ical().decode()}END:VCALENDAR\r\n"
    told = vobject.readOne(text.replace(f"TZID:{zone}", f"TZID:Told {zone}")).vtimezone.gettzinfo()
    known = ZoneInfo(zone)
    wrong = []
    for hour in range(24 * 365 * 2):
        wall = datetime.fromisoformat("2026-01-01") + timedelta(hours=hour)
        if known.utcoffset(wall) != told.utcoffset(wall) and known.utcoffset(wall) == known.utcoffset(
            wall.replace(fold=1)
        ):
            wrong.append(wall)
    assert wrong == []


def test_utc_needs_no_zone() -> None:
    text = _said(zone="UTC", starts_at=START.astimezone(UTC), ends_at=START.astimezone(UTC))
    assert "VTIMEZONE" not in text
    assert "DTSTART:20260320T090000Z" in text
