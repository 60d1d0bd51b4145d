"""Meetings as lists and pages show them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tenure.base import clock
from tenure.meetings.contracts import MeetingView, State
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.work.contracts import Kind

ICONS = {Kind.CALL: "phone", Kind.MEETING: "calendar"}
WITH = 3
"""So many names stand in a list; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A meeting in a list."""

    id: int
    href: str
    title: str
    kind: str
    icon: str
    account: str
    account_href: str
    day: str
    time: str
    people: str
    organizer: str
    location: str
    series: str
    over: bool
    notes_href: str = ""
    entry_href: str = ""


def row_of(request: TeamRequest, view: MeetingView) -> Row:
    """A row, in the workspace's time."""
    zone = ZoneInfo(request.workspace.timezone)
    # One that was held before its time took place then.
    begun = min(view.starts_at, view.held_at) if view.held_at else view.starts_at
    start, end = begun.astimezone(zone), (begun.astimezone(UTC) + timedelta(minutes=view.minutes)).astimezone(zone)
    others = [one.name for one in view.guests if not (one.is_member and one.id == request.member.id)]
    return Row(
        id=view.id,
        href=to(request, "workspace:meeting", meeting=view.id),
        title=view.title,
        kind=view.kind.label,
        icon=ICONS[view.kind],
        account=view.account,
        account_href=to(request, "workspace:account", account=view.account_id),
        day=day_of(start),
        time=f"{start:%H:%M}–{end:%H:%M}",
        people=", ".join(others[:WITH]) + (f" and {len(others) - WITH} more" if len(others) > WITH else ""),
        organizer=view.organizer,
        location=view.location,
        series=series_of(view),
        over=view.state is State.PLANNED and view.ends_at <= clock.now(),
        notes_href=to(request, "workspace:meeting-notes", meeting=view.id),
        entry_href=to(request, "workspace:account-entry", account=view.account_id, entry=view.entry_id)
        if view.entry_id
        else "",
    )


def day_of(moment: datetime) -> str:
    """`Today`, `Tomorrow`, `Tue 3 Mar`; with the year where it is another."""
    today = clock.now().astimezone(moment.tzinfo).date()
    days = (moment.date() - today).days
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    if days in near:
        return near[days]
    day = f"{moment:%a} {formats.short_day(moment)}"
    return day if moment.year == today.year else f"{day} {moment.year}"


def series_of(view: MeetingView) -> str:
    """`2 of 6`."""
    return f"{view.number} of {view.times}" if view.of_series else ""


def link_of(location: str) -> str:
    """The address where the place is one."""
    return location if location.startswith(("https://", "http://")) and " " not in location else ""


def every(days: int) -> str:
    """`every 14 days`."""
    return "every day" if days == 1 else f"every {days} days"
