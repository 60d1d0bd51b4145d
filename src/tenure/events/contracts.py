"""The lake's tables and the frozen shapes that cross the domain's border.

Two clocks: `day` is when it happened (in the workspace's time zone), `known_day` the first day it could be used.
A table read "as of D" holds the rows with `day <= D and known_day <= D`, whatever arrived later.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")


class EventClass(StrEnum):
    """What people do in a product, and what business systems record."""

    USAGE = "usage"
    RECORD = "record"


class RecordName(StrEnum):
    """Reserved `name`s of class `record`; `properties` holds the keys named here, as JSON.

    A subscription: id, plan, seats, packs, pack_size, mrr_minor, currency, is_trial, billing ("monthly"|"annual"),
    auto_renew, term_end (ISO date), notice_period, notice_unit ("days"|"months"), product.
    """

    SUBSCRIPTION_STARTED = "subscription_started"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    SUBSCRIPTION_ENDED = "subscription_ended"
    ACCOUNT_LOST = "account_lost"  # id, reason, feedback, is_reactivation, amount_minor
    ACCOUNT_SIGNED_UP = "account_signed_up"
    INVOICE_ISSUED = "invoice_issued"  # value = amount in minor units; id, due_on, currency
    INVOICE_PAID = "invoice_paid"  # id
    TICKET_OPENED = "ticket_opened"  # id, priority, subject, is_error
    TICKET_CLOSED = "ticket_closed"  # id; seconds = time to resolution
    TICKET_ANSWERED = "ticket_answered"  # id; seconds = time to first response
    TICKET_ESCALATED = "ticket_escalated"  # id
    SURVEY_ANSWERED = "survey_answered"  # value = score; id, kind ("nps"|"csat"|"ces"), max, text


EVENTS = pa.schema(
    [
        pa.field("class", pa.string(), nullable=False),
        pa.field("month", pa.string(), nullable=False),  # "YYYY-MM" of day
        pa.field("day", pa.date32(), nullable=False),
        pa.field("known_day", pa.date32(), nullable=False),
        pa.field("at", MOMENT, nullable=False),
        pa.field("received_at", MOMENT, nullable=False),
        pa.field("account", pa.int64(), nullable=False),
        pa.field("person", pa.int64()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("message_id", pa.string(), nullable=False),
        pa.field("content", pa.int64(), nullable=False),  # hash of what the row says
        pa.field("sign", pa.int8(), nullable=False),  # +1, or -1 to retract an earlier row of the same message_id
        pa.field("count", pa.float64(), nullable=False),
        pa.field("seconds", pa.float64()),
        pa.field("value", pa.float64()),
        pa.field("errors", pa.float64()),
        pa.field("properties", pa.string()),  # JSON
    ]
)

TRAITS = pa.schema(
    [
        pa.field("entity", pa.string(), nullable=False),  # "account" | "person"
        pa.field("id", pa.int64(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("value", pa.string()),  # JSON; null = removed
        pa.field("at", MOMENT, nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("known_day", pa.date32(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
    ]
)

SCORE_INPUT = pa.struct(
    [
        pa.field("measure", pa.string()),
        pa.field("version", pa.int32()),
        pa.field("value", pa.float64()),
        pa.field("previous", pa.float64()),
        pa.field("weight", pa.float64()),  # effective
        pa.field("points", pa.float64()),  # the curve's answer, 0-100
        pa.field("contribution", pa.float64()),  # weight * (100 - points)
        pa.field("text", pa.string()),  # the value of a field of words
        pa.field("stale_since", pa.date32()),  # the measure was frozen since this day
    ]
)

SCORE_ADJUSTMENT = pa.struct(
    [
        pa.field("kind", pa.string()),  # "cap" | "floor" | "roll_up" | "override"
        pa.field("key", pa.string()),
        pa.field("limit", pa.float64()),  # what it set
        pa.field("contribution", pa.float64()),  # the points it took
    ]
)

SCORES = pa.schema(
    [
        pa.field("month", pa.string(), nullable=False),  # "YYYY-MM" of day
        pa.field("day", pa.date32(), nullable=False),  # the as-of day
        pa.field("account", pa.int64(), nullable=False),
        pa.field("scorecard", pa.string(), nullable=False),
        pa.field("version", pa.int32(), nullable=False),
        pa.field("profile", pa.string(), nullable=False),  # which of the scorecard's profiles applied
        pa.field("score", pa.float64()),  # 0-100, 100 = healthy; null = unknown
        pa.field("raw", pa.float64()),  # before caps, floors and overrides
        pa.field("band", pa.string(), nullable=False),
        pa.field("coverage", pa.float64(), nullable=False),  # 0-1
        pa.field("inputs", pa.list_(SCORE_INPUT)),
        pa.field("adjustments", pa.list_(SCORE_ADJUSTMENT)),
    ]
)

SEGMENT_MOVES = pa.schema(
    [
        pa.field("month", pa.string(), nullable=False),  # "YYYY-MM" of day
        pa.field("day", pa.date32(), nullable=False),  # the first day it was in, or not in any more
        pa.field("account", pa.int64(), nullable=False),
        pa.field("segment", pa.string(), nullable=False),
        pa.field("entered", pa.bool_(), nullable=False),  # else it left
        pa.field("version", pa.int32(), nullable=False),  # of the segment
        pa.field("redefined", pa.bool_(), nullable=False),  # the version is another than the day's before
    ]
)

PERSON_SEGMENT_MOVES = pa.schema(
    [pa.field("person", pa.int64(), nullable=False) if each.name == "account" else each for each in SEGMENT_MOVES]
)

_SUMS = [
    pa.field("class", pa.string(), nullable=False),
    pa.field("events", pa.float64(), nullable=False),  # sum of sign * count
    pa.field("rows", pa.int64(), nullable=False),  # sum of sign
    pa.field("seconds", pa.float64(), nullable=False),
    pa.field("value", pa.float64(), nullable=False),
    pa.field("valued", pa.int64(), nullable=False),  # rows that have a value
    pa.field("errors", pa.float64(), nullable=False),
]
_CLOCKS = [
    pa.field("month", pa.string(), nullable=False),
    pa.field("day", pa.date32(), nullable=False),
    pa.field("known_day", pa.date32(), nullable=False),
    pa.field("name", pa.string(), nullable=False),
]

USAGE_PERSON_DAY = pa.schema(
    [
        pa.field("account", pa.int64(), nullable=False),
        pa.field("person", pa.int64(), nullable=False),  # 0 = nobody named
        *_CLOCKS,
        *_SUMS,
    ]
)

USAGE_ACCOUNT_DAY = pa.schema(
    [
        pa.field("account", pa.int64(), nullable=False),
        *_CLOCKS,
        *_SUMS,
        # What this known_day added to the day's number of distinct people (it may be negative after a
        # retraction): the sum over known_day <= D is the exact number as known at D.
        pa.field("people", pa.int64(), nullable=False),
    ]
)

USAGE_DAY = pa.schema([*_CLOCKS, *_SUMS])


ROW_GROUP = 20_480
"""Small: reading one account then decodes little; scans of everything are as fast as with 100,000."""
SCORES_ROW_GROUP = 8_192
"""Smaller: a score has lists of what went into it, which are slow to decode. Yet smaller, and looking past the other
groups takes longer than that."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """How a table is laid out: its partitions, the order of rows inside a file, the columns with min and max, and the
    rows of a row group, which are decoded together."""

    name: str
    schema: pa.Schema
    partition_by: tuple[str, ...]
    sort_by: tuple[str, ...]
    statistics: tuple[str, ...]
    row_group: int = ROW_GROUP

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the schema's order."""
        return tuple(self.schema.names)

    @property
    def stored(self) -> tuple[str, ...]:
        """The columns inside the files: all but the partitions."""
        return tuple(name for name in self.schema.names if name not in self.partition_by)


TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec("events", EVENTS, ("class", "month"), ("account", "at"), ("account", "at", "day", "known_day")),
        TableSpec("traits", TRAITS, (), ("entity", "id", "at"), ("id", "at", "day", "known_day")),
        TableSpec("scores", SCORES, ("month",), ("account", "day"), ("account", "day"), SCORES_ROW_GROUP),
        TableSpec("segment_moves", SEGMENT_MOVES, ("month",), ("account", "day"), ("account", "day")),
        TableSpec("person_segment_moves", PERSON_SEGMENT_MOVES, ("month",), ("person", "day"), ("person", "day")),
        TableSpec(
            "usage_person_day", USAGE_PERSON_DAY, ("month",), ("account", "day"), ("account", "day", "known_day")
        ),
        TableSpec(
            "usage_account_day", USAGE_ACCOUNT_DAY, ("month",), ("account", "day"), ("account", "day", "known_day")
        ),
        TableSpec("usage_day", USAGE_DAY, ("month",), ("day", "known_day", "name"), ("day", "known_day")),
    )
}


@dataclass(frozen=True, slots=True)
class AppendReport:
    """`rows` written at `version`; `repeated` when this run had been written before (then nothing was)."""

    rows: int
    version: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class RollupReport:
    """How many (known_day, day) pairs were rolled up, into how many rows of each table.

    `days` are the days touched, ISO dates in order; `full` when everything was rebuilt.
    """

    pairs: int = 0
    person_rows: int = 0
    account_rows: int = 0
    full: bool = False
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaintenanceReport:
    """Files merged away, files written in their place, and old files deleted from the disk."""

    merged: int = 0
    written: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class PersonUse:
    """What a person did in an account: days with use in the window, and the last day with use."""

    days: int
    last_day: date


@dataclass(frozen=True, slots=True)
class PersonDays:
    """When a person was seen first and last, on how many complete days ever, and on how many of the last few."""

    first_day: date | None = None
    last_day: date | None = None
    days: int = 0
    recent_days: int = 0


@dataclass(frozen=True, slots=True, order=True)
class TimelineKey:
    """Where a page of a timeline ends: rows strictly older follow."""

    at: datetime
    message_id: str = field(default="")
