"""What business systems recorded of an account's support: its tickets from opening to end, and its survey answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from tenure.base import sql
from tenure.events.adapters import duck
from tenure.events.contracts import RecordName
from tenure.events.lake import Lake

_READ = (
    RecordName.TICKET_OPENED, RecordName.TICKET_ANSWERED, RecordName.TICKET_ESCALATED, RecordName.TICKET_CLOSED,
    RecordName.SURVEY_ANSWERED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as a day knows it. `closed_at` is None while it is open, also again; `seconds` to its end, where said.
    `person` opened it, None where nobody is named."""

    id: str
    subject: str
    priority: str
    opened_at: datetime
    opened_on: date
    person: int | None = None
    answered_at: datetime | None = None
    escalated: bool = False
    closed_at: datetime | None = None
    closed_on: date | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a survey: its score of `top`, where said, and what was written."""

    key: str
    kind: str
    score: float | None
    top: float | None
    text: str
    at: datetime
    on: date
    person: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """`open` are the open tickets, oldest first; `closed` and `answers` newest first."""

    open: tuple[Ticket, ...] = ()
    closed: tuple[Ticket, ...] = ()
    answers: tuple[Answer, ...] = field(default=())


def desk(engine: duck.Engine, lake: Lake, accounts: Sequence[int], *, as_of: date) -> Desk:
    """The tickets and answers of these accounts together, as known on `as_of`. One question to the lake, none where it
    has no record of them."""
    relation = lake.relation(
        "events", classes={"record"}, accounts=(min(accounts), max(accounts)), days=(date.min, as_of)
    )
    if not relation.files:
        return Desk()
    found = engine.query(
        sql.load("tenure.events", "records_of"),
        relations={
            "events": relation,
            "wanted": pa.table({"account": pa.array(accounts, pa.int64())}),
            "names": pa.table({"name": pa.array([str(name) for name in _READ], pa.string())}),
        },
        params={"as_of": as_of},
    )
    return followed(found.to_pylist())


def followed(rows: Iterable[Mapping[str, Any]]) -> Desk:
    """The records, oldest first, put together. What is said of a ticket that was never opened is left out."""
    tickets: dict[str, Ticket] = {}
    answers: list[Answer] = []
    for row in rows:
        said = json.loads(row["properties"]) if row["properties"] else {}
        if row["name"] == RecordName.SURVEY_ANSWERED:
            answers.append(_answer(row, said))
            continue
        key = str(said.get("id") or row["message_id"])
        ticket = _after(tickets.get(key), row, said, key)
        if ticket is not None:
            tickets[key] = ticket
    still = sorted((each for each in tickets.values() if each.closed_at is None), key=lambda each: each.opened_at)
    closed = [(each.closed_at, each) for each in tickets.values() if each.closed_at is not None]
    closed.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    answers.sort(key=lambda each: (each.at, each.key), reverse=True)
    return Desk(tuple(still), tuple(each for _, each in closed), tuple(answers))


def _after(ticket: Ticket | None, row: Mapping[str, Any], said: Mapping[str, object], key: str) -> Ticket | None:
    """The ticket after one more record; opened again it is open, with its first day."""
    if row["name"] == RecordName.TICKET_OPENED:
        if ticket is not None:
            return replace(ticket, closed_at=None, closed_on=None, seconds=None)
        return Ticket(
            key, str(said.get("subject") or ""), str(said.get("priority") or ""), row["moment"], row["day"],
            row["person"],
        )  # fmt: skip
    if ticket is None:
        return None
    if row["name"] == RecordName.TICKET_ANSWERED:
        return replace(ticket, answered_at=ticket.answered_at or row["moment"])
    if row["name"] == RecordName.TICKET_ESCALATED:
        return replace(ticket, escalated=True)
    return replace(ticket, closed_at=row["moment"], closed_on=row["day"], seconds=row["seconds"])


def _answer(row: Mapping[str, Any], said: Mapping[str, object]) -> Answer:
    top = said.get("max")
    return Answer(
        key=row["message_id"],
        kind=str(said.get("kind") or ""),
        score=row["value"],
        top=float(top) if isinstance(top, int | float) else None,
        text=str(said.get("text") or ""),
        at=row["moment"],
        on=row["day"],
        person=row["person"],
    )
