"""Records of the rules, written as rows of the log, and the queries run over them without a database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tenure.base import sql
from tenure.events.contracts import EVENTS
from tenure.events.queries import engine
from tenure.subscriptions.queries import _RATES, Sources, relation_sql, renewals_due_of
from tenure.subscriptions.rules import Record

EVER, NEVER = date(1, 1, 1), date(9999, 12, 31)


def rows(account: int, records: Sequence[Record]) -> list[dict[str, object]]:
    """Each record as a row, and as a second one that takes it back where it was retracted."""
    found = []
    for number, record in enumerate(records):
        said = {k: v for k, v in asdict(record.terms).items() if v is not None}
        if record.terms.term_end:
            said["term_end"] = record.terms.term_end.isoformat()
        row: dict[str, object] = {
            "class": "record", "month": record.day.strftime("%Y-%m"), "day": record.day,
            "known_day": record.known_day, "at": datetime.combine(record.day, time(), UTC),
            "received_at": datetime.combine(record.known_day, time(), UTC), "account": account, "source": "test",
            "name": record.kind, "message_id": f"{account}-{number}", "content": number, "sign": 1, "count": 1.0,
            "properties": json.dumps({"id": record.subscription, **said}),
        }  # fmt: skip
        found.append(row)
        if record.retracted_on:
            found.append({**row, "sign": -1, "known_day": record.retracted_on})
    return found


def table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rows in the schema of the log."""
    return pa.Table.from_pylist(list(rows), schema=EVENTS)


def rates(*others: tuple[str, date, date, str], own: str = "USD") -> pa.Table:
    """The workspace's own currency at 1, and others with the days they hold for."""
    found = [(own, EVER, NEVER, Decimal(1)), *((c, a, b, Decimal(rate)) for c, a, b, rate in others)]
    return pa.Table.from_pylist([dict(zip(_RATES.names, row, strict=True)) for row in found], schema=_RATES)


def run(
    name: str,
    records: pa.Table,
    *,
    as_of: Sequence[date],
    accounts: Mapping[int, date | None],
    since: date | None,
    more: Mapping[str, pa.Table] | None = None,
) -> list[dict[str, Any]]:
    """The rows of a query of this domain over these records."""
    started = {"account": pa.array(accounts.keys(), pa.int64()), "started_on": pa.array(accounts.values(), pa.date32())}
    relations = {
        "records": records,
        "accounts": pa.table(started),
        "spine": pa.table({"as_of": pa.array(as_of, pa.date32())}),
        "rates": rates(),
        **(more or {}),
    }
    params = {"currency": "USD", "minor_units": 100, "subscriptions_since": since}
    found: list[dict[str, Any]] = engine().query(relation_sql(name), relations=relations, params=params).to_pylist()
    return found


_DUE = pa.schema(
    [("as_of", pa.date32()), ("account", pa.int64()), ("subscription", pa.string()), ("renewal_on", pa.date32())]
)
_PERIODS = pa.schema(
    [
        ("account", pa.int64()), ("subscription", pa.string()), ("valid_from", pa.date32()),
        ("valid_to", pa.date32()), ("mrr_minor", pa.int64()), ("currency", pa.string()), ("is_paid", pa.bool_()),
        ("starts_paying", pa.bool_()),
    ]
)  # fmt: skip
_MARKS = pa.schema([("account", pa.int64()), ("name", pa.string()), ("day", pa.date32())])


def outcomes(
    *,
    customers: list[dict[str, Any]],
    due: list[dict[str, Any]],
    periods: list[dict[str, Any]],
    marks: list[dict[str, Any]],
    horizon: int,
    known: date,
) -> list[dict[str, Any]]:
    """The rows of `outcomes.sql` over these answers of the other queries."""
    relations = {
        "customers": pa.Table.from_pylist(customers, schema=pa.schema(list(_DUE)[:2])),
        "due": pa.Table.from_pylist(due, schema=_DUE),
        "periods": pa.Table.from_pylist(periods, schema=_PERIODS),
        "marks": pa.Table.from_pylist(marks, schema=_MARKS),
        "accounts": pa.table({"account": pa.array([], pa.int64()), "started_on": pa.array([], pa.date32())}),
        "rates": rates(),
    }
    params = {"currency": "USD", "horizon": horizon, "known": known}
    query = sql.load("tenure.subscriptions", "outcomes")
    found: list[dict[str, Any]] = engine().query(query, relations=relations, params=params).to_pylist()
    return found


_STRETCHES = pa.schema(
    [
        *_PERIODS, ("stops_paying", pa.bool_()), ("term_end", pa.date32()), ("paid_since", pa.date32()),
        ("billing", pa.string()),
    ]
)  # fmt: skip


def renewals_due(periods: list[dict[str, Any]], *, as_of: date) -> dict[tuple[int, date], tuple[int, int]]:
    """Before and after by account and day, of `renewals_due.sql` over the periods."""
    read = Sources({"rates": rates()}, {"currency": "USD"})
    found = renewals_due_of(pa.Table.from_pylist(periods, schema=_STRETCHES), read, as_of=as_of).to_pylist()
    return {(row["account"], row["due_on"]): (row["paid_before"], row["paid_after"]) for row in found}


def made[T](kind: type[T], row: Mapping[str, Any]) -> T:
    """The row as one of the rules' dataclasses."""
    return kind(**{name: row[name] for name in kind.__dataclass_fields__})  # type: ignore[attr-defined]
