"""Events without an account wait here, and leave when one is known, or after 90 days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from typing import cast

import msgspec
from django.db.models import Count, QuerySet

from tenure.customers import queries as customers
from tenure.ingest.drain.models import ParkedEvent
from tenure.ingest.identity import lookups, rules
from tenure.ingest.identity.contracts import ParkReason, Resolved, Sender
from tenure.ingest.messages import Message

KEPT_DAYS = 90
RELEASED_AT_ONCE = 20_000
_CHUNK = 1_000
_ASKED = 5_000


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting message with what its batch was."""

    message: Message
    trust: str
    source: str
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that has to wait, and why."""

    message: Message
    sender: Sender
    reason: ParkReason
    person: int | None
    day: date


@dataclass(frozen=True, slots=True)
class Release:
    """A waiting message that has an account now."""

    id: int
    kept: Kept
    person: int | None
    account: int


_decoder = msgspec.json.Decoder(Kept)


def park(waiting: Sequence[Parked], *, run: int) -> None:
    """Keep these, as parked by this run."""
    for chunk in batched(waiting, _CHUNK):
        ParkedEvent.objects.bulk_create(_row(each, run) for each in chunk)


def undo(run: int) -> None:
    """Forget what a run parked and claimed that died before its events were appended."""
    ParkedEvent.objects.filter(run=run).delete()
    ParkedEvent.objects.filter(claimed=run).update(claimed=None)


def releasable(resolved: Resolved) -> list[Release]:
    """What waited for the people and visitors that this run moved."""
    found: list[Release] = []
    for people in batched(sorted(resolved.moved), _ASKED):
        found += _releases(_waiting().filter(person__in=people), resolved)
    for visitors in batched(sorted(resolved.joined), _ASKED):
        found += _releases(_waiting().filter(person=None, anonymous_id__in=visitors), resolved)
    return found[:RELEASED_AT_ONCE]


def swept() -> list[Release]:
    """What else can be attributed by now: people may have come into accounts by an import or by hand."""
    groups = _waiting().values_list("person", "anonymous_id").annotate(n=Count("id")).order_by()
    people, visitors = set[int](), set[str]()
    for person, visitor, _ in groups.iterator(_ASKED):
        if person is not None:
            people.add(person)
        elif visitor:
            visitors.add(visitor)
    known = lookups.identified("anonymous", visitors)
    belongs = customers.accounts_of_people({*people, *known.values()})
    single = {person for person, accounts in belongs.items() if len(accounts) == 1}
    resolved = Resolved(
        users={}, visitors=known, groups={}, accounts_of=belongs, moved=frozenset(people & single),
        joined=frozenset(visitor for visitor, person in known.items() if person in single),
    )  # fmt: skip
    return releasable(resolved)


def claim(releases: Iterable[Release], *, run: int) -> None:
    """Note that this run takes these out."""
    for chunk in batched((each.id for each in releases), _CHUNK):
        ParkedEvent.objects.filter(id__in=chunk).update(claimed=run)


def remove_claimed(run: int) -> None:
    """They are in the log."""
    ParkedEvent.objects.filter(claimed=run).delete()


def expire(today: date) -> dict[str, int]:
    """Drop what waited 90 days; how many of each source."""
    old = _waiting().filter(received_day__lt=today - timedelta(days=KEPT_DAYS))
    counts = dict(old.values_list("source").annotate(n=Count("id")).order_by())
    if counts:
        old.delete()
    return counts


def anything_waits() -> bool:
    """Whether anything is parked. One query."""
    return _waiting().exists()


def _waiting() -> QuerySet[ParkedEvent]:
    return ParkedEvent.objects.filter(claimed=None)


def _releases(rows: QuerySet[ParkedEvent], resolved: Resolved) -> list[Release]:
    """Those of the rows that have an account now; of the others, visitors who have a name now get it."""
    found = []
    named: dict[int, list[int]] = {}
    for row in rows.order_by("id")[:RELEASED_AT_ONCE]:
        person = row.person if row.person is not None else resolved.visitors.get(row.anonymous_id)
        answer = rules.account_of(person, row.at, resolved, arrived=True)
        if isinstance(answer, tuple):
            found.append(Release(row.pk, _decoder.decode(bytes(row.body)), *answer))
        elif row.person is None and person is not None:
            named.setdefault(person, []).append(row.pk)
    for person, ids in named.items():
        for chunk in batched(ids, _CHUNK):
            ParkedEvent.objects.filter(id__in=chunk).update(person=person)
    return found


def _row(each: Parked, run: int) -> ParkedEvent:
    message, sender = each.message, each.sender
    kept = Kept(
        message=message, trust=sender.trust, source=sender.source, kind=sender.kind, received_at=sender.received_at
    )
    return ParkedEvent(
        run=run,
        reason=cast("str", each.reason),
        source=sender.source,
        person=each.person,
        anonymous_id=message.anonymous_id or "",
        name=message.name[:300],
        at=message.at,
        received_at=sender.received_at,
        received_day=each.day,
        body=msgspec.json.encode(kept),
    )
