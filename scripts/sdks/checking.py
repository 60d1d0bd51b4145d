"""What the log and the records hold, against what was sent."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sdks.company import PLAN, Call, Company, Person

CLOCK = timedelta(seconds=2)
"""How far a corrected time may be from the one that was said."""
STORED = """
select account, person, source, name, e."at", properties
from e
where class = 'usage' and sign = 1
order by message_id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent with the key of `source`, from when until when."""

    told: Company
    source: str
    begun: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """An event of the log. Account and person are by their external ids."""

    account: str
    person: str | None
    source: str
    name: str
    at: datetime
    properties: Mapping[str, object]

    @property
    def number(self) -> str:
        return str(self.properties.get("number"))


@dataclass(frozen=True, slots=True)
class Held:
    """What a workspace holds of everything that was sent."""

    events: tuple[Stored, ...]
    accounts: Mapping[str, tuple[str, Mapping[str, object]]]
    people: Mapping[str, tuple[str, str, frozenset[str]]]
    refused: Counter[str]
    parked: int

    def of(self, sent: Sent) -> int:
        """How many events are stored of these."""
        numbers = {_number(each) for each in sent.told.events}
        return sum(each.number in numbers for each in self.events)


def held(slug: str) -> Held:
    """Read the workspace of that name. Needs Django."""
    from tenure.base import tenancy
    from tenure.customers.models import Account, Person, PersonAccount
    from tenure.events import queries as events
    from tenure.ingest.drain.models import EventReject, ParkedEvent
    from tenure.tenants import queries

    table = events.engine().query(STORED, relations={"e": events.open_lake(slug).relation("events")})
    with tenancy.workspace(queries.workspace(slug).id):
        accounts = {each.pk: each for each in Account.objects.all()}
        people = {each.pk: each for each in Person.objects.all()}
        members: dict[int, set[str]] = {}
        for person, account in PersonAccount.objects.filter(until=None).values_list("person_id", "account_id"):
            members.setdefault(person, set()).add(accounts[account].external_id)
        return Held(
            tuple(
                Stored(
                    accounts[row["account"]].external_id,
                    people[row["person"]].external_id if row["person"] else None,
                    row["source"], row["name"], row["at"].astimezone(UTC), json.loads(row["properties"] or "{}"),
                )
                for row in table.to_pylist()
            ),
            {each.external_id: (each.name, each.traits) for each in accounts.values()},
            {
                each.external_id: (each.name, each.email, frozenset(members.get(each.pk, ())))
                for each in people.values()
            },
            Counter(EventReject.objects.values_list("reason", flat=True)),
            ParkedEvent.objects.count(),
        )  # fmt: skip


def wrongs(found: Held, sent: Iterable[Sent]) -> Iterator[str]:
    """What is not as it was sent, in words."""
    everything = tuple(sent)
    stored: dict[str, list[Stored]] = {}
    for row in found.events:
        stored.setdefault(row.number, []).append(row)
    for each in everything:
        yield from _records(found, each)
        people = {person.id: person for person in each.told.people}
        for call in each.told.events:
            rows = stored.pop(_number(call), [])
            if len(rows) != 1:
                yield f"{_number(call)} is stored {len(rows)} times"
            else:
                yield from _event(rows[0], call, people[str(call.message["userId"])], each)
    for number, rows in stored.items():
        yield f"{number} was never sent, and is stored {len(rows)} times"
    expected = Counter(protected_plan=sum(each.told.public * len(each.told.people) for each in everything))
    if found.refused != expected:
        yield f"refused: {dict(found.refused)}, expected: {dict(expected)}"
    if found.parked:
        yield f"{found.parked} events are parked"


def _records(found: Held, sent: Sent) -> Iterator[str]:
    for person in sent.told.people:
        expected = person.name, "" if sent.told.public else person.email, frozenset({person.account})
        if found.people.get(person.id) != expected:
            yield f"{person.id}: {found.people.get(person.id)}, expected {expected}"
    for account, name in sent.told.accounts.items():
        traits = {} if sent.told.public else {"plan": PLAN}
        if found.accounts.get(account) != (name, traits):
            yield f"{account}: {found.accounts.get(account)}, expected {(name, traits)}"


def _event(row: Stored, call: Call, person: Person, sent: Sent) -> Iterator[str]:
    said = call.message["properties"]
    assert isinstance(said, dict)
    kept = {name: row.properties.get(name) for name in said}
    when = call.message.get("timestamp")
    first, last = (datetime.fromisoformat(str(when)),) * 2 if when else (sent.begun, sent.ended)
    if not first - CLOCK <= row.at <= last + CLOCK:
        yield f"{row.number} happened at {row.at}, expected {first}"
    for what, has, expected in (
        ("account", row.account, person.account),
        ("person", row.person, person.id),
        ("source", row.source, sent.source),
        ("name", row.name, call.event),
        ("properties", kept, said),
    ):
        if has != expected:
            yield f"{row.number} has the {what} {has!r}, expected {expected!r}"


def _number(call: Call) -> str:
    said = call.message["properties"]
    assert isinstance(said, dict)
    return str(said["number"])
