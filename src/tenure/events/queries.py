"""Reads from the lake."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from tenure.base import paths, sql
from tenure.base.months import months_back
from tenure.events import paging
from tenure.events.adapters import delta, storage
from tenure.events.adapters.duck import Engine as Engine  # noqa: PLC0414
from tenure.events.contracts import EVENTS, PersonUse, TimelineKey
from tenure.events.desk import Answer as Answer  # noqa: PLC0414
from tenure.events.desk import Desk as Desk  # noqa: PLC0414
from tenure.events.desk import Ticket as Ticket  # noqa: PLC0414
from tenure.events.desk import desk as desk  # noqa: PLC0414
from tenure.events.desk import followed as followed  # noqa: PLC0414
from tenure.events.engines import engine as engine  # noqa: PLC0414
from tenure.events.engines import patient_engine as patient_engine  # noqa: PLC0414
from tenure.events.lake import Lake as Lake  # noqa: PLC0414
from tenure.events.lake import expected_rows, relation_of
from tenure.events.late import Look as Look  # noqa: PLC0414
from tenure.events.late import known_since as known_since  # noqa: PLC0414
from tenure.events.late import look as look  # noqa: PLC0414
from tenure.events.late import versions as versions  # noqa: PLC0414
from tenure.events.moving import composed as composed  # noqa: PLC0414
from tenure.events.moving import moved as moved  # noqa: PLC0414
from tenure.events.moving import span as span  # noqa: PLC0414
from tenure.events.people import days_of_person as days_of_person  # noqa: PLC0414
from tenure.events.people import events_of_person as events_of_person  # noqa: PLC0414
from tenure.events.people import records_of_person as records_of_person  # noqa: PLC0414
from tenure.events.relations import LakeRelation as LakeRelation  # noqa: PLC0414
from tenure.events.relations import MovedRelation as MovedRelation  # noqa: PLC0414
from tenure.events.relations import Relation as Relation  # noqa: PLC0414

_PACKAGE = "tenure.events"
_FOR_EVER = date(9998, 12, 31)
_SPARE = 10
"""Rows asked for beyond a page, for a few that were retracted."""


def open_lake(slug: str) -> Lake:
    """The lake of the workspace `slug`. Cheap: nothing is read before a relation is asked for."""
    return Lake(slug=slug, root=f"{paths.lake_root()}/{slug}")


def last_run(lake: Lake, tables: Collection[str], *, writer: str) -> int:
    """The greatest run `append` took from `writer` on one of `tables`; 0 when it wrote nothing."""
    return max(delta.last_run(lake.spec(table), lake.uri(table), f"{writer}:{table}") for table in tables)


def these(lake: Lake, table: str, files: Sequence[delta.DataFile]) -> LakeRelation:
    """Exactly these files of a table as a relation."""
    return LakeRelation(lake.spec(table), lake.uri(table), 0, tuple(file.path for file in files))


FEW = 5_000
"""So many accounts at most are worth fetching by themselves: their rows fit in memory many times over."""


def of_accounts(
    relation: Relation, accounts: Collection[int], *, days: tuple[date, date] = (date.min, date.max)
) -> Relation:
    """The rows of a few accounts (and days, first and last), fetched once: for queries that would read the files many
    times. Of more than `FEW` accounts the relation itself: the query has to filter either way."""
    if not 0 < len(accounts) <= FEW:
        return relation
    return engine().query(
        sql.load(_PACKAGE, "of_accounts"),
        relations={"lake_rows": relation, "wanted": pa.table({"account": pa.array(accounts, pa.int64())})},
        params={
            "first_account": min(accounts), "last_account": max(accounts), "first_day": days[0], "last_day": days[1],
        },
    )  # fmt: skip


def use_of_people(lake: Lake, account: int, *, as_of: date, days: int, within: int) -> dict[int, PersonUse]:
    """What each person did in the account in the last `within` days, as known on `as_of`; who did nothing is left out.

    Use is counted on the `days` complete days before `as_of`.
    """
    first = as_of - timedelta(days=within)
    found = engine().query(
        sql.load(_PACKAGE, "use_of_people"),
        relations={
            "usage_person_day": lake.relation("usage_person_day", accounts=(account, account), days=(first, as_of))
        },
        params={"account": account, "first": first, "as_of": as_of, "since": as_of - timedelta(days=days)},
    )
    return {row["person"]: PersonUse(row["days"], row["last_day"]) for row in found.to_pylist()}


def timeline(
    lake: Lake,
    account: int,
    *,
    before: TimelineKey | None = None,
    limit: int = 50,
    since: date | None = None,
    as_of: date | None = None,
    classes: Collection[str] | None = None,
) -> pa.Table:
    """The account's events that still stand, newest first, at most `limit`, strictly older than `before`.

    With `since`, only of that day and later; with `as_of`, only what was known then; with `classes` ("usage",
    "record"), only of these. Reads backwards, each
    time as many months as should hold enough: mostly one question to the lake, seldom three.
    """
    key = before or TimelineKey(datetime(9998, 12, 31, tzinfo=UTC))
    first = since or date.min
    params = {
        "account": account,
        "since": first,
        "as_of": as_of or _FOR_EVER,
        "before_at": key.at,
        "before_message": key.message_id,
    }
    snapshot = lake.snapshot("events")
    # A day is the workspace's, a moment is UTC: the newest rows can lie one month off.
    last = months_back(min(key.at.date(), as_of or _FOR_EVER), -1)
    walk = paging.Backwards(
        {
            month: rows
            for month, rows in expected_rows(snapshot, account, classes=classes).items()
            if first.isoformat()[:7] <= month <= last.isoformat()[:7]
        }
    )
    found, left = [EVENTS.empty_table()], limit
    while left > 0 and (months := walk.months(left)):
        relation = relation_of(snapshot, months=months, classes=classes, accounts=(account, account))
        page = _newest(relation, params, left)
        found.append(page.select(EVENTS.names).cast(EVENTS))
        walk.found(page.num_rows)
        left -= page.num_rows
    newest_first = [("at", "descending"), ("message_id", "descending")]
    return pa.concat_tables(found).sort_by(newest_first).slice(0, limit)


def timeline_of(
    lake: Lake,
    accounts: Sequence[int],
    *,
    before: TimelineKey | None = None,
    limit: int = 50,
    since: date | None = None,
    as_of: date | None = None,
    classes: Collection[str] | None = None,
) -> pa.Table:
    """As `timeline`, of several accounts in one: those that a merged account stands for."""
    found = [
        timeline(lake, account, before=before, limit=limit, since=since, as_of=as_of, classes=classes)
        for account in accounts
    ]
    newest_first = [("at", "descending"), ("message_id", "descending")]
    return found[0] if len(found) == 1 else pa.concat_tables(found).sort_by(newest_first).slice(0, limit)


def last_said(lake: Lake, wanted: pa.Table) -> pa.Table:
    """When traits were last said (entity, id, key, at) of those of `wanted` (entity, id, key, day) by that day."""
    return engine().query(
        sql.load(_PACKAGE, "last_said"), relations={"traits": lake.relation("traits"), "wanted": wanted}
    )


def trait_changes(lake: Lake, accounts: Sequence[int], *, before: TimelineKey, limit: int, as_of: date) -> pa.Table:
    """Changes of the accounts' traits at `before` or earlier, newest first: key, value, before (both JSON), at, source.
    What was said first of a trait is none, unless by hand. Only what was known on `as_of`."""
    relation = lake.relation("traits")
    if not relation.files:
        return pa.table({name: pa.array([], pa.string()) for name in ("key", "value", "before", "at", "source")})
    return engine().query(
        sql.load(_PACKAGE, "trait_changes"),
        relations={"traits": relation, "wanted": pa.table({"id": pa.array(accounts, pa.int64())})},
        params={"as_of": as_of, "before_at": before.at, "limit": limit},
    )


def _newest(relation: LakeRelation, params: Mapping[str, object], limit: int) -> pa.Table:
    """At least `limit` events that stand, or all there are. Asks again, for more, when too many were retracted."""
    asked = limit + _SPARE
    while True:
        rows = engine().query(
            sql.load(_PACKAGE, "timeline"), relations={"events": relation}, params={**params, "limit": asked}
        )
        everything = rows.num_rows < asked
        standing = paging.standing(rows if everything else paging.without_last_message(rows))
        if everything or standing.num_rows >= limit:
            return standing
        asked *= 4


def message_index(
    lake: Lake, *, source: str, months: Collection[str] | None = None, classes: Collection[str] | None = None
) -> pa.Table:
    """`message_id` → `content` of what still stands of `source`, in these months ("YYYY-MM") and classes, or all.

    An importer anti-joins its rows with it: unknown id = new, same content = unchanged, other content = updated.
    """
    return engine().query(
        sql.load(_PACKAGE, "message_index"),
        relations={"events": lake.relation("events", months=months, classes=classes)},
        params={"source": source},
    )


def standing_events(
    lake: Lake,
    message_ids: pa.Array,
    *,
    source: str,
    months: Collection[str] | None = None,
    classes: Collection[str] | None = None,
) -> pa.Table:
    """The rows of these messages that still stand, in the EVENTS schema: what an update has to retract."""
    found = engine().query(
        sql.load(_PACKAGE, "standing_events"),
        relations={
            "events": lake.relation("events", months=months, classes=classes),
            "wanted": pa.table({"message_id": message_ids}),
        },
        params={"source": source},
    )
    return found.select(EVENTS.names).cast(EVENTS)


def accounts_since(lake: Lake, *, version: int, classes: Collection[str] | None = None) -> list[int] | None:
    """Accounts that got events (of these `classes`) after `version` of the table, ascending; None when that can no
    longer be told."""
    newest = lake.snapshot("events")
    if newest.version <= version:
        return [] if newest.version == version else None
    changes = delta.changes(newest.uri, after=version, upto=newest.version) if version >= 0 else None
    if changes is None:
        return None
    files = tuple(path for path in changes.files if classes is None or _class_of(path) in classes)
    if not all(storage.exists(newest.uri, path) for path in files):
        return None
    found = engine().query(
        sql.load(_PACKAGE, "accounts"),
        relations={"events": LakeRelation(newest.spec, newest.uri, newest.version, files)},
    )
    return [int(account) for account in found["account"].to_pylist()]


def _class_of(path: str) -> str:
    """The class of the events of a file of the log, as the folders of its path tell."""
    parts = dict(part.split("=", 1) for part in path.split("/")[:-1])
    return parts["class"]
