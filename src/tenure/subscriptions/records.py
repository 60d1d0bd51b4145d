"""The records behind what an account pays: each as its source sent it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tenure.base import sql
from tenure.customers.queries import merged
from tenure.events.queries import engine, moved, of_accounts, open_lake, span
from tenure.tenants.queries import here

MOST = 200
_EVER, _NEVER = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the log: what it says of a subscription from `day` on, known since `known_day`. `takes_back`: it
    withdraws an earlier row of the same message."""

    day: date
    at: datetime
    known_day: date
    received_at: datetime
    name: str
    source: str
    message_id: str
    takes_back: bool
    properties: Mapping[str, object]


def records_of(
    account: int, *, as_of: date, first: date = _EVER, last: date = _NEVER, subscription: str = ""
) -> tuple[Record, ...]:
    """Those of an account, of a stretch of days or of one subscription, newest first; `MOST` at most. One query over
    the log."""
    merges = merged()
    read = open_lake(here().slug).relation(
        "events", classes={"record"}, accounts=span(merges, [account]), days=(first, min(last, as_of))
    )
    rows = engine().query(
        sql.load("tenure.subscriptions", "records_of"),
        relations={"records": of_accounts(moved(read, merges), {account})},
        params={
            "account": account, "first": first, "last": min(last, as_of), "as_of": as_of,
            "subscription": subscription, "limit": MOST,
        },
    )  # fmt: skip
    return tuple(
        Record(
            row["day"], row["at"], row["known_day"], row["received_at"], row["name"], row["source"], row["message_id"],
            row["sign"] < 0, json.loads(row["properties"]) if row["properties"] else {},
        )
        for row in rows.to_pylist()
    )  # fmt: skip
