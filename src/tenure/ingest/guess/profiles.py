"""What the columns of unknown files look like: types, uniqueness, and whose values lie in whose."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from tenure.ingest import reading
from tenure.ingest.maps.document import FALSE_WORDS, NULL_WORDS, TRUE_WORDS
from tenure.ingest.staging import text as sql

type Type = Literal["empty", "boolean", "whole", "number", "day", "moment", "email", "text"]

SAMPLE_ROWS = 200_000
_FORMATS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%d %b %Y", "%b %d, %Y", "%d/%m/%y", "%m/%d/%y",
    "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
)  # fmt: skip
_DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_MOMENT = _DAY + r"[T ][0-9]{1,2}:[0-9]{2}.*"
_NUMBER = r"[+-]?\p{Sc}?[0-9][0-9,’' ]*([.][0-9]+)?([eE][+-]?[0-9]+)?"
_COMMA_NUMBER = r"[+-]?\p{Sc}?[0-9][0-9.’' ]*,[0-9]+"
_YES_NO = r"^(is|has|can|was|did)_|flag|_yn$"
_EMAIL = r"[^@\s]+@[^@\s]+[.][^@\s]+"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column: its type and how its values repeat. `format` is a date format that all values follow."""

    name: str
    staged: str
    type: Type
    filled: int
    distinct: int
    format: str | None = None
    ambiguous: bool = False
    decimal_comma: bool = False
    least: str = ""
    greatest: str = ""

    @property
    def is_date(self) -> bool:
        return self.type in ("day", "moment")

    @property
    def is_number(self) -> bool:
        return self.type in ("whole", "number")

    def matches(self, pattern: str) -> bool:
        """Whether the name, in small letters with `_` between words, holds the pattern."""
        return re.search(pattern, snake(self.name)) is not None


@dataclass(frozen=True, slots=True)
class FileProfile:
    """A file. `points_at` maps a column to the (file, column) whose values hold all of its own."""

    shown: str
    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    table: str
    points_at: dict[str, tuple[str, str]] = field(default_factory=dict)

    def column(self, name: str) -> ColumnProfile:
        return next(column for column in self.columns if column.name == name)

    def unique(self, column: ColumnProfile) -> bool:
        """Whether the column names a row: filled everywhere, never twice."""
        return self.rows > 0 and column.filled == self.rows == column.distinct


def snake(name: str) -> str:
    """`First Response (min)` → `first_response_min`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


class Sample:
    """The first 200,000 rows of each file in a DuckDB of our own."""

    def __init__(self) -> None:
        self._duck = duckdb.connect(":memory:")
        self._duck.execute("SET enable_progress_bar = false")

    def profile(self, shown: str, readers: Sequence[reading.Reader], number: int) -> FileProfile:
        """Read a sample of a file, or of the parts of one, and describe it. All parts have the same columns."""
        table, columns = f"f{number}", readers[0].columns
        staged = {name: f"c{place}" for place, name in enumerate(columns)}
        self._duck.execute(f"CREATE TABLE {table} ({', '.join(f'{c} VARCHAR' for c in staged.values())})")
        rows = 0
        for chunk in (chunk for reader in readers for chunk in reader.chunks(columns)):
            names = [staged.get(name, name) for name in chunk.rows.column_names]
            self._duck.register("incoming", chunk.rows.rename_columns(names))
            self._duck.execute(f"INSERT INTO {table} SELECT {', '.join(map(_known, staged.values()))} FROM incoming")
            rows += chunk.rows.num_rows
            if rows >= SAMPLE_ROWS:
                break
        profiles = tuple(self._column(table, name, column) for name, column in staged.items()) if rows else ()
        name = re.sub(r"_+", "_", snake(Path(shown).name.split(".")[0]))
        return FileProfile(shown, name, rows, profiles, table)

    def is_key(self, file: FileProfile, columns: Sequence[str]) -> bool:
        """Whether the columns together name a row."""
        staged = ", ".join(file.column(name).staged for name in columns)
        return self._row(f"SELECT count(*) = count(DISTINCT ({staged})) FROM {file.table}")[0] is True

    def link(self, files: Sequence[FileProfile]) -> None:
        """Fill `points_at`: columns whose values are found in a unique column of another file."""
        for file in files:
            for column in file.columns:
                best = max(self._targets(files, file, column), default=None)
                if best is not None:
                    file.points_at[column.name] = (best[1], best[2])

    def _targets(
        self, files: Sequence[FileProfile], file: FileProfile, column: ColumnProfile
    ) -> Iterator[tuple[float, str, str]]:
        if column.type not in ("text", "whole", "email") or column.filled == 0:
            return
        for other in files:
            for key in other.columns:
                if other is file or not other.unique(key) or key.type != column.type:
                    continue
                if column.least > key.greatest or column.greatest < key.least:
                    continue
                alike = _alike(column, key, other)
                # Small whole numbers lie in each other by chance: then the names have to agree.
                if column.type == "whole" and not alike:
                    continue
                shared = self._row(
                    f"SELECT avg(CAST(k.v IS NOT NULL AS DOUBLE)) FROM (SELECT DISTINCT {column.staged} AS v"
                    f" FROM {file.table} WHERE {column.staged} IS NOT NULL) c"
                    f" LEFT JOIN (SELECT {key.staged} AS v FROM {other.table}) k ON k.v = c.v"
                )[0]
                if isinstance(shared, float) and shared >= (0.5 if alike else 0.9):
                    yield shared + alike, other.shown, key.name

    def _column(self, table: str, name: str, staged: str) -> ColumnProfile:
        tests = {
            "boolean": f"lower({staged}) IN ({sql.texts((*TRUE_WORDS, *FALSE_WORDS))})",
            "number": f"regexp_full_match({staged}, {sql.text(_NUMBER)})",
            "comma": f"regexp_full_match({staged}, {sql.text(_COMMA_NUMBER)})",
            "whole": f"TRY_CAST({staged} AS BIGINT) IS NOT NULL AND NOT contains({staged}, '.')",
            "day": f"regexp_full_match({staged}, {sql.text(_DAY)}) AND TRY_CAST({staged} AS DATE) IS NOT NULL",
            "moment": f"regexp_full_match({staged}, {sql.text(_MOMENT)})",
            "email": f"regexp_full_match({staged}, {sql.text(_EMAIL)})",
        }
        counted = ", ".join(f"count_if({test})" for test in tests.values())
        row = self._row(
            f"SELECT count({staged}), count(DISTINCT {staged}), min({staged}), max({staged}), {counted} FROM {table}"
        )
        filled, distinct = int(str(row[0])), int(str(row[1]))
        hits = {kind: int(str(count)) / filled if filled else 0.0 for kind, count in zip(tests, row[4:], strict=True)}
        least, greatest = str(row[2] or ""), str(row[3] or "")
        shape: Type = "text"
        date_format, ambiguous = None, False
        if not filled:
            shape = "empty"
        elif hits["boolean"] == 1 and distinct <= 2 and (least not in ("0", "1") or re.search(_YES_NO, snake(name))):
            shape = "boolean"
        elif hits["day"] + hits["moment"] > 0.9:
            shape = "moment" if hits["moment"] > 0 else "day"
        elif hits["whole"] > 0.95:
            shape = "whole"
        elif hits["number"] > 0.95 or hits["number"] + hits["comma"] > 0.95:
            shape = "number"
        elif hits["email"] > 0.9:
            shape = "email"
        if shape in ("text", "whole"):
            date_format, ambiguous = self._format(table, staged, filled, name)
            if date_format is not None:
                shape = "moment" if "%H" in date_format else "day"
        return ColumnProfile(
            name, staged, shape, filled, distinct, date_format, ambiguous, hits["comma"] > 0.05, least, greatest
        )

    def _format(self, table: str, staged: str, filled: int, name: str) -> tuple[str | None, bool]:
        """The date format that (nearly) all values follow, and whether another would do as well."""
        counted = ", ".join(f"count_if(try_strptime({staged}, {sql.text(f)}) IS NOT NULL)" for f in _FORMATS)
        hits = [int(str(count)) for count in self._row(f"SELECT {counted} FROM {table}")]
        best = max(hits)
        if best < 0.9 * filled:
            return None, False
        fitting = [form for form, count in zip(_FORMATS, hits, strict=True) if count == best]
        if fitting[0] == "%Y%m%d" and not re.search("date|day|_on$|_at$", snake(name)):
            return None, False
        return fitting[0], len(fitting) > 1

    def _row(self, query: str) -> tuple[object, ...]:
        (row,) = self._duck.execute(query).fetchall()
        return tuple(row)


def _known(column: str) -> str:
    return f"CASE WHEN lower(trim({column})) IN ({sql.texts(NULL_WORDS)}) THEN NULL ELSE trim({column}) END"


def _alike(column: ColumnProfile, key: ColumnProfile, other: FileProfile) -> bool:
    """`account_id` and `account_id`, or `account` and `accounts.id`."""
    mine, theirs = snake(column.name), snake(key.name)
    if mine == theirs and mine != "id":
        return True
    thing = re.sub(r"s$", "", re.sub(r"ies$", "y", other.name.split("_")[-1]))
    return theirs in ("id", "key", "uuid") and re.sub(r"_(id|key|uuid)$", "", mine).endswith(thing)


__all__ = ["ColumnProfile", "FileProfile", "Sample", "pa", "snake"]
