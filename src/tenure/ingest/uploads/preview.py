"""Some rows of each file with their fate, read off the bench after a dry run."""

# ruff: noqa: S608 (only numbers are put into the queries)

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tenure.ingest.reading import LINE, Chunk
from tenure.ingest.staging.store import Bench, StagedFile

ROWS = 20
COLUMNS = 12
_CELL = 80


@dataclass(frozen=True, slots=True)
class FatedRow:
    """A row and what would become of it: created, updated, unchanged or rejected, with the reason."""

    line: int
    cells: tuple[str, ...]
    fate: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """The first rows of a file; `more` columns are not shown."""

    file: str
    columns: tuple[str, ...]
    more: int
    rows: tuple[FatedRow, ...]


def previews(bench: Bench) -> Iterator[FilePreview]:
    """The first twenty rows of each file, those without cells (broken lines) included."""
    for file in bench.files:
        rejected = {
            int(str(line)): (str(column or ""), str(reason), str(raw or ""))
            for line, column, reason, raw in bench.rows(
                "SELECT __line, min(c), min(reason), min(raw) FROM rejects"
                f" WHERE __file = {file.number} GROUP BY 1 ORDER BY 1 LIMIT {ROWS * 20}"
            )
        }
        columns = file.reader.columns[:COLUMNS]
        read = dict(_first(file, columns))
        for line, (_, _, raw) in rejected.items():
            if line not in read and (len(read) < ROWS or line < max(read)):
                read[line] = (raw,)
        lines = sorted(read)[:ROWS]
        fates = _fates(bench, file, lines)
        yield FilePreview(
            file=file.shown,
            columns=columns,
            more=len(file.reader.columns) - len(columns),
            rows=tuple(_fated(line, read[line], rejected.get(line), fates.get(line)) for line in lines),
        )


def _first(file: StagedFile, columns: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
    def rows(chunks: Iterator[Chunk]) -> Iterator[tuple[int, tuple[object, ...]]]:
        for chunk in chunks:
            table = chunk.rows.select([LINE, *columns]).slice(0, ROWS)
            for line, *cells in zip(*(column.to_pylist() for column in table.columns), strict=True):
                yield line, tuple(cells)

    yield from islice(rows(file.reader.chunks(columns)), ROWS)


def _fates(bench: Bench, file: StagedFile, lines: Sequence[int]) -> dict[int, str]:
    """A row that creates anything is created, else updated if it changes anything."""
    if not lines:
        return {}
    found = bench.rows(
        "SELECT __line, min(CASE outcome WHEN 'created' THEN 1 WHEN 'updated' THEN 2 ELSE 3 END) FROM outcomes"
        f" WHERE __file = {file.number} AND __line IN ({', '.join(map(str, lines))}) GROUP BY 1"
    )
    return {int(str(line)): ("created", "updated", "unchanged")[int(str(rank)) - 1] for line, rank in found}


def _fated(line: int, cells: Sequence[object], rejected: tuple[str, str, str] | None, fate: str | None) -> FatedRow:
    shown = tuple(_cut("" if cell is None else str(cell)) for cell in cells)
    if rejected:
        return FatedRow(line, shown, "rejected", rejected[0], rejected[1])
    return FatedRow(line, shown, fate or "unchanged", "", "")


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
