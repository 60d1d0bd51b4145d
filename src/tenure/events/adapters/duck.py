"""DuckDB in process: SQL over lake relations and Arrow tables."""

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from tenure.events.adapters import storage
from tenure.events.contracts import ROW_GROUP
from tenure.events.relations import LakeRelation, MovedRelation, Relation

if TYPE_CHECKING:
    import pyarrow.dataset as pads

MEMORY_LIMIT = "3GB"
_LOOKED_AT_EVERY = 1_000
"""Files shown between two looks at what is remembered of them."""
_OF_ANY_MB = 8.0
"""A little is remembered of any file, whatever was asked for."""
DICTIONARY = 1_000
"""Columns with more distinct values in a row group are written plain at once: trying costs a third of the time."""
_SOURCE = re.compile(r"(\b(?:from|join) )(\w+)")
_PARAMETER = re.compile(r"\$([a-zA-Z_][a-zA-Z0-9_]*)")


# The relational way, `cursor.sql`, makes no such copy but plans every statement twice: for a page that is what counts.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)


class Engine:
    """One DuckDB a process; every query has a cursor of its own, so threads don't meet.

    Relations are referred to by plain names; `at` is a word of DuckDB's grammar: write `e.at` or `"at"`.
    `footers_mb` of what files say of themselves may be remembered; none where most files are read once. DuckDB forgets
    nothing of it before its whole memory is full, not even of files that were merged away: beyond this it is begun
    anew, which takes some 30 ms.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory_limit: str = MEMORY_LIMIT,
        spill: Path | None = None,
        footers_mb: float = 0,
    ):
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": threads or os.cpu_count() or 1,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
            "allocator_background_threads": True,  # which give memory back that queries have let go of
        }
        if spill is not None:
            self._config["temp_directory"] = str(spill)
        self._footers_mb, self._shown = footers_mb, 0
        self._connection = self._begun()

    def _begun(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:", config=self._config)
        for extension in ("core_functions", "icu", "json", "parquet"):  # inside the package: nothing is fetched
            connection.execute(f"load {extension}")
        connection.execute("set global TimeZone = 'UTC'")
        connection.execute(f"set global parquet_metadata_cache = {self._footers_mb > 0}")
        # Finding the few rows first and reading them again costs more than reading them once: files are small.
        connection.execute("set global late_materialization_max_rows = 0")
        return connection

    def query(
        self,
        sql: str,
        *,
        relations: Mapping[str, Relation] | None = None,
        params: Mapping[str, object] | None = None,
    ) -> pa.Table:
        """The rows of `sql`. Parameters it does not mention are left out, so one mapping can serve many queries."""
        with self.cursor(relations or {}) as cursor:
            # Where order need not be kept, an executed statement hands out its rows as threads finish, whatever its
            # ORDER BY says.
            cursor.execute("set session preserve_insertion_order = true")
            return cursor.execute(sql, _mentioned(sql, params)).to_arrow_table()

    def copy(
        self,
        select: str,
        target: Path,
        *,
        relations: Mapping[str, Relation] | None = None,
        params: Mapping[str, object] | None = None,
        row_group: int = ROW_GROUP,
    ) -> "Copied":
        """Write the rows of `select` to one Parquet file, streaming; say what is in it."""
        with self.cursor(relations or {}) as cursor:
            return copy(cursor, select, target, params=params, row_group=row_group)

    @contextmanager
    def cursor(self, relations: Mapping[str, Relation]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own in which `relations` are visible by name; closed at the end."""
        cursor = self._connection.cursor()
        try:
            for name, relation in relations.items():
                _show(cursor, name, relation)
            yield cursor
        finally:
            cursor.close()
            self._bound(sum(map(_files, relations.values())))

    def _bound(self, files: int) -> None:
        """Begin anew once too much is remembered. Queries under way end in the old engine, which then goes."""
        self._shown += files
        if self._shown < _LOOKED_AT_EVERY:
            return
        self._shown = 0
        if self.footers_mb() > max(self._footers_mb, _OF_ANY_MB):
            self._connection = self._begun()

    def footers_mb(self) -> float:
        """What is remembered of files that were read, MB by DuckDB's count; the process holds half as much again."""
        row = (
            self._connection.cursor()
            .execute("select memory_usage_bytes from duckdb_memory() where tag = 'OBJECT_CACHE'")
            .fetchone()
        )
        return row[0] / 1e6 if row else 0.0


class Copied:
    """What DuckDB says of a file it wrote."""

    __slots__ = ("columns", "rows", "size")

    def __init__(self, rows: int, size: int, columns: Mapping[str, Mapping[str, str]]) -> None:
        self.rows, self.size, self.columns = rows, size, columns


def copy(
    cursor: duckdb.DuckDBPyConnection,
    select: str,
    target: Path,
    *,
    params: Mapping[str, object] | None = None,
    row_group: int = ROW_GROUP,
) -> Copied:
    """`Engine.copy` inside an open cursor. Inserted order is kept: give `select` its ORDER BY."""
    statement = (
        f"copy ({select}) to '{_quoted(str(target))}' "
        f"(format parquet, compression zstd, row_group_size {row_group}, dictionary_size_limit {DICTIONARY}, "
        "return_stats)"
    )
    row = cursor.execute(statement, _mentioned(select, params)).fetchone()
    if row is None:
        return Copied(0, 0, {})
    return Copied(row[1], row[2], {name.strip('"'): stats for name, stats in row[4].items()})


def _mentioned(sql: str, params: Mapping[str, object] | None) -> dict[str, object]:
    """The parameters that `sql` names."""
    names = set(_PARAMETER.findall(sql))
    return {name: value for name, value in (params or {}).items() if name in names}


def _show(cursor: duckdb.DuckDBPyConnection, name: str, relation: Relation) -> None:
    """Make `relation` readable as `name` on this cursor."""
    if isinstance(relation, MovedRelation):
        parts: dict[str, Relation] = {"unmoved": relation.base, **dict(relation.tables)}
        for part, of in parts.items():
            _show(cursor, f"{name}__{part}", of)
        query = _SOURCE.sub(lambda m: f"{m[1]}{name}__{m[2]}" if m[2] in parts else m[0], relation.sql)
        cursor.execute(f'create temp view "{name}" as {query}')
    elif not isinstance(relation, LakeRelation):
        cursor.register(name, relation)
    elif not relation.files:
        cursor.register(name, relation.spec.schema.empty_table().select(relation.columns))
    elif storage.is_url(relation.uri):
        cursor.register(name, _remote(relation))
    else:
        columns = ", ".join(f'"{column}"' for column in relation.columns)
        files = ", ".join(f"'{_quoted(f'{relation.uri}/{path}')}'" for path in relation.files)
        types = ", ".join(f"'{column}': VARCHAR" for column in relation.spec.partition_by)
        hive = f", hive_partitioning = true, hive_types = {{{types}}}" if types else ", hive_partitioning = false"
        cursor.execute(f'create temp view "{name}" as select {columns} from read_parquet([{files}]{hive})')  # noqa: S608


def _files(relation: Relation) -> int:
    """How many files of the lake it reads."""
    if isinstance(relation, MovedRelation):
        return sum(map(_files, (relation.base, *dict(relation.tables).values())))
    return len(relation.files) if isinstance(relation, LakeRelation) else 0


def _remote(relation: LakeRelation) -> "pads.Dataset":
    """The relation's files of an object store as an Arrow dataset; DuckDB pushes columns and filters into it."""
    import pyarrow.dataset as pads  # loads pandas where that is installed, which takes seconds

    fields = [relation.spec.schema.field(name) for name in relation.spec.partition_by]
    return pads.dataset(
        list(relation.files),
        schema=relation.spec.schema,
        format="parquet",
        filesystem=storage.filesystem(relation.uri),
        partitioning=pads.partitioning(pa.schema(fields), flavor="hive") if fields else None,
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@cache
def shared_engine(spill: Path, threads: int, memory_limit: str = MEMORY_LIMIT, footers_mb: float = 0) -> Engine:
    """The process's engine, made at first use; what does not fit into memory goes to `spill`."""
    return Engine(spill=spill, threads=threads, memory_limit=memory_limit, footers_mb=footers_mb)
