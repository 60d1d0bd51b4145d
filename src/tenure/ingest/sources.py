"""Reads for the page of sources: what each sends, what became of it, what waits and what was refused."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, Sum

from tenure.base import clock, cursors, tenancy
from tenure.ingest import inbox, messages
from tenure.ingest.drain import refusing
from tenure.ingest.drain.models import EventReject, ParkedEvent, SourceHour, SourceNow
from tenure.ingest.facts import words as facts
from tenure.ingest.seen.models import SeenName
from tenure.ingest.watching import habits
from tenure.ingest.watching.habits import Unusual as Unusual  # noqa: PLC0414
from tenure.ingest.watching.models import Silence

REASONS: Mapping[str, str] = {**messages.REASONS, **refusing.REASONS, **facts.REASONS}
"""Every reason for which an event or a part of one is refused, in words."""
_COUNTS = ("messages", "events", "duplicates", "rejected", "parked", "released", "expired")


@dataclass(frozen=True, slots=True)
class Volume:
    """What a source sent in an hour of receipt (UTC), or in all of a span: messages, and what became of them.

    `events` were stored at once, `parked` wait or waited, `released` are those of them stored later.
    """

    hour: datetime | None = None
    messages: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    parked: int = 0
    released: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One of the newest messages of a source; times are ISO texts, `outcome` says what became of it."""

    at: str
    received_at: str
    type: str
    name: str
    user: str
    group: str
    outcome: str


@dataclass(frozen=True, slots=True)
class EventSource:
    """A source of events as it is now; `total` covers the last 24 hours, `lag_ms` is from receipt to the log."""

    source: str
    first_at: datetime
    last_at: datetime
    lag_ms: int
    total: Volume


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is acknowledged and not yet in the log."""

    batches: int
    events: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often something was refused, or waits, for a reason; `path` is the offending part where there is one."""

    source: str
    reason: str
    words: str
    path: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """A refused event; with `partial` only what `path` names was refused. `raw` is at most 4 kB of it."""

    id: int
    received_at: datetime
    source: str
    kind: str
    reason: str
    words: str
    path: str
    detail: str
    raw: str
    partial: bool
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """A page of refused events, newest first; `next` is the cursor of the following one, None on the last."""

    rejects: tuple[RejectedEvent, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SeenField:
    """A property of an event or an attribute: the share of messages without it, the types of its values by frequency,
    one example."""

    name: str
    missing: float
    types: tuple[str, ...]
    sample: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event a source sends: its share of all events lately looked at, and its properties."""

    name: str
    share: float
    first_at: datetime
    last_at: datetime
    fields: tuple[SeenField, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """What a source was seen to send: events by frequency, attributes of people and accounts by name."""

    events: tuple[SeenEvent, ...]
    person: tuple[SeenField, ...]
    account: tuple[SeenField, ...]


PARKED: Mapping[str, str] = {
    "no_account": "Nobody has said yet which account they belong to",
    "ambiguous_account": "The person is in several accounts and the event names none",
}


def event_sources(*, now: datetime | None = None) -> tuple[EventSource, ...]:
    """All sources that ever sent events, the last heard first. Two queries."""
    since = (now or clock.now()) - timedelta(hours=24)
    sums = {f"sum_{name}": Sum(name) for name in _COUNTS}
    rows = SourceHour.objects.filter(hour__gte=since).values_list("source").annotate(**sums).order_by()
    totals = {source: Volume(None, *counts) for source, *counts in rows}
    return tuple(
        EventSource(row.source, row.first_at, row.last_at, row.lag_ms, totals.get(row.source, Volume()))
        for row in SourceNow.objects.order_by("-last_at", "source").defer("newest")
    )


def volumes(source: str, *, since: datetime) -> tuple[Volume, ...]:
    """What a source sent, by hour of receipt; hours without anything are left out. One query."""
    rows = SourceHour.objects.filter(source=source, hour__gte=since).order_by("hour")
    return tuple(Volume(*row) for row in rows.values_list("hour", *_COUNTS))


def unusual_hours(source: EventSource, found: Sequence[Volume], *, now: datetime) -> tuple[Unusual, ...]:
    """Of the last 24 hours those with far more or fewer messages than usual. `found` are the volumes of 29 days."""
    by_hour = {each.hour: each.messages for each in found if each.hour is not None}
    return habits.unusual_hours(by_hour, first=source.first_at, now=now)


def silences() -> dict[str, datetime]:
    """The sources that are silent though they should not be, and since when. One query."""
    return dict(Silence.objects.filter(ended_at=None).values_list("source", "since"))


def schema_seen(source: str) -> Schema:
    """What the source was seen to send. One query."""
    rows = list(SeenName.objects.filter(source=source).order_by("kind", "of", "name"))
    fields: defaultdict[tuple[str, str], list[SeenField]] = defaultdict(list)
    for row in rows:
        fields[row.kind, row.of].append(_field(row))
    events = [
        SeenEvent(r.name, r.present / r.looked, r.first_at, r.last_at, tuple(fields["property", r.name]))
        for r in rows
        if r.kind == "event"
    ]
    events.sort(key=lambda each: (-each.share, each.name))
    return Schema(tuple(events), tuple(fields["person", ""]), tuple(fields["account", ""]))


def _field(row: SeenName) -> SeenField:
    types = sorted(row.types, key=lambda said: (-row.types[said], said))
    return SeenField(row.name, 1 - row.present / row.looked, tuple(types), row.sample, row.first_at, row.last_at)


def newest_messages(source: str) -> tuple[Seen, ...]:
    """The last 50 messages of a source, newest first. One query."""
    found = SourceNow.objects.filter(source=source).values_list("newest", flat=True).first()
    return tuple(Seen(**each) for each in found or ())


def backlog() -> Backlog:
    """What waits to be drained. One query of the inbox."""
    waiting = inbox.waiting(tenancy.current_workspace_id())
    return Backlog(waiting.batches, waiting.events, waiting.oldest)


def reject_reasons(*, since: datetime, source: str | None = None) -> tuple[ReasonCount, ...]:
    """What was refused since then and not sent again, by source, reason and path; the most frequent first. One query.

    Of refused parts of events that were taken, examples are kept and counted: `Volume.rejected` has them all.
    """
    rows = EventReject.objects.filter(received_at__gte=since, replayed_at=None)
    if source is not None:
        rows = rows.filter(source=source)
    counted = (
        rows.values_list("source", "reason", "path")
        .annotate(n=Count("id"), first=Min("received_at"), last=Max("received_at"))
        .order_by("-n", "source", "reason", "path")
    )
    return tuple(
        ReasonCount(source, reason, REASONS.get(reason, reason), path, n, first, last)
        for source, reason, path, n, first, last in counted
    )


def rejected_events(
    *, source: str | None = None, reason: str | None = None, cursor: str | None = None, limit: int = 50
) -> RejectedPage:
    """Refused events, newest first. One query."""
    rows = EventReject.objects.order_by("-id")
    if source is not None:
        rows = rows.filter(source=source)
    if reason is not None:
        rows = rows.filter(reason=reason)
    if cursor:
        rows = rows.filter(Q(id__lt=cursors.decode(cursor)[0]))
    found = list(rows[: limit + 1])
    shown = tuple(
        RejectedEvent(
            r.pk, r.received_at, r.source, r.kind, r.reason, REASONS.get(r.reason, r.reason), r.path, r.detail,
            bytes(r.raw).decode(errors="replace"), r.partial, r.replayed_at,
        )
        for r in found[:limit]
    )  # fmt: skip
    return RejectedPage(shown, cursors.encode([shown[-1].id]) if len(found) > limit else None)


def parked_reasons(*, source: str | None = None) -> tuple[ReasonCount, ...]:
    """What waits for an account, by source and reason; the most first. One query."""
    rows = ParkedEvent.objects.filter(claimed=None)
    if source is not None:
        rows = rows.filter(source=source)
    counted = (
        rows.values_list("source", "reason")
        .annotate(n=Count("id"), first=Min("received_at"), last=Max("received_at"))
        .order_by("-n", "source", "reason")
    )
    return tuple(
        ReasonCount(source, reason, PARKED[reason], "", n, first, last) for source, reason, n, first, last in counted
    )
