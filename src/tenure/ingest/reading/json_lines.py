"""JSON lines (one object a line), or one JSON array of objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec
import pyarrow as pa

from tenure.ingest.reading.contracts import BadLine, Chunk, cut, text_table

ROWS = 50_000
type _Line = tuple[int, int, bytes]


@dataclass(frozen=True)
class JsonReader:
    """A file of JSON objects; `columns` are the names met in the first 1,000, objects in objects as `a.b`."""

    path: Path
    columns: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> "JsonReader":
        names: dict[str, None] = {}
        for _, _, text in islice(_lines(path), 1_000):
            row = _decode(text)
            if isinstance(row, dict):
                names.update(dict.fromkeys(flat(row)))
        return cls(path, tuple(names))

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        lines = _lines(self.path)
        while block := list(islice(lines, ROWS)):
            yield _chunk(block, wanted)

    def raw(self, places: Sequence[tuple[int, int, int]]) -> Iterator[str]:
        with self.path.open("rb") as file:
            for _, offset, size in places:
                file.seek(offset)
                yield file.read(size).decode("utf-8", "backslashreplace")


def flat(row: dict[str, object], prefix: str = "") -> dict[str, str | None]:
    """An object as text by column name; objects inside are flattened, lists stay JSON."""
    cells: dict[str, str | None] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        match value:
            case dict():
                cells.update(flat(value, f"{name}."))
            case None:
                cells[name] = None
            case bool():
                cells[name] = "true" if value else "false"
            case str():
                cells[name] = value
            case list():
                cells[name] = msgspec.json.encode(value).decode()
            case _:
                cells[name] = str(value)
    return cells


def _chunk(block: list[_Line], wanted: Sequence[str]) -> Chunk:
    bad: list[BadLine] = []
    places: list[tuple[int, int, int]] = []
    columns: list[list[str | None]] = [[] for _ in wanted]
    for number, offset, text in block:
        row = _decode(text)
        if not isinstance(row, dict):
            reason = row if isinstance(row, str) else "expected a JSON object"
            bad.append(BadLine(number, "", reason, cut(text.decode("utf-8", "backslashreplace"))))
            continue
        cells = flat(row)
        places.append((number, offset, len(text)))
        for name, column in zip(wanted, columns, strict=True):
            cell = cells.get(name)
            column.append(cell if cell is None or "\x00" not in cell else cell.replace("\x00", ""))
    placed = (
        [pa.array(part, pa.int64()) for part in zip(*places, strict=True)] if places else [pa.array([], pa.int64())] * 3
    )
    return Chunk(text_table(wanted, [pa.array(column, pa.string()) for column in columns], placed), tuple(bad))


def _decode(text: bytes) -> object:
    """The object, or the reason why there is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"not JSON: {error}"


def _lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        at = file.tell()
        for number, line in enumerate(file, 1):
            text = line.strip()
            if number == 1 and text.startswith(b"["):
                file.seek(at)
                yield from _array(file.read(), base=at)
                return
            if text:
                yield number, at, text
            at += len(line)


def _array(text: bytes, *, base: int) -> Iterator[_Line]:
    """The objects of one JSON array; a line is then the object's number."""
    try:
        rows = msgspec.json.decode(text, type=list[msgspec.Raw])
    except msgspec.DecodeError:
        yield 1, 0, text
        return
    at = 0
    for number, row in enumerate(rows, 1):
        at = text.find(bytes(row), at)
        yield number, base + at, bytes(row)
        at += len(bytes(row))
