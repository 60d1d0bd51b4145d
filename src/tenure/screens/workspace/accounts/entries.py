"""What happened with an account, newest first: notes of the team and events of the log in one stream."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from markupsafe import Markup

from tenure.base import clock, cursors
from tenure.base.soon import soon
from tenure.customers import queries as customers
from tenure.events import queries as events
from tenure.events.contracts import RecordName, TimelineKey
from tenure.measures.queries import EvidenceRow
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts import wording
from tenure.screens.workspace.accounts.wording import Happening
from tenure.tenants import queries as tenants
from tenure.work import queries as work
from tenure.work.contracts import NoteView

KINDS = (("all", "Everything"), ("notes", "Notes"), ("record", "Business"), ("usage", "Product use"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    key: str
    icon: str
    tone: str
    title: Markup
    time: str
    body: Markup = field(default_factory=Markup)
    edit_href: str = ""
    edited: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of a day in the workspace's time zone."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """A page of the stream and the cursor of the next, if there is more."""

    days: tuple[Day, ...]
    next: str | None


def latest(request: TeamRequest, account: int, *, days: int, limit: int) -> Callable[[], Stream]:
    """The newest entries of these days that tell a story: notes and business facts, no single clicks. The lake is
    asked at once, while the caller does other things; what this returns waits for it."""
    since = request.as_of - timedelta(days=days)
    return _asked(request, account, kind="story", cursor=None, limit=limit, since=since)


def stream(request: TeamRequest, account: int, *, kind: str, cursor: str | None, limit: int = 50) -> Stream:
    """A page of the stream. `kind`: all, story (notes and business), notes, record, usage. Three queries at most."""
    return _asked(request, account, kind=kind, cursor=cursor, limit=limit, since=None)()


def _asked(
    request: TeamRequest, account: int, *, kind: str, cursor: str | None, limit: int, since: date | None
) -> Callable[[], Stream]:
    """With `since`, the events of that day and later; notes of any day."""
    before = _key(cursor) if cursor else _newest(request)
    rows = _events(request, account, kind=kind, before=before, since=since, limit=limit + 1)

    def answer() -> Stream:
        found: list[Entry] = []
        if kind in ("all", "story", "notes"):
            notes = work.notes(account, before=(before.at, before.message_id), limit=limit + 1)
            found += [_note(request, account, note) for note in notes]
        found += _told(request, rows())
        found.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
        shown, more = found[:limit], len(found) > limit
        end = cursors.encode([shown[-1].at.isoformat(), shown[-1].key]) if more else None
        return Stream(by_day(request, shown), end)

    return answer


def _key(cursor: str) -> TimelineKey:
    at, key = cursors.decode(cursor)
    return TimelineKey(datetime.fromisoformat(str(at)), str(key))


def _newest(request: TeamRequest) -> TimelineKey:
    """Where the stream begins: at the end of the page's day; on the workspace's own day with what was written last."""
    if request.as_of == tenants.as_of_day(request.workspace):
        return TimelineKey(clock.now() + timedelta(days=1))
    return _end_of(request.as_of, request.workspace.timezone)


def _end_of(day: date, zone: str) -> TimelineKey:
    """The end of the page's day: what came later was not known then."""
    return TimelineKey(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC))


def _note(request: TeamRequest, account: int, note: NoteView) -> Entry:
    mine = note.author_id == request.member.id
    return Entry(
        at=note.created_at,
        key=note.key,
        icon="message-square",
        tone="accent",
        title=Markup("<strong>{}</strong> wrote a note").format(note.author),
        time=_clock(request, note.created_at),
        body=Markup(note.html),  # noqa: S704 - cleaned by nh3 in the domain
        edit_href=to(request, "workspace:account-note", account=account, note=note.id) if mine else "",
        edited=f"edited {formats.moment(note.edited_at)}" if note.edited_at else "",
    )


def _events(
    request: TeamRequest, account: int, *, kind: str, before: TimelineKey, since: date | None, limit: int
) -> Callable[[], pa.Table]:
    """The rows of the log, asked for at once."""
    classes = {"all": None, "story": {"record"}, "record": {"record"}, "usage": {"usage"}, "notes": set[str]()}[kind]
    lake = events.open_lake(request.workspace.slug)
    members = customers.merged().accounts.members(account, request.as_of) or (account,)
    return soon(
        partial(
            events.timeline_of,
            lake, members, before=before, limit=limit, since=since, as_of=request.as_of, classes=classes,
        )
    )  # fmt: skip


def _told(request: TeamRequest, rows: pa.Table) -> list[Entry]:
    said = rows.to_pylist()
    names = _names({row["person"] for row in said if row["person"]})
    return [event_entry(request, row, names) for row in said]


def _names(people: set[int]) -> dict[int, str]:
    """What to call them: as the person that each was merged into, if any."""
    aliases = customers.merged().people
    known = customers.people_by_ids({aliases.holder(person) for person in people})
    found = {person: known.get(aliases.holder(person)) for person in people}
    return {key: row.name or row.email or row.external_id for key, row in found.items() if row}


def event_entry(request: TeamRequest, row: Mapping[str, Any], names: Mapping[int, str]) -> Entry:
    """A row of the log as an entry."""
    properties = json.loads(str(row["properties"])) if row["properties"] else {}
    happened = Happening(
        row["class"] == "record", str(row["name"]), row["at"], row["person"], row["count"], row["seconds"],
        row["value"], row["errors"], properties, str(row["message_id"]),
    )  # fmt: skip
    return _entry(request, happened, names)


def counted_entry(request: TeamRequest, row: EvidenceRow, names: Mapping[int, str]) -> Entry:
    """An event behind a measure as an entry."""
    happened = Happening(
        row.name in set(RecordName), row.name, row.at, row.person, row.count, row.seconds, row.value, row.errors,
        row.properties, row.message_id,
    )  # fmt: skip
    return _entry(request, happened, names)


def _entry(request: TeamRequest, row: Happening, names: Mapping[int, str]) -> Entry:
    said = wording.of(row, request.workspace.currency)
    who = names.get(row.person, "") if row.person else ""
    acted = bool(who and said.doing)
    title = Markup("<strong>{}</strong> {}").format(who, said.doing) if acted else Markup("{}").format(said.title)
    detail = " · ".join(part for part in (said.detail, "" if acted else who) if part)
    return Entry(
        at=row.at, key=row.key, icon=said.icon, tone=said.tone, title=title,
        time=_clock(request, row.at), body=Markup("{}").format(detail) if detail else Markup(""),
    )  # fmt: skip


def _clock(request: TeamRequest, at: datetime) -> str:
    """The time of day; nothing for midnight, which files without a time have."""
    local = at.astimezone(ZoneInfo(request.workspace.timezone))
    return "" if local.time() == time() else local.strftime("%H:%M")


def by_day(request: TeamRequest, entries: Sequence[Entry]) -> tuple[Day, ...]:
    """Entries, newest first, under the days they happened on."""
    zone = ZoneInfo(request.workspace.timezone)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.at.astimezone(zone).date(), []).append(entry)
    return tuple(Day(formats.day(day), tuple(of_day)) for day, of_day in by_day.items())
