"""Reading files of strangers: every row with its exact line, every line that is no row with its reason."""

from collections.abc import Sequence
from pathlib import Path

from tenure.ingest.reading import encodings
from tenure.ingest.reading.contracts import LINE, OFFSET, SIZE, BadLine, Chunk, Reader, cut
from tenure.ingest.reading.csv_files import CsvReader
from tenure.ingest.reading.json_lines import JsonReader
from tenure.ingest.reading.parquet import ParquetReader

__all__ = ["LINE", "OFFSET", "SIZE", "SUFFIXES", "BadLine", "Chunk", "Reader", "cut", "format_of", "open_file"]

SUFFIXES = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def format_of(path: Path) -> str | None:
    """The format that a file's name tells, `.gz` left aside; None for a name that tells none."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return SUFFIXES.get(name.suffix.lower())


def open_file(
    path: Path,
    scratch: Path,
    *,
    kind: str | None = None,
    delimiter: str | None = None,
    header: Sequence[str] = (),
    skip_lines: int = 0,
    encoding: str | None = None,
) -> Reader:
    """A reader for the file; copies of what must be unpacked or recoded first go to `scratch`."""
    kind = kind or format_of(path) or "csv"
    if kind == "parquet":
        return ParquetReader.open(path)
    plain = encodings.plain(path, scratch, encoding=encoding)
    if kind == "jsonl":
        return JsonReader.open(plain)
    recoded = plain.suffix == ".utf8"
    return CsvReader.open(
        plain,
        delimiter=delimiter or ("\t" if path.suffix.lower() == ".tsv" else None),
        header=header,
        skip_lines=skip_lines,
        encoding=None if recoded else encoding,
    )
