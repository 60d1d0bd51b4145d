"""Clustering, compaction and vacuum: the same rows in fewer, sorted files; old files leave the disk."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from deltalake import DeltaTable
from deltalake.transaction import AddAction

from tenure.events import queries, rules
from tenure.events.adapters import delta, files
from tenure.events.contracts import TABLES, MaintenanceReport
from tenure.events.lake import Lake
from tenure.events.relations import LakeRelation

VACUUMED = "vacuum"
"""App id under which a table's log keeps the day of its last vacuum."""
RETENTION_HOURS = 7 * 24
LEAST, GREATEST = -(2**63), 2**63 - 1


def maintain(lake: Lake, *, today: date) -> MaintenanceReport:
    """Merge what has become too many files, and once a day delete what nobody has been able to read for seven days.

    Cheap when there is nothing to do. Readers are not disturbed: their files stay on disk.
    """
    merged = written = deleted = 0
    for table in TABLES:
        if lake.snapshot(table).version < 0:
            continue
        before, after = _merge(lake, table, today)
        merged, written = merged + before, written + after
        with lake.guard(lake.uri(table)):
            deleted += _vacuum(lake, table, today)
    return MaintenanceReport(merged, written, deleted)


def _merge(lake: Lake, table: str, today: date) -> tuple[int, int]:
    """Files merged away and written, one commit a group. Others write to the table meanwhile."""
    partitions: defaultdict[tuple[tuple[str, str], ...], list[delta.DataFile]] = defaultdict(list)
    for file in lake.snapshot(table).files:
        partitions[tuple(sorted(file.partition.items()))].append(file)
    before = after = 0
    for key, members in sorted(partitions.items()):
        for merge in rules.merges(members, today=today):
            added = _clustered(lake, table, merge, dict(key))
            if _swap(lake, table, merge.files, added):
                before, after = before + len(merge.files), after + len(added)
    return before, after


def _swap(lake: Lake, table: str, group: Sequence[delta.DataFile], added: Sequence[AddAction]) -> bool:
    """Put the new files in the place of the old, unless somebody wrote the rows of one of these anew meanwhile: then
    the new ones are left to be deleted as what a killed writer leaves."""
    spec, uri = lake.spec(table), lake.uri(table)
    with lake.guard(uri):
        handle = delta.open_for_writing(spec, uri)
        if not {file.path for file in group} <= {file.path for file in lake.snapshot(table).files}:
            return False
        delta.commit(handle, spec, added=added, removed=group, rows_changed=False)
    return True


def _clustered(lake: Lake, table: str, merge: rules.Merge, partition: Mapping[str, str]) -> list[AddAction]:
    """The rows in new files, each with accounts of its own."""
    old = queries.these(lake, table, merge.files)
    added = []
    for select, params in _shares(old, merge.parts):
        action = files.write(
            queries.patient_engine(),
            old.spec,
            old.uri,
            select=select,
            relations={"old": old},
            params=params,
            partition=partition,
            rows_changed=False,
        )
        added += [action] if action else []
    return added


def _shares(old: LakeRelation, count: int) -> Iterator[tuple[str, dict[str, int]]]:
    """Queries that split the rows into about equal shares, by account where there is one."""
    subject = next((name for name in ("account", "id") if name in old.spec.columns), None)
    if count == 1 or subject is None:
        yield "select * from old", {}
        return
    quantiles = [n / count for n in range(1, count)]
    cuts = f"select unnest(quantile_disc({subject}, {quantiles})) as cut from old"  # noqa: S608
    found = queries.patient_engine().query(cuts, relations={"old": old})
    edges = [LEAST, *sorted(set(found.column("cut").to_pylist())), GREATEST]
    for low, high in pairwise(edges):
        yield f"select * from old where {subject} > $low and {subject} <= $high", {"low": low, "high": high}  # noqa: S608


def _vacuum(lake: Lake, table: str, today: date) -> int:
    """Delete files no snapshot of the last seven days needs, those a killed writer left, and old entries of the log:
    at most once a day, after all who ask it what is new."""
    spec = lake.spec(table)
    handle: DeltaTable = delta.open_for_writing(spec, lake.uri(table))
    if handle.transaction_version(VACUUMED) == today.toordinal():
        return 0
    gone = handle.vacuum(retention_hours=RETENTION_HOURS, dry_run=False, full=True)
    delta.commit(handle, spec, added=(), transactions={VACUUMED: today.toordinal()})
    delta.forget_old_entries(handle)
    return len(gone)
