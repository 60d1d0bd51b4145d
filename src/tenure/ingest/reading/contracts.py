"""What every reader gives: chunks of rows as text, each row with its place, and the lines that are not rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

LINE, OFFSET, SIZE = "__line", "__offset", "__size"
PLACE = (pa.field(LINE, pa.int64()), pa.field(OFFSET, pa.int64()), pa.field(SIZE, pa.int64()))
RAW_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no row, and why. `raw` is cut at 2,000 characters."""

    line: int
    column: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file. `rows` has the place columns and then text columns; an empty cell is "" or null."""

    rows: pa.Table
    bad: tuple[BadLine, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


class Reader(Protocol):
    """A file that can be read in chunks."""

    @property
    def path(self) -> Path: ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns, in the file's order."""

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All rows, with the wanted columns only (those that the file has)."""

    def raw(self, places: Sequence[tuple[int, int, int]]) -> Iterator[str]:
        """The text of the rows at these (line, offset, size), in the order asked."""


def text_table(names: Sequence[str], columns: Sequence[pa.Array], places: Sequence[pa.Array]) -> pa.Table:
    """Rows with their places as one table of text."""
    schema = pa.schema([*PLACE, *(pa.field(name, pa.string()) for name in names)])
    return pa.table([*places, *columns], schema=schema)


def cut(raw: str) -> str:
    """Raw text as it is kept with a reject."""
    text = raw.replace("\x00", "␀").rstrip("\r\n")
    return text if len(text) <= RAW_LIMIT else text[: RAW_LIMIT - 1] + "…"
