"""Meetings of the day (of the week, in a weekly one), and who is due for a call."""

from zoneinfo import ZoneInfo

from tenure.digests.contracts import Line, Reader, Section
from tenure.digests.sections import MOST
from tenure.meetings import cadence, queries
from tenure.meetings.contracts import Due, MeetingView


def upcoming(reader: Reader) -> Section | None:
    """Her meetings from the day on."""
    found = queries.of_days(reader.member.id, reader.day, reader.until, reader.zone)
    lines = tuple(_meeting(reader, each) for each in found[:MOST])
    title = "Meetings today" if reader.until == reader.day else "Meetings this week"
    return Section(title, lines, len(found) - len(lines), "meetings/") if lines else None


def due_for_call(reader: Reader) -> Section | None:
    """Her accounts whose last call or meeting is too long ago."""
    found = cadence.due_for_call(reader.member.id, reader.as_of)
    lines = tuple(Line(each.account, f"accounts/{each.account_id}/", _late(each)) for each in found[:MOST])
    return Section("Due for a call", lines, len(found) - len(lines), "meetings/due/") if lines else None


def _meeting(reader: Reader, each: MeetingView) -> Line:
    start = each.starts_at.astimezone(ZoneInfo(reader.zone))
    day = "" if reader.until == reader.day else f"{start:%a %-d %b}, "
    note = ", ".join(part for part in (each.account, each.location) if part)
    return Line(f"{day}{start:%H:%M} {each.title}", f"meetings/{each.id}/", note)


def _late(each: Due) -> str:
    every = f"{each.tier}: every {each.every_days} days"
    if each.over is None:
        return f"never called ({every})"
    days = "1 day" if each.over == 1 else f"{each.over} days"
    return f"due today ({every})" if each.over == 0 else f"{days} late ({every})"
