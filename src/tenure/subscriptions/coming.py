"""What is known to come of a subscription: changes and ends that a source states ahead of their day.

They count from their day on, like any record, which is also the day they are known on; until then they are only told.
One that is taken back is gone. What an import brought after `as_of` closed was not known then and is none of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pyarrow as pa

from tenure.base import sql
from tenure.customers.queries import merged
from tenure.events.queries import Lake, engine, moved, of_accounts, span
from tenure.subscriptions.queries import Sources
from tenure.tenants.queries import here

type Row = Mapping[str, object]

_TERMS = ("plan", "product", "seats", "mrr_minor", "is_trial")


def stated(lake: Lake, read: Sources, *, as_of: date) -> list[Row]:
    """What is stated of days after `as_of` of the accounts in `read`, in order. Reads no file without such days."""
    accounts, merges = read.relations["accounts"], merged()
    assert isinstance(accounts, pa.Table)
    ids = accounts["account"].to_pylist()
    tomorrow = as_of + timedelta(days=1)
    later = lake.relation("events", classes={"record"}, accounts=span(merges, ids), days=(tomorrow, date.max))
    if not later.files:
        return []
    relations = {
        "records": of_accounts(moved(later, merges), set(ids)),
        "accounts": accounts,
        "spine": pa.table({"as_of": pa.array([as_of], pa.date32())}),
    }
    closes_at = datetime.combine(tomorrow, time(), ZoneInfo(here().timezone)).astimezone(UTC)
    found = engine().query(
        sql.load("tenure.subscriptions", "coming"), relations=relations, params={"closes_at": closes_at}
    )
    return list(found.to_pylist())


def next_changes(present: Iterable[Row], stated: Iterable[Row]) -> Iterator[Row]:
    """Of each subscription in `present` its next change, if one is stated that changes anything; or its end.

    What a record leaves out stays as it was. Of several of a day the last counts, and an end before all.
    """
    by_subscription: dict[object, list[Row]] = defaultdict(list)
    for row in stated:
        by_subscription[row["account"], row["subscription"]].append(row)
    for now in present:
        told = by_subscription.get((now["account"], now["subscription"]), ())
        for day, rows in groupby(told, key=lambda row: row["day"]):
            terms, ends = {name: now[name] for name in _TERMS}, False
            for row in rows:
                ends = ends or row["name"] == "subscription_ended"
                terms |= {name: row[name] for name in _TERMS if row[name] is not None}
            if ends or any(terms[name] != now[name] for name in _TERMS):
                yield {**now, **terms, "day": day, "ends": ends, "mrr_minor": 0 if ends else terms["mrr_minor"]}
                break
