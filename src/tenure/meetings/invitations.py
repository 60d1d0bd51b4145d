"""Invitations as calendars read them: iTIP (RFC 5546) in iCalendar (RFC 5545). Pure.

REQUEST invites and tells of changes, CANCEL calls off; both keep the UID and carry a SEQUENCE that only grows. Answers
of the invited (REPLY) go to the organizer's own mailbox and are not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from tenure.meetings.zones import timezone

type Method = Literal["REQUEST", "CANCEL"]
PRODUCT = "-//Tenure//Meetings//EN"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is asked to come."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as it is told. `starts_at` and `ends_at` are in its zone. `times` more than 1 tells of a whole series
    from its first, `recurs_at` names one of a series."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    organizer: Attendee
    sent_by: str
    attendees: tuple[Attendee, ...]
    location: str = ""
    text: str = ""
    url: str = ""
    recurs_at: datetime | None = None
    every_weeks: int = 0
    times: int = 1


def calendar(method: Method, invitations: Sequence[Invitation], *, stamped_at: datetime) -> str:
    """The object that is sent: all of one UID, in one zone."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    # Mail programs know a time of UTC without being told.
    for zone in dict.fromkeys(each.zone for each in invitations):
        if zone != "UTC":
            made.add_component(timezone(zone, min(each.starts_at.year for each in invitations)))
    for each in invitations:
        made.add_component(_event(method, each, stamped_at))
    written: bytes = made.to_ical()
    return written.decode()


def _event(method: Method, said: Invitation, stamped_at: datetime) -> Event:
    zone = UTC if said.zone == "UTC" else ZoneInfo(said.zone)
    made = Event()
    made.add("uid", said.uid)
    made.add("dtstamp", stamped_at.astimezone(UTC))
    made.add("sequence", said.sequence)
    made.add("dtstart", said.starts_at.astimezone(zone))
    made.add("dtend", said.ends_at.astimezone(zone))
    if said.recurs_at is not None and said.times == 1:
        made.add("recurrence-id", said.recurs_at.astimezone(zone))
    if said.times > 1:
        made.add("rrule", {"freq": "weekly", "interval": said.every_weeks, "count": said.times})
    made.add("summary", said.title)
    made.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    for name, value in (("location", said.location), ("description", said.text), ("url", said.url)):
        if value:
            made.add(name, value)
    organizer = _address(said.organizer)
    organizer.params["SENT-BY"] = f"mailto:{said.sent_by}"
    made.add("organizer", organizer)
    for each in said.attendees:
        made.add("attendee", _attendee(each, method, organizes=each.email == said.organizer.email))
    return made


def _attendee(who: Attendee, method: Method, *, organizes: bool) -> vCalAddress:
    made = _address(who)
    made.params["CUTYPE"] = "INDIVIDUAL"
    made.params["ROLE"] = "REQ-PARTICIPANT"
    made.params["PARTSTAT"] = "ACCEPTED" if organizes else "NEEDS-ACTION"
    if method == "REQUEST":
        made.params["RSVP"] = "FALSE" if organizes else "TRUE"
    return made


def _address(who: Attendee) -> vCalAddress:
    made = vCalAddress(f"mailto:{who.email}")
    made.params["CN"] = who.name or who.email
    return made
