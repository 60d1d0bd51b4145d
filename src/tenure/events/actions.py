"""Writes to the lake. Every write is one Delta commit, done exactly once."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import sql
from tenure.events import queries
from tenure.events.adapters import delta, files
from tenure.events.contracts import AppendReport, TableSpec
from tenure.events.lake import Lake

_PACKAGE = "tenure.events"


def append(lake: Lake, table: str, rows: pa.Table, *, writer: str, run: int) -> AppendReport:
    """Add `rows` (the table's schema; `month` may be missing) as run number `run` of `writer`, exactly once.

    A run at or below the writer's last one on this table is not written again: `repeated` says so. Runs of one
    writer therefore have to grow. Raises ValueError for columns that don't fit, or a `known_day` before its `day`.
    """
    spec = lake.spec(table)
    fitting = conform(spec, rows)
    uri, app = lake.uri(table), f"{writer}:{table}"
    with lake.guard(uri):
        handle = delta.open_for_writing(spec, uri)  # loaded before the check: a rival's commit is then a conflict
        last = handle.transaction_version(app)
        if last is not None and last >= run:
            return AppendReport(0, handle.version(), repeated=True)
        if not fitting.num_rows:
            return AppendReport(0, handle.version())
        added = files.write_rows(queries.engine(), spec, uri, fitting)
        version = delta.commit(handle, spec, added=added, pairs=_pairs(fitting), transactions={app: run})
    return AppendReport(fitting.num_rows, version)


def replace(
    lake: Lake, table: str, rows: pa.Table, *, scope: pa.Table, transactions: Mapping[str, int] | None = None
) -> AppendReport:
    """Put `rows` in the place of all rows whose key is in `scope`, in one commit.

    `scope` holds some of the table's columns, among them `day` when the table is partitioned by month: e.g.
    `(day)` to write whole days again, `(day, account)` for some accounts of them. Readers see all or nothing.
    """
    spec = lake.spec(table)
    fitting, uri, engine = conform(spec, rows), lake.uri(table), queries.engine()
    keys = [name for name in spec.columns if name in scope.column_names]
    join = " and ".join(f's."{key}" = k."{key}"' for key in keys)
    with lake.guard(uri):
        handle = delta.open_for_writing(spec, uri)
        added, removed = [], []
        for partition in _partitions_of(spec, fitting, scope):
            live = _holding(lake.snapshot(table), partition, scope)
            removed += live
            where = " and ".join(f'"{key}" = ${key}' for key in partition) or "true"
            action = files.write(
                engine,
                spec,
                uri,
                select=f"select * from rows where {where} union all by name "  # noqa: S608
                f"select * from standing s where not exists (select 1 from scope k where {join})",
                relations={"rows": fitting, "scope": scope, "standing": queries.these(lake, table, live)},
                partition=partition,
                params=partition,
            )
            added += [action] if action else []
        version = delta.commit(handle, spec, added=added, removed=removed, pairs=None, transactions=transactions)
    return AppendReport(fitting.num_rows, version)


def conform(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """`rows` with exactly the columns and types of `spec`; `month` is derived from `day`."""
    if "month" in spec.columns and "day" in rows.column_names:
        if "month" in rows.column_names:
            rows = rows.drop_columns("month")
        rows = rows.append_column("month", _months(rows["day"]))
    missing = [name for name in spec.columns if name not in rows.column_names]
    unknown = [name for name in rows.column_names if name not in spec.columns]
    if missing or unknown:
        raise ValueError(f"Rows for {spec.name}: missing columns {missing}, unknown columns {unknown}.")
    fitting = rows.select(list(spec.columns)).cast(spec.schema)
    if "known_day" in spec.columns and fitting.num_rows:
        early = queries.engine().query(
            "select count(*) as n from rows where known_day < day", relations={"rows": fitting}
        )
        if early.column("n")[0].as_py():
            raise ValueError(f"Rows for {spec.name}: known_day is before day.")
    return fitting


def _months(days: pa.ChunkedArray) -> pa.ChunkedArray:
    """The month ("YYYY-MM") of each day, in their order, which the engine would not keep."""
    different = days.unique()
    months = pc.strftime(different, "%Y-%m")
    return months.take(pc.index_in(days, value_set=different))


def _pairs(rows: pa.Table) -> list[tuple[str, str]]:
    if "known_day" not in rows.column_names:
        return []
    found = queries.engine().query(sql.load(_PACKAGE, "pairs"), relations={"rows": rows})
    return list(zip(found.column("known_day").to_pylist(), found.column("day").to_pylist(), strict=True))


def _partitions_of(spec: TableSpec, rows: pa.Table, scope: pa.Table) -> list[dict[str, str]]:
    """The partitions that `rows` or `scope` touch."""
    if not spec.partition_by:
        return [{}]
    if spec.partition_by != ("month",):
        raise ValueError(f"{spec.name} can only be appended to.")
    days = queries.engine().query(
        "select distinct strftime(day, '%Y-%m') as month from (select day from rows union all select day from scope) "
        "order by month",
        relations={"rows": rows, "scope": scope},
    )
    return [{"month": month} for month in days.column("month").to_pylist()]


def _holding(snapshot: delta.Snapshot, partition: Mapping[str, str], scope: pa.Table) -> list[delta.DataFile]:
    """The files of `partition` that may hold a key of `scope`."""
    spans = {}
    for name in scope.column_names:
        if name in snapshot.spec.statistics and scope.num_rows:
            column = scope.column(name)
            ends = pc.min_max(column).as_py()
            spans[name] = (ends["min"], ends["max"])
    return [
        file
        for file in snapshot.files
        if _within(file, partition) and all(file.may_hold(name, *span) for name, span in spans.items())
    ]


def _within(file: delta.DataFile, partition: Mapping[str, str]) -> bool:
    return all(file.partition[key] == value for key, value in partition.items())
