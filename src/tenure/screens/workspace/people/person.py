"""A person's page: who she is, where, what she does, what was said of and with her."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tenure.base import cursors
from tenure.base.soon import soon
from tenure.customers import queries as customers
from tenure.customers.contracts import Belonging, PersonFile, SaidSeat, TraitValue
from tenure.events import queries as events
from tenure.events.contracts import PersonDays, RecordName
from tenure.health import queries as health
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts import logged, moves
from tenure.screens.workspace.accounts.items import Day, Item, by_day
from tenure.screens.workspace.accounts.wording import day_or_text
from tenure.screens.workspace.entries.cards import item_of
from tenure.screens.workspace.people import used
from tenure.screens.workspace.tasks.noted import with_tasks
from tenure.screens.workspace.traits import fields
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission
from tenure.traits import rules
from tenure.work import people
from tenure.work import queries as work

ENTRIES, RECORDS = 20, 20
YEAR = timedelta(days=365)
STORIES = 3
"""The health of so many of her accounts at most is told."""
TOLD = (
    RecordName.SURVEY_ANSWERED, RecordName.TICKET_OPENED, RecordName.TICKET_CLOSED, RecordName.TICKET_ESCALATED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An account of hers, finished; `history` are words of members, newest first."""

    name: str
    href: str
    seat: str
    said: str
    source: str
    since: str
    history: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """How the health of an account moved in a year, newest first, a line a move."""

    account: str
    href: str
    days: tuple[Day, ...]


@page(Permission.VIEW)
@require_GET
def person(request: TeamRequest, person: int) -> HttpResponse:
    """The page; `?cursor=` goes on in the entries that name her."""
    file = customers.person_file(person, request.as_of)
    use = used.asked(request, file)
    records, stories = _records(request, file), _stories(request, file)
    after = request.GET.get("cursor")
    entries, more = _entries(request, file, after)
    inside, said = _segments(request, file)
    names, others, days = use()
    context = {
        "active": "accounts",
        "who": file.person,
        "name": file.person.name or file.person.email or file.person.external_id,
        "survivor": to(request, "workspace:person", person=file.survivor) if file.survivor else "",
        "homes": [_place(request, each) for each in file.accounts],
        "stats": _stats(request, file, days),
        "names": names,
        "others": others,
        "weeks": used.WEEKS,
        "records": records(),
        "stories": stories(),
        "inside": inside,
        "unknown_segments": said,
        "segments_href": to(request, "workspace:person-segments", person=person),
        "days": by_day(request, entries),
        "next": query(request, cursor=more) if more else "",
        "first": query(request, cursor=None) if after else "",
        "traits": _traits(request, file),
        "merge_href": to(request, "workspace:person-merges", person=person),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "people/person.html", context)


def _stats(request: TeamRequest, file: PersonFile, days: PersonDays) -> list[tuple[str, str, str]]:
    """(label, figure, note)."""
    seen = formats.capital(formats.relative_day(days.last_day, request.as_of)) if days.last_day else "Never"
    first = formats.day(days.first_day) if days.first_day else "Never"
    known = file.first_seen_at
    return [
        ("Last seen", seen, formats.day(days.last_day) if days.last_day else ""),
        ("Active days in 28", formats.number(days.recent_days), ""),
        ("Active days ever", formats.number(days.days), ""),
        ("First seen", first, f"Record made {formats.day(known)}"),
    ]


def _place(request: TeamRequest, each: Belonging) -> Place:
    stands = each.stands
    return Place(
        name=each.name,
        href=to(request, "workspace:account-people", account=each.account),
        seat="Has left" if each.until or each.seat == "left" else each.seat.label,
        said=f"Said by {stands.by} on {formats.day(stands.since)}" if stands else "",
        source=formats.capital(each.role.replace("_", " ")),
        since=_span(each),
        history=tuple(_ended(said) for said in each.said if said.until),
    )


def _span(each: Belonging) -> str:
    if each.until:
        return f"{formats.day(each.since) if each.since else ''} – {formats.day(each.until)}".strip()
    return f"since {formats.day(each.since)}" if each.since else ""


def _ended(said: SaidSeat) -> str:
    until = f"{formats.day(said.since)} – {formats.day(said.until)}"
    return f"{said.seat.label} by the word of {said.by}, {until}"


def _records(request: TeamRequest, file: PersonFile) -> Callable[[], list[Item]]:
    """Her answers to surveys and her tickets in a year, newest first; the lake is asked at once."""
    asked = soon(
        partial(
            events.records_of_person, events.open_lake(request.workspace.slug), file.records, file.account_records,
            TOLD, first=request.as_of - YEAR, as_of=request.as_of, limit=RECORDS,
        )
    )  # fmt: skip

    def answer() -> list[Item]:
        rows = asked()
        said = rows.to_pylist() if rows is not None else []
        return [
            logged.event_item(request, {**row, "class": "record", "at": row["happened_at"], "person": None}, {})
            for row in said
        ]

    return answer


def _stories(request: TeamRequest, file: PersonFile) -> Callable[[], list[Story]]:
    """How her accounts moved between bands, those where she still is first; the lake is asked at once."""
    here = file.accounts[:STORIES]
    last = request.as_of
    asked = [soon(partial(health.history, each.account, first=last - YEAR, last=last)) for each in here]

    def answer() -> list[Story]:
        return [
            Story(
                each.name,
                to(request, "workspace:account", account=each.account),
                by_day(request, sorted(moves.bands(request, points()), key=lambda item: item.at, reverse=True)),
            )
            for each, points in zip(here, asked, strict=True)
        ]

    return answer


def _entries(request: TeamRequest, file: PersonFile, after: str | None) -> tuple[list[Item], str]:
    """A page of the entries that name her, and the cursor of the next."""
    before = None
    if after:
        at, key = cursors.decode(after)
        before = datetime.fromisoformat(str(at)), str(key)
    until = people.until_of(request.as_of)
    found = work.entries_naming(file.records, until=until, before=before, limit=ENTRIES + 1)
    shown = found[:ENTRIES]
    more = cursors.encode([shown[-1].happened_at.isoformat(), shown[-1].key]) if len(found) > ENTRIES else ""
    return [item_of(request, each.account_id, each) for each in with_tasks(request, shown)], more


def _traits(request: TeamRequest, file: PersonFile) -> list[tuple[str, str, str]]:
    """(label, value, where it is changed). Her traits as they are, on a page of the present alone: the day's facts of
    people cost seconds on any other."""
    if not fields.is_present(request):
        return []
    there = to(request, "workspace:person-traits", person=file.person.id)
    joint = "&" if "?" in there else "?"
    may = fields.may_change(request) and file.survivor is None
    return [
        (rules.label(key), _written(value), f"{there}{joint}{urlencode({'key': key})}" if may else "")
        for key, value in sorted(file.traits.items())
        if not isinstance(value, dict)
    ]


def _written(value: TraitValue) -> str:
    if isinstance(value, str):
        return day_or_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return formats.number(value)
    return formats.capital(rules.typed(value))


def _segments(request: TeamRequest, file: PersonFile) -> tuple[list[tuple[str, str]], str]:
    """The segments she is in, as (name, where it says why), and why none are known where they are not."""
    try:
        facts = segments.row_of("person", file.person.id, request.as_of)
    except health.NoScores:
        return [], "Segments are worked out with the first run."
    if not facts:
        return [], "Nothing is known of this person on this day."
    href = to(request, "workspace:person-segments", person=file.person.id)
    joint = "&" if "?" in href else "?"
    return [
        (each.name, f"{href}{joint}segment={each.key}#segment-{each.key}")
        for each in segments.memberships(request.as_of, facts, {}, entity="person")
        if each.inside
    ], ""
