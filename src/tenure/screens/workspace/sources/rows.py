"""Sources, their hours and their refused events as the pages show them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tenure.ingest.sources import (
    Backlog,
    EventSource,
    ReasonCount,
    RejectedEvent,
    Schema,
    Seen,
    SeenField,
    Unusual,
    Volume,
)
from tenure.screens import charts, formats

HOURS = 48
OUTCOMES = {
    "stored": ("Stored", "good"),
    "taken": ("Taken in", "good"),
    "parked": ("Parked", "warning"),
    "rejected": ("Refused", "bad"),
    "duplicate": ("Seen before", "unknown"),
}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source over the last 24 hours."""

    name: str
    state: str
    tone: str
    heard: str
    lag: str
    messages: str
    events: str
    duplicates: str
    parked: str
    rejected: str
    has_rejects: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why something was refused, or waits."""

    source: str
    reason: str
    words: str
    path: str
    count: str
    last: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One of the newest messages."""

    received: str
    type: str
    name: str
    who: str
    account: str
    outcome: str
    tone: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A property or attribute that was seen."""

    name: str
    types: str
    mixed: bool
    missing: str
    sample: str


@dataclass(frozen=True, slots=True)
class FieldTable:
    """What was seen of an event, of people or of accounts."""

    title: str
    note: str
    rows: list[FieldRow]


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A refused event; its offending part is marked in the text."""

    received: str
    words: str
    detail: str
    path: str
    raw: Markup
    partial: bool
    again: str


def source(found: EventSource, now: datetime, silent: Mapping[str, datetime]) -> SourceRow:
    """The row of a source. `silent` are those that should have been heard by now."""
    is_silent = found.source in silent
    return SourceRow(
        name=found.source,
        state="Silent" if is_silent else "Live",
        tone="warning" if is_silent else "good",
        heard=formats.ago(found.last_at, now),
        lag=formats.seconds(found.lag_ms / 1000),
        messages=formats.number(found.total.messages),
        events=formats.number(found.total.events),
        duplicates=formats.number(found.total.duplicates),
        parked=formats.number(found.total.parked),
        rejected=formats.number(found.total.rejected),
        has_rejects=found.total.rejected > 0,
    )


def waiting(found: Backlog, now: datetime) -> str:
    """What is acknowledged and not yet in the log, as a sentence; empty when there is nothing."""
    if not found.events or found.oldest is None:
        return ""
    oldest = formats.ago(found.oldest, now)
    return f"{formats.count(found.events, 'event')} received and not yet in the log, the oldest {oldest}"


def reasons(found: Sequence[ReasonCount], now: datetime) -> list[ReasonRow]:
    """Reasons, as given."""
    return [
        ReasonRow(
            each.source, each.reason, each.words, each.path, formats.number(each.count), formats.ago(each.last_at, now)
        )
        for each in found
    ]


def messages(found: Sequence[Seen], zone: str) -> list[MessageRow]:
    """The newest messages, as given."""
    return [
        MessageRow(
            received=f"{datetime.fromisoformat(each.received_at).astimezone(ZoneInfo(zone)):%-d %b, %H:%M:%S}",
            type=each.type,
            name=each.name,
            who=each.user,
            account=each.group,
            outcome=OUTCOMES[each.outcome][0],
            tone=OUTCOMES[each.outcome][1],
        )
        for each in found
    ]


def hours(found: Sequence[Volume], now: datetime, zone: str) -> Markup:
    """Messages by hour of receipt over the last two days."""
    by_hour: Mapping[datetime | None, int] = {each.hour: each.messages for each in found}
    last = now.replace(minute=0, second=0, microsecond=0)
    span = [last - timedelta(hours=n) for n in reversed(range(HOURS))]
    values = [(f"{hour.astimezone(ZoneInfo(zone)):%-d %b %H:00}", float(by_hour.get(hour, 0))) for hour in span]
    return charts.bars(values, label=f"Messages by hour over the last {HOURS} hours")


def unusual(found: Sequence[Unusual], zone: str) -> list[str]:
    """A sentence for each unusual hour."""
    return [
        f"{each.hour.astimezone(ZoneInfo(zone)):%-d %b, %H:00}: {formats.count(each.messages, 'message')}, "
        f"usually about {formats.number(round(each.usual))} at this hour"
        for each in found
    ]


def schema(found: Schema) -> list[FieldTable]:
    """Events with their properties, the most frequent first; then what is said of people and accounts."""
    tables = [
        FieldTable(each.name, f"{formats.percent(each.share)} of events", [_field(one) for one in each.fields])
        for each in found.events
    ]
    if found.person:
        tables.append(FieldTable("Traits of people", "identify", [_field(one) for one in found.person]))
    if found.account:
        tables.append(FieldTable("Traits of accounts", "group", [_field(one) for one in found.account]))
    return tables


def _field(found: SeenField) -> FieldRow:
    return FieldRow(
        name=found.name,
        types=" and ".join(found.types) or "nothing",
        mixed=len(found.types) > 1,
        missing=formats.percent(found.missing) if found.missing else "Never",
        sample=found.sample,
    )


def reject(found: RejectedEvent, now: datetime) -> RejectRow:
    """A refused event with its offending part marked."""
    return RejectRow(
        received=formats.ago(found.received_at, now),
        words=found.words,
        detail=found.detail,
        path=found.path,
        raw=marked(found.raw, found.path),
        partial=found.partial,
        again=formats.ago(found.replayed_at, now) if found.replayed_at else "",
    )


def marked(raw: str, path: str) -> Markup:
    """The event as indented JSON where it is JSON, with the line of the last step of `path` marked."""
    try:
        text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = raw
    step = f'"{path.rsplit(".", 1)[-1]}":' if path else ""
    lines = text.splitlines()
    hit = next((n for n, line in enumerate(lines) if step and line.lstrip().startswith(step)), None)
    return Markup("\n").join(
        Markup("<mark>{}</mark>").format(line) if n == hit else Markup("{}").format(line)
        for n, line in enumerate(lines)
    )
