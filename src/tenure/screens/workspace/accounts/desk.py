"""Tickets and survey answers of an account as its pages show them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from tenure.base import cursors
from tenure.base.soon import soon
from tenure.customers import queries as customers
from tenure.events import queries as events
from tenure.events.queries import Answer, Desk, Ticket
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts.wording import survey_tone

_GRAVE = ("urgent", "critical", "blocker", "high")
_TONES = {"good": "good", "bad": "bad", "": "unknown"}


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a table."""

    id: str
    subject: str
    priority: str
    tone: str
    state: str
    state_tone: str
    opened: str
    age: str
    by: str
    closed: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A survey's answer: what it was, in words and as a tone."""

    kind: str
    shown: str
    tone: str
    word: str
    text: str
    day: str
    by: str


@dataclass(frozen=True, slots=True)
class Part[Row]:
    """A page of rows; `next` is the cursor of the following one, if any."""

    rows: tuple[Row, ...]
    next: str | None


def asked(request: TeamRequest, account: int) -> Callable[[], Desk]:
    """The account's desk on the page's day, with that of accounts merged into it: asked for at once, waited for when
    called. No database query where no merges are."""
    members = customers.merged().accounts.members(account, request.as_of) or (account,)
    lake = events.open_lake(request.workspace.slug)
    return soon(partial(events.desk, events.engine(), lake, members, as_of=request.as_of))


def part[Row](rows: Sequence[Row], place: Callable[[Row], tuple[datetime, str]], cursor: str, limit: int) -> Part[Row]:
    """Rows, newest first, after the cursor: those older than the last that was shown."""
    if cursor:
        moment, last = cursors.decode(cursor)
        after = (datetime.fromisoformat(str(moment)), str(last))
        rows = [row for row in rows if place(row) < after]
    shown = tuple(rows[:limit])
    if len(rows) <= limit:
        return Part(shown, None)
    at, key = place(shown[-1])
    return Part(shown, cursors.encode([at.isoformat(), key]))


def names_of(people: Sequence[int | None]) -> dict[int, str]:
    """What to call them: as the person that each was merged into, if any. One query."""
    aliases = customers.merged().people
    wanted = {person: aliases.holder(person) for person in people if person}
    known = customers.people_by_ids(set(wanted.values())) if wanted else {}
    found = {person: known.get(holder) for person, holder in wanted.items()}
    return {person: row.name or row.email or row.external_id for person, row in found.items() if row}


def ticket_row(ticket: Ticket, as_of: date, names: Mapping[int, str]) -> TicketRow:
    """A ticket on a day."""
    state, tone = "Waits for an answer", "watch"
    if ticket.closed_on is not None:
        state, tone = "Closed", "good"
    elif ticket.escalated:
        state, tone = "Escalated", "bad"
    elif ticket.answered_at is not None:
        state, tone = "Answered, open", "unknown"
    return TicketRow(
        id=ticket.id,
        subject=ticket.subject or f"Ticket {ticket.id}",
        priority=formats.capital(ticket.priority) if ticket.priority else formats.UNKNOWN,
        tone="bad" if ticket.priority.lower() in _GRAVE else "",
        state=state,
        state_tone=tone,
        opened=formats.day(ticket.opened_on),
        age=age(ticket.opened_on, as_of),
        by=names.get(ticket.person or 0, formats.UNKNOWN),
        closed=_closed(ticket),
    )


def age(opened: date, as_of: date) -> str:
    """How long a ticket has been open: `today`, `12 days`."""
    days = (as_of - opened).days
    return "since today" if days <= 0 else formats.count(days, "day")


def _closed(ticket: Ticket) -> str:
    if ticket.closed_on is None or ticket.closed_at is None:
        return ""
    took = ticket.seconds if ticket.seconds is not None else (ticket.closed_at - ticket.opened_at).total_seconds()
    return f"{formats.day(ticket.closed_on)}, after {formats.seconds(took)}"


def answer_row(answer: Answer, names: Mapping[int, str]) -> AnswerRow:
    """An answer in a list."""
    kind = answer.kind.upper() or "Survey"
    tone = "" if answer.score is None else survey_tone(kind, answer.score)
    of = f" of {formats.number(answer.top)}" if answer.top else ""
    return AnswerRow(
        kind=kind,
        shown=formats.number(answer.score) + of if answer.score is not None else formats.UNKNOWN,
        tone=_TONES.get(tone, "unknown"),
        word={"good": "Content", "bad": "Unhappy"}.get(tone, "In between" if answer.score is not None else "No score"),
        text=answer.text,
        day=formats.day(answer.on),
        by=names.get(answer.person or 0, ""),
    )
