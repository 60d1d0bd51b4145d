"""CSV, read tolerantly and fast: good lines by Arrow in blocks, doubtful ones one by one."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from tenure.ingest.reading import encodings, records
from tenure.ingest.reading.contracts import BadLine, Chunk, cut, text_table

BLOCK = 16 << 20
_DELIMITERS = (",", ";", "\t", "|")
OPEN_QUOTE = "a quotation mark is opened and never closed"
NOT_DECODED = "the bytes are neither UTF-8 nor {encoding}"


@dataclass(frozen=True)
class CsvReader:
    """A CSV file. `source` is the file as its owner knows it, `path` the plain copy that is read."""

    path: Path
    delimiter: str
    columns: tuple[str, ...]
    body_at: int
    body_line: int
    encoding: str | None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        delimiter: str | None = None,
        header: Sequence[str] = (),
        skip_lines: int = 0,
        encoding: str | None = None,
    ) -> "CsvReader":
        """Find delimiter, header and where the rows begin."""
        with path.open("rb") as file:
            if file.read(3) != encodings.BOM:
                file.seek(0)
            for _ in range(skip_lines):
                file.readline()
            line, at, first = skip_lines + 1, file.tell(), file.readline()
            while first and not first.strip() and not header:
                line, at, first = line + 1, file.tell(), file.readline()
            found = encodings.decode(first, (encoding or "utf-8", encodings.FALLBACK, "latin-1"))
            text = found[0].rstrip("\r\n") if found else ""
            mark = delimiter or max(_DELIMITERS, key=text.count)
            if header:
                return cls(path, mark, _names(header), at, line, encoding)
            cells = next(csv.reader([text], delimiter=mark), [])
            return cls(path, mark, _names(cells), file.tell(), line + 1, encoding)

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All rows in blocks of 16 MB."""
        foreign: str | None = self.encoding
        line, at, rest = self.body_line, self.body_at, b""
        with self.path.open("rb") as file:
            file.seek(at)
            while True:
                more = file.read(BLOCK)
                data, final = rest + more, not more
                if not final:
                    end = data.rfind(b"\n") + 1
                    if end == 0:
                        rest = data
                        continue
                    tail = data[end:]
                    data = data[:end]
                else:
                    tail = b""
                if data:
                    if foreign is None and not data.isascii() and not encodings.is_utf8(data):
                        foreign = encodings.fallback(self.path)
                    cut_up = records.split(
                        data, first_line=line, delimiter=self.delimiter, width=len(self.columns), final=final
                    )
                    yield _Block(self, data, at, cut_up, foreign).chunk(wanted)
                    rest, at, line = data[cut_up.consumed :] + tail, at + cut_up.consumed, line + cut_up.line_count
                if final:
                    return

    def raw(self, places: Sequence[tuple[int, int, int]]) -> Iterator[str]:
        """The bytes at these places, read again from the file."""
        with self.path.open("rb") as file:
            for _, offset, size in places:
                file.seek(offset)
                yield _lenient(file.read(size), self.encoding)


@dataclass(frozen=True)
class _Block:
    """One block on its way to a table."""

    reader: CsvReader
    data: bytes
    at: int
    records: records.Records
    foreign: str | None

    def chunk(self, wanted: Sequence[str]) -> Chunk:
        bad = [self._bad(place, "", OPEN_QUOTE) for place in self.records.broken]
        notes: Counter[str] = Counter()
        names = [name for name in self.reader.columns if name in set(wanted)]
        stretches = list(records.runs(self.records))
        clean = b"".join(self.data[a:b] for a, b in stretches)
        tables = []
        if self._readable(clean):
            table = self._by_arrow(clean, names, bad)
            if table is None:
                singles = zip(self.records.starts, self.records.ends, self.records.lines, strict=True)
                table = self._one_by_one(((int(a), int(b), int(n)) for a, b, n in singles), names, bad, notes)
            tables.append(table)
        else:
            singles = zip(self.records.starts, self.records.ends, self.records.lines, strict=True)
            places = [(int(a), int(b), int(n)) for a, b, n in singles]
            tables.append(self._one_by_one(places, names, bad, notes))
        if self.records.joined:
            tables.append(self._one_by_one(self.records.joined, names, bad, notes))
        return Chunk(pa.concat_tables(tables), tuple(sorted(bad, key=lambda b: b.line)), notes)

    def _readable(self, clean: bytes) -> bool:
        declared = (self.foreign or "utf-8").lower().replace("-", "_")
        plain = clean.isascii() or (
            (declared in ("utf_8", "utf8") or self.reader.encoding is None) and encodings.is_utf8(clean)
        )
        return plain and b"\x00" not in clean

    def _by_arrow(self, clean: bytes, names: Sequence[str], bad: list[BadLine]) -> pa.Table | None:
        """The single-line records by Arrow's parser; None when it disagrees with us on what a record is."""
        wrong: list[tuple[int, int]] = []

        def note(row: pacsv.InvalidRow) -> str:
            wrong.append((row.number, row.actual_columns))
            return "skip"

        count = len(self.records.lines)
        if not count:
            return self._table(names, [pa.array([], pa.string()) for _ in names], np.empty((0, 3), np.int64))
        table = pacsv.read_csv(
            pa.BufferReader(clean),
            read_options=pacsv.ReadOptions(
                column_names=self.reader.columns, use_threads=False, block_size=len(clean) + 1
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.reader.delimiter,
                newlines_in_values=False,
                invalid_row_handler=note,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in self.reader.columns},
                include_columns=list(names),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        if table.num_rows + len(wrong) != count:
            return None
        places = np.column_stack(
            (self.records.lines, self.records.starts + self.at, self.records.ends - self.records.starts)
        )
        if wrong:
            rows = np.array([number for number, _ in wrong]) - 1
            for row, (_, cells) in zip(rows.tolist(), wrong, strict=True):
                bad.append(self._bad(self._single(row), "", self._width(cells)))
            places = np.delete(places, rows, axis=0)
        if not names:
            return self._table((), [], places)
        return self._table(names, [column.combine_chunks() for column in table.columns], places)

    def _one_by_one(
        self, places: "Iterator[tuple[int, int, int]] | Sequence[tuple[int, int, int]]", names: Sequence[str],
        bad: list[BadLine], notes: Counter[str],
    ) -> pa.Table:  # fmt: skip
        index = [self.reader.columns.index(name) for name in names]
        kept: list[tuple[int, int, int]] = []
        rows: list[list[str]] = []
        first = (self.reader.encoding,) if self.reader.encoding else ("utf-8", self.foreign or encodings.FALLBACK)
        for start, end, line in places:
            data = self.data[start:end].rstrip(b"\r\n")
            found = encodings.decode(data, first)
            if b"\x00" in data:
                bad.append(self._bad((start, end, line), "", "the line holds a zero byte"))
            elif found is None:
                bad.append(self._bad((start, end, line), "", NOT_DECODED.format(encoding=first[-1])))
            elif (cells := records.parse(found[0], self.reader.delimiter)) is None:
                bad.append(self._bad((start, end, line), "", OPEN_QUOTE))
            elif len(cells) != len(self.reader.columns):
                bad.append(self._bad((start, end, line), "", self._width(len(cells))))
            else:
                if found[1] != first[0]:
                    notes[f"read as {found[1]}"] += 1
                kept.append((line, self.at + start, end - start))
                rows.append([cells[i] for i in index])
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)] if rows else []
        return self._table(
            names, columns or [pa.array([], pa.string()) for _ in names], np.array(kept, np.int64).reshape(-1, 3)
        )

    def _single(self, row: int) -> tuple[int, int, int]:
        return int(self.records.starts[row]), int(self.records.ends[row]), int(self.records.lines[row])

    def _bad(self, place: tuple[int, int, int], column: str, reason: str) -> BadLine:
        start, end, line = place
        return BadLine(line, column, reason, cut(_lenient(self.data[start:end], self.foreign)))

    def _width(self, cells: int) -> str:
        return f"{cells} cells where the header has {len(self.reader.columns)}"

    @staticmethod
    def _table(names: Sequence[str], columns: Sequence[pa.Array], places: np.ndarray) -> pa.Table:
        return text_table(names, columns, [pa.array(places[:, i]) for i in range(3)])


def _lenient(data: bytes, foreign: str | None) -> str:
    found = encodings.decode(data, (foreign or "utf-8", "utf-8", encodings.FALLBACK))
    return found[0] if found else data.decode("utf-8", "backslashreplace")


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """Trimmed names, each once: an empty one is `column_3`, a second `x` is `x_2`."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = base = cell.strip() or f"column_{number}"
        count = 1
        while name in names:
            count += 1
            name = f"{base}_{count}"
        names.append(name)
    return tuple(names)
