"""The workbench of one import: files as text in DuckDB, then typed, then attributed. Nothing of it outlives the run."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from tenure.base.refusals import Problem
from tenure.ingest import reading
from tenure.ingest.contracts import CannotImport
from tenure.ingest.maps import Entry
from tenure.ingest.staging import text as sql

MEMORY_LIMIT = "2GB"
type Progress = Callable[[str], None]


@dataclass(slots=True)
class StagedFile:
    """A file on the bench. `shown` is its name as its owner knows it."""

    number: int
    entry: str
    shown: str
    reader: reading.Reader
    read: int = 0
    notes: Counter[str] = field(default_factory=Counter)


class Bench:
    """A DuckDB of our own; what does not fit into memory spills into `scratch`."""

    def __init__(self, scratch: Path, *, zone: str) -> None:
        self.scratch = scratch
        self.files: list[StagedFile] = []
        self._duck = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(scratch / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        self.run("SET TimeZone = 'UTC'")
        self.run("SET enable_progress_bar = false")
        day = "m" if zone == "UTC" else f"timezone({sql.text(zone)}, timezone('UTC', CAST(m AS TIMESTAMP)))"
        self.run(f"CREATE MACRO __day(m) AS CAST({day} AS DATE)")
        self.run(
            "CREATE TABLE rejects (__file INTEGER, __line BIGINT, __offset BIGINT, __size BIGINT,"
            " c VARCHAR, reason VARCHAR, raw VARCHAR)"
        )
        self.run("CREATE TABLE outcomes (__file INTEGER, __line BIGINT, outcome VARCHAR)")
        self.run("CREATE TABLE warnings (__file INTEGER, warning VARCHAR, n BIGINT)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._duck.close()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Execute one statement."""
        self._duck.execute(statement, list(parameters))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """All rows of a query as tuples."""
        return self._duck.execute(query).fetchall()

    def number(self, query: str) -> int:
        """The one integer that a query answers."""
        ((found,),) = self._duck.execute(query).fetchall()
        return int(found or 0)

    def table(self, query: str) -> pa.Table:
        """The rows of a query as one Arrow table."""
        return self._duck.sql(query).to_arrow_table()

    def put(self, name: str, table: pa.Table) -> None:
        """Keep an Arrow table under a name, in the place of what had it before."""
        self._duck.register("__incoming", table)
        self.run(f"CREATE OR REPLACE TABLE {sql.name(name)} AS SELECT * FROM __incoming")
        self._duck.unregister("__incoming")

    def add(self, name: str, table: pa.Table) -> None:
        """Add rows to a table, columns by name."""
        self._duck.register("__incoming", table)
        self.run(f"INSERT INTO {sql.name(name)} BY NAME SELECT * FROM __incoming")
        self._duck.unregister("__incoming")

    def drop(self, name: str) -> None:
        """Forget a table."""
        self.run(f"DROP TABLE IF EXISTS {sql.name(name)}")

    def stage(
        self, name: str, entry: Entry, paths: Sequence[tuple[str, Path]], wanted: Sequence[str]
    ) -> dict[str, str]:
        """Read the files of an entry into the table `staged:<name>`; the staged column of each wanted column.

        Refuses with `CannotImport` when a file lacks a column that the map names.
        """
        columns = {column: f"c{number}" for number, column in enumerate(wanted)}
        declared = ", ".join(f"{staged} VARCHAR" for staged in columns.values())
        self.run(
            f"CREATE TABLE {sql.name(f'staged:{name}')} (__file INTEGER, __line BIGINT, __offset BIGINT,"
            f" __size BIGINT{', ' + declared if declared else ''})"
        )
        for shown, path in paths:
            file = StagedFile(
                len(self.files), name, shown, open_entry(entry, path, self.scratch / f"f{len(self.files)}")
            )
            self.files.append(file)
            check_columns(file, wanted)
            for chunk in file.reader.chunks(wanted):
                self._take(name, file, chunk, columns)
        return columns

    def _take(self, name: str, file: StagedFile, chunk: reading.Chunk, columns: dict[str, str]) -> None:
        file.read += chunk.rows.num_rows + len(chunk.bad)
        file.notes += chunk.notes
        numbers = pa.array([file.number], pa.int32()).take(pa.array([0] * chunk.rows.num_rows, pa.int32()))
        names = [columns.get(column, column) for column in chunk.rows.column_names]
        self.add(f"staged:{name}", chunk.rows.rename_columns(names).append_column("__file", numbers))
        if chunk.bad:
            self.add(
                "rejects",
                pa.table(
                    {
                        "__file": pa.array([file.number] * len(chunk.bad), pa.int32()),
                        "__line": pa.array([bad.line for bad in chunk.bad], pa.int64()),
                        "c": [bad.column for bad in chunk.bad],
                        "reason": [bad.reason for bad in chunk.bad],
                        "raw": [bad.raw for bad in chunk.bad],
                    }
                ),
            )


def open_entry(entry: Entry, path: Path, scratch: Path) -> reading.Reader:
    """The reader for a file of an entry."""
    scratch.mkdir(parents=True, exist_ok=True)
    return reading.open_file(
        path,
        scratch,
        kind=entry.format,
        delimiter=entry.delimiter,
        header=entry.header,
        skip_lines=entry.skip_lines,
        encoding=entry.encoding,
    )


def check_columns(file: StagedFile, wanted: Sequence[str]) -> None:
    """Refuse a file that lacks a column which the map names."""
    from difflib import get_close_matches

    missing = [column for column in wanted if column not in file.reader.columns]
    if not missing:
        return
    problems = []
    for column in missing:
        near = get_close_matches(column, file.reader.columns, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        problems.append(Problem(f"there is no column `{column}`{hint}", where=file.shown))
    raise CannotImport(
        f"{file.shown} lacks columns that the map names under files.{file.entry}. "
        f"It has: {', '.join(file.reader.columns)}.",
        problems,
    )
