"""Delta tables through delta-rs: snapshots to read from, commits to write with."""

import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from tenure.events.adapters import storage
from tenure.events.contracts import TableSpec

PAIRS = "tenure.pairs"
"""Key in a commit's metadata: the (known_day, day) pairs whose rows it added, or null for all of them."""
FILES = "tenure.files"
"""Key in a commit's metadata: the paths of the files that brought new rows."""
_ROWLESS = ("CREATE TABLE", "VACUUM", "SET TBLPROPERTIES")
"""Operations of the log that leave the rows as they are."""

_SETTINGS: Mapping[str, str | None] = {
    "delta.enableDeletionVectors": "false",
    "delta.deletedFileRetentionDuration": "interval 7 days",
    "delta.logRetentionDuration": "interval 1 days",
    "delta.checkpointInterval": "20",
}
_NO_SEARCH = PostCommitHookProperties(cleanup_expired_logs=False)
"""To search the log for what is too old takes as long as many commits; `forget_old_entries` does it, once a day."""

Span = tuple[object, object]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A live Parquet file of a table: `path` relative to it, `spans` the least and greatest value by column."""

    path: str
    size: int
    rows: int
    partition: Mapping[str, str]
    spans: Mapping[str, Span]

    def may_hold(self, column: str, low: object, high: object) -> bool:
        """Whether a row with `low <= column <= high` can be inside; True when nothing is known of the column."""
        span = self.spans.get(column)
        return span is None or not (span[1] < low or span[0] > high)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table at one version: later commits don't change it, and its files stay on disk for seven days."""

    spec: TableSpec
    uri: str
    version: int  # -1 = the table does not exist yet
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What some versions of a table added: (known_day, day) pairs and files, as far as rows are new."""

    pairs: frozenset[tuple[str, str]]
    files: tuple[str, ...]


_handles: dict[str, tuple[DeltaTable, Snapshot]] = {}
_lock = threading.Lock()


def snapshot(spec: TableSpec, uri: str) -> Snapshot:
    """The newest version of the table at `uri`; empty when nothing was written yet."""
    with _lock:
        return _newest(spec, uri)


def _newest(spec: TableSpec, uri: str) -> Snapshot:
    known = _handles.get(uri)
    if known is None:
        try:
            handle = DeltaTable(uri, storage_options=storage.options(uri))
        except TableNotFoundError:
            return Snapshot(spec, uri, -1, ())
    else:
        if _is_newest(known[1]):
            return known[1]
        handle = known[0]
        handle.update_incremental()
        if handle.version() == known[1].version:
            return known[1]
    fresh = Snapshot(spec, uri, handle.version(), _files(spec, handle))
    _handles[uri] = (handle, fresh)
    return fresh


def last_run(spec: TableSpec, uri: str, app: str) -> int:
    """The last transaction version `app` noted in the table at `uri`; 0 when it wrote nothing."""
    with _lock:
        _newest(spec, uri)
        known = _handles.get(uri)
        return (known[0].transaction_version(app) or 0) if known else 0


def _is_newest(snapshot: Snapshot) -> bool:
    """Whether a local table's log ends with this version: a hundred times cheaper than listing the log.

    Old entries are deleted oldest first: as long as this one is there, so is its successor, if there is one.
    """
    if storage.is_url(snapshot.uri):
        return False
    mine, next_one = (f"_delta_log/{snapshot.version + more:020d}.json" for more in (0, 1))
    return storage.exists(snapshot.uri, mine) and not storage.exists(snapshot.uri, next_one)


def forget(uri_prefix: str) -> None:
    """Drop the handles of tables under `uri_prefix`, after their folder was removed."""
    with _lock:
        for uri in [uri for uri in _handles if uri.startswith(uri_prefix)]:
            del _handles[uri]


def open_for_writing(spec: TableSpec, uri: str) -> DeltaTable:
    """A handle of our own, freshly loaded; the table is created when missing."""
    if not DeltaTable.is_deltatable(uri, storage.options(uri)):
        if not storage.is_url(uri):
            Path(uri).mkdir(parents=True, exist_ok=True)
        DeltaTable.create(
            uri,
            Schema.from_arrow(spec.schema),
            mode="ignore",
            partition_by=list(spec.partition_by),
            name=spec.name,
            configuration={**_SETTINGS, "delta.dataSkippingStatsColumns": ",".join(spec.statistics)},
            storage_options=storage.options(uri),
        )
    return DeltaTable(uri, storage_options=storage.options(uri))


def commit(
    handle: DeltaTable,
    spec: TableSpec,
    *,
    added: Sequence[AddAction],
    removed: Sequence[DataFile] = (),
    rows_changed: bool = True,
    pairs: Iterable[tuple[str, str]] | None = (),
    transactions: Mapping[str, int] | None = None,
) -> int:
    """Swap files in one commit and note the application's transaction versions with it; the new version.

    `rows_changed` is False for compaction and clustering: the same rows in other files.
    """
    stamp = int(time.time() * 1000)  # delta-rs writes wall time too; never read by us
    removals = [RemoveAction(file.path, rows_changed, stamp, file.size, dict(file.partition)) for file in removed]
    handle.create_write_transaction(
        [*removals, *added],
        "append",
        Schema.from_arrow(spec.schema),
        list(spec.partition_by),
        commit_properties=CommitProperties(
            custom_metadata={
                PAIRS: None if pairs is None else [list(pair) for pair in pairs],
                FILES: [action.path for action in added] if rows_changed else [],
            },
            app_transactions=[Transaction(app, version) for app, version in (transactions or {}).items()],
        ),
        post_commithook_properties=_NO_SEARCH,
    )
    handle.update_incremental()
    return handle.version()


def forget_old_entries(handle: DeltaTable) -> None:
    """Delete entries of the log that are older than a day and that no checkpoint needs: each commit and each reader
    lists those that are left."""
    handle.cleanup_metadata()


def add_action(
    spec: TableSpec,
    *,
    path: str,
    size: int,
    rows: int,
    partition: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
    rows_changed: bool,
) -> AddAction:
    """The log's entry of a new file; `columns` are DuckDB's COPY statistics by column name."""
    least: dict[str, object] = {}
    greatest: dict[str, object] = {}
    nulls: dict[str, int] = {}
    for name in spec.statistics:
        stats = columns.get(name, {})
        if "min" in stats and "max" in stats:
            kind = spec.schema.field(name).type
            least[name] = _logged(kind, stats["min"], up=False)
            greatest[name] = _logged(kind, stats["max"], up=True)
            nulls[name] = int(stats.get("null_count", "0"))
    stats_json = json.dumps({"numRecords": rows, "minValues": least, "maxValues": greatest, "nullCount": nulls})
    stamp = int(time.time() * 1000)
    return AddAction(path, size, dict(partition), stamp, rows_changed, stats_json)


def changes(uri: str, *, after: int, upto: int) -> Changes | None:
    """What versions `after` < v <= `upto` added; None when the log no longer tells (it is kept for a day)."""
    handle = DeltaTable(uri, version=upto, storage_options=storage.options(uri))
    entries = [entry for entry in handle.history(upto - after) if after < entry["version"] <= upto]
    if len(entries) < upto - after:
        return None
    pairs: set[tuple[str, str]] = set()
    files: list[str] = []
    for entry in entries:
        if entry["operation"].startswith(_ROWLESS):
            continue
        if PAIRS not in entry or entry[PAIRS] is None:
            return None
        pairs.update((known_day, day) for known_day, day in entry[PAIRS])
        files += entry[FILES]
    return Changes(frozenset(pairs), tuple(files))


def _files(spec: TableSpec, handle: DeltaTable) -> tuple[DataFile, ...]:
    """The live files with what the log knows of them."""
    actions = pa.table(handle.get_add_actions(flatten=True))
    columns = set(actions.column_names)
    spans = {
        name: (actions.column(f"min.{name}").to_pylist(), actions.column(f"max.{name}").to_pylist())
        for name in spec.statistics
        if f"min.{name}" in columns and name != "at"
    }
    parts = {name: actions.column(f"partition.{name}").to_pylist() for name in spec.partition_by}
    rows = zip(
        actions.column("path").to_pylist(),
        actions.column("size_bytes").to_pylist(),
        actions.column("num_records").to_pylist(),
        strict=True,
    )
    return tuple(
        DataFile(
            path=path,
            size=size,
            rows=count or 0,
            partition={name: values[i] for name, values in parts.items()},
            spans={name: (low[i], high[i]) for name, (low, high) in spans.items() if low[i] is not None},
        )
        for i, (path, size, count) in enumerate(rows)
    )


def _logged(kind: pa.DataType, text: str, *, up: bool) -> object:
    """A DuckDB statistic as Delta's log writes it; moments are rounded outwards to milliseconds."""
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_date(kind):
        return date.fromisoformat(text).isoformat()
    if pa.types.is_timestamp(kind):
        moment = datetime.fromisoformat(text).astimezone(UTC)
        if up and moment.microsecond % 1000:
            moment += timedelta(milliseconds=1)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    return text
