"""Reads of one person from the lake: what she did, on which days, and what was recorded of her.

`people` are her records (herself and those merged into her), `accounts` those she belongs or belonged to, all of them.
"""

from collections.abc import Collection
from datetime import date, timedelta

import pyarrow as pa

from tenure.base import sql
from tenure.events.contracts import PersonDays, RecordName
from tenure.events.engines import engine
from tenure.events.lake import Lake

_PACKAGE = "tenure.events"


def events_of_person(
    lake: Lake, people: Collection[int], accounts: Collection[int], *, first: date, as_of: date
) -> pa.Table:
    """How often she did what on each day from `first` on: name, day, events; by name, then day."""
    if not accounts:
        return pa.table({"name": pa.array([], pa.string()), "day": pa.array([], pa.date32()), "events": pa.array([])})
    return _asked(lake, "person_events", people, accounts, days=(first, as_of), params={"first": first})


def days_of_person(
    lake: Lake, people: Collection[int], accounts: Collection[int], *, as_of: date, days: int
) -> PersonDays:
    """When she was seen first and last, on how many complete days ever, and on how many of the last `days`."""
    if not accounts:
        return PersonDays()
    since = as_of - timedelta(days=days)
    (row,) = _asked(
        lake, "person_days", people, accounts, days=(date.min, as_of), params={"since": since}
    ).to_pylist()  # fmt: skip
    return PersonDays(row["first_day"], row["last_day"], row["days"], row["recent_days"])


def records_of_person(
    lake: Lake,
    people: Collection[int],
    accounts: Collection[int],
    names: Collection[RecordName],
    *,
    first: date,
    as_of: date,
    limit: int,
) -> pa.Table | None:
    """The records of these names that name her, from `first` on, newest first, at most `limit`: name, happened_at,
    count, seconds, value, errors, properties (JSON), message_id. None where she belongs nowhere."""
    if not accounts:
        return None
    span = (min(accounts), max(accounts))
    relation = lake.relation("events", classes={"record"}, accounts=span, days=(first, as_of))
    return engine().query(
        sql.load(_PACKAGE, "person_records"),
        relations={
            "events": relation, "accounts": _ids(accounts), "people": _ids(people),
            "names": pa.table({"name": pa.array([each.value for each in names], pa.string())}),
        },
        params={
            "first": first, "as_of": as_of, "limit": limit, "first_account": span[0], "last_account": span[1],
        },
    )  # fmt: skip


def _asked(
    lake: Lake,
    question: str,
    people: Collection[int],
    accounts: Collection[int],
    *,
    days: tuple[date, date],
    params: dict[str, object],
) -> pa.Table:
    span = (min(accounts), max(accounts))
    return engine().query(
        sql.load(_PACKAGE, question),
        relations={
            "usage_person_day": lake.relation("usage_person_day", accounts=span, days=days),
            "accounts": _ids(accounts),
            "people": _ids(people),
        },
        params={**params, "as_of": days[1], "first_account": span[0], "last_account": span[1]},
    )


def _ids(ids: Collection[int]) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64())})
