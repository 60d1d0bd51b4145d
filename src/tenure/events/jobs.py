"""What runs over the lake in the background: roll-ups and maintenance. All of it may be run twice."""

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from deltalake.transaction import AddAction

from tenure.base import clock, sql
from tenure.base.cycle import StageReport, StageRun
from tenure.customers.queries import NOTHING, Merged, merged
from tenure.events import moving, queries
from tenure.events.adapters import delta, files
from tenure.events.contracts import RollupReport
from tenure.events.lake import Lake
from tenure.events.maintenance import maintain as maintain  # noqa: PLC0414
from tenure.events.relations import Relation

_PACKAGE = "tenure.events"
ROLLED = "rollup:2"
"""App id of the roll-up in its tables' logs; its version is the version of `events` rolled up. A new number here
rebuilds everything: needed when the roll-up's SQL changes its meaning."""
MERGED = "merged:1"
"""App id under which the same logs note the number of the last merge or undoing that was rolled up."""

Pairs = moving.Pairs


@dataclass(frozen=True, slots=True)
class _Step:
    """A roll-up table: what it is made from, under which name its SQL reads that, and how that is narrowed."""

    source: str
    read_as: str
    narrowed: str


_STEPS = {
    "usage_person_day": _Step("events", "dirty_events", "of_pairs"),
    "usage_account_day": _Step("usage_person_day", "person_days", "of_days"),
    "usage_day": _Step("usage_account_day", "account_days", "of_pairs"),
}


def roll_up(lake: Lake, merges: Merged = NOTHING) -> RollupReport:
    """Bring the roll-up tables up to the newest version of `events` and to `merges`, each from the one before.

    Only (known_day, day) pairs with new or newly moved rows are computed again, from the events. Each table's commit
    notes the version it covers, so a run that died is simply continued by the next one.
    """
    events = lake.snapshot("events")
    if events.version < 0:
        return RollupReport()
    rolled = {}
    with ExitStack() as guards:
        for table in _STEPS:
            guards.enter_context(lake.guard(lake.uri(table)))
        for table in _STEPS:
            rolled[table] = _roll(lake, table, events, merges)
    people, accounts, _ = rolled.values()
    return RollupReport(
        pairs=len(people.pairs),
        person_rows=people.rows,
        account_rows=accounts.rows,
        full=people.full,
        days=tuple(sorted({day.isoformat() for _, day in people.pairs | accounts.pairs})),
    )


def roll_up_stage(run: StageRun) -> StageReport:
    """The cycle's stage: roll up what is new."""
    report = roll_up(queries.open_lake(run.slug), merged())
    return StageReport(rows=report.person_rows + report.account_rows, note=f"{report.pairs} pairs")


def maintain_stage(run: StageRun) -> StageReport:
    """The cycle's last stage: tidy the lake when it is worth it."""
    report = maintain(queries.open_lake(run.slug), today=clock.today("UTC"))
    return StageReport(rows=report.merged, note=f"{report.merged} files into {report.written}")


@dataclass(frozen=True, slots=True)
class _Rolled:
    pairs: Pairs = frozenset()
    rows: int = 0
    full: bool = False


def _roll(lake: Lake, table: str, events: delta.Snapshot, merges: Merged) -> _Rolled:
    """Bring one roll-up table up to `events` and `merges`, in one commit."""
    handle = delta.open_for_writing(lake.spec(table), lake.uri(table))
    rolled = handle.transaction_version(ROLLED)
    known = handle.transaction_version(MERGED) or 0
    if rolled == events.version and known == merges.number:
        return _Rolled()
    standing = lake.snapshot(table)
    changed = _changed(events, rolled)
    if changed is not None:
        changed = moving.with_moves(changed, merges) | _concerned(lake, merges, since=known)
    added: list[AddAction] = []
    removed: list[delta.DataFile] = []
    if changed is None:
        removed += standing.files
        for month in lake.months(_STEPS[table].source):
            action = _write_month(lake, table, month, merges, pairs=None, kept=())
            added += [action] if action else []
    else:
        changed = changed if table == "usage_person_day" else _with_later_pairs(lake, changed)
        for month in sorted({day.isoformat()[:7] for _, day in changed}):
            pairs = frozenset(pair for pair in changed if pair[1].isoformat()[:7] == month)
            kept = _holding(standing, month, pairs)
            action = _write_month(lake, table, month, merges, pairs=pairs, kept=kept)
            added += [action] if action else []
            removed += kept
    covered = {ROLLED: events.version, **({MERGED: merges.number} if merges else {})}
    delta.commit(handle, standing.spec, added=added, removed=removed, transactions=covered)
    rows = sum(json.loads(action.stats)["numRecords"] for action in added)
    return _Rolled(changed or frozenset(), rows, full=changed is None)


def _changed(events: delta.Snapshot, rolled: int | None) -> Pairs | None:
    """The pairs with new rows since version `rolled`; None when everything has to be rolled up."""
    if rolled is None or rolled > events.version:
        return None
    changes = delta.changes(events.uri, after=rolled, upto=events.version)
    if changes is None:
        return None
    return frozenset((date.fromisoformat(known_day), date.fromisoformat(day)) for known_day, day in changes.pairs)


def _concerned(lake: Lake, merges: Merged, *, since: int) -> Pairs:
    """The pairs that merges and undoings after number `since` may have moved rows into or out of."""
    (accounts, on), (people, on_too) = merges.accounts.news(since), merges.people.news(since)
    if not accounts and not people:
        return frozenset()
    found = queries.engine().query(
        sql.load(_PACKAGE, "concerned_pairs"),
        relations={
            "events": lake.relation("events"),
            "accounts": pa.table({"id": pa.array(sorted(accounts), pa.int64())}),
            "people": pa.table({"id": pa.array(sorted(people), pa.int64())}),
        },
    )
    days = {*on, *on_too}
    pairs = frozenset(zip(found["known_day"].to_pylist(), found["day"].to_pylist(), strict=True))
    return frozenset(pair for pair in pairs if pair[0] >= min(days)) | moving.later(days, pairs)


def _write_month(
    lake: Lake, table: str, month: str, merges: Merged, *, pairs: Pairs | None, kept: Sequence[delta.DataFile]
) -> AddAction | None:
    """Write one file with `month`'s rows of `pairs` (None: all), computed again, and all other rows of `kept`."""
    step = _STEPS[table]
    days = None if pairs is None else _ends(day for _, day in pairs)
    source = lake.relation(step.source, months={month}, days=days)
    relations: dict[str, Relation] = {"source": moving.moved(source, merges) if step.source == "events" else source}
    if pairs is None:
        relations["pairs"] = queries.engine().query(sql.load(_PACKAGE, "all_pairs"), relations=relations)
    else:
        relations["pairs"] = _table(pairs)
    narrowed = "select * from source" if pairs is None else sql.load(_PACKAGE, step.narrowed)
    select = f"with {step.read_as} as ({narrowed}\n) select * from ({sql.load(_PACKAGE, table)}\n)"  # noqa: S608
    if kept:
        relations["standing"] = queries.these(lake, table, kept)
        select = f"select * from ({select}) union all by name ({sql.load(_PACKAGE, 'untouched')}\n)"  # noqa: S608
    return files.write(
        queries.engine(),
        lake.spec(table),
        lake.uri(table),
        select=select,
        relations=relations,
        partition={"month": month},
    )


def _with_later_pairs(lake: Lake, pairs: Pairs) -> Pairs:
    """`pairs` and those of the same days that became known later: their new people have to be counted again."""
    if not pairs:
        return pairs
    days = _ends(day for _, day in pairs)
    found = queries.engine().query(
        sql.load(_PACKAGE, "later_pairs"),
        relations={
            "person_days": lake.relation(
                "usage_person_day", months={day.isoformat()[:7] for _, day in pairs}, days=days
            ),
            "pairs": _table(pairs),
        },
    )
    later = zip(found.column("known_day").to_pylist(), found.column("day").to_pylist(), strict=True)
    return pairs | frozenset(later)


def _holding(standing: delta.Snapshot, month: str, pairs: Pairs) -> list[delta.DataFile]:
    """The files of `month` that may hold rows of `pairs`."""
    known_days = _ends(known_day for known_day, _ in pairs)
    days = _ends(day for _, day in pairs)
    return [
        file
        for file in standing.files
        if file.partition["month"] == month and file.may_hold("known_day", *known_days) and file.may_hold("day", *days)
    ]


def _ends(days: Iterable[date]) -> tuple[date, date]:
    ordered = sorted(days)
    return ordered[0], ordered[-1]


def _table(pairs: Pairs) -> pa.Table:
    ordered = sorted(pairs)
    return pa.table(
        {
            "known_day": pa.array([known_day for known_day, _ in ordered], pa.date32()),
            "day": pa.array([day for _, day in ordered], pa.date32()),
        }
    )
