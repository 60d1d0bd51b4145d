"""Events for tests, a line each."""

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from tenure.events.contracts import EVENTS


def event(
    message: str,
    *,
    day: str = "2024-01-01",
    known: str | None = None,
    account: int = 1,
    person: int | None = 1,
    name: str = "login",
    kind: str = "usage",
    sign: int = 1,
    count: float = 1.0,
    value: float | None = None,
    seconds: float | None = None,
    content: int = 1,
    minute: int = 0,
    properties: dict[str, object] | None = None,
) -> dict[str, object]:
    """One row; `known` is the known_day when it differs from `day`."""
    happened, learned = date.fromisoformat(day), date.fromisoformat(known or day)
    at = datetime(happened.year, happened.month, happened.day, 12, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "class": kind,
        "month": day[:7],
        "day": happened,
        "known_day": learned,
        "at": at,
        "received_at": at,
        "account": account,
        "person": person,
        "source": "test",
        "name": name,
        "message_id": message,
        "content": content,
        "sign": sign,
        "count": count,
        "seconds": seconds,
        "value": value,
        "errors": None,
        "properties": None if properties is None else json.dumps(properties),
    }


def table(*rows: dict[str, object]) -> pa.Table:
    """The rows in the EVENTS schema."""
    return pa.Table.from_pylist(list(rows), EVENTS)
