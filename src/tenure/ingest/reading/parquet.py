"""Parquet, as text like the others, so that one set of rules reads every file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.ingest.reading.contracts import Chunk, text_table

ROWS = 131_072


@dataclass(frozen=True)
class ParquetReader:
    """A Parquet file; structs are flattened to `a.b`. A row's line is its number."""

    path: Path
    columns: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> "ParquetReader":
        schema = pq.read_schema(path)
        return cls(path, tuple(pa.Table.from_batches([], schema).flatten().column_names))

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        names = [name for name in self.columns if name in set(wanted)]
        done = 0
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                table = pa.Table.from_batches([batch]).flatten()
                lines = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int64())
                nothing = pa.nulls(batch.num_rows, pa.int64())
                yield Chunk(text_table(names, [_text(table[name]) for name in names], [lines, nothing, nothing]))
                done += batch.num_rows

    def raw(self, places: Sequence[tuple[int, int, int]]) -> Iterator[str]:
        """The rows as JSON of their text."""
        wanted = {line for line, _, _ in places}
        found: dict[int, str] = {}
        for chunk in self.chunks(self.columns):
            lines = chunk.rows.column(0).to_pylist()
            hits = [index for index, line in enumerate(lines) if line in wanted]
            for index, row in zip(
                hits, chunk.rows.take(hits).drop(chunk.rows.column_names[:3]).to_pylist(), strict=True
            ):
                found[lines[index]] = msgspec.json.encode(row).decode()
        for line, _, _ in places:
            yield found.get(line, "")


def _text(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
    if pa.types.is_floating(kind):
        # Whole numbers with gaps are floats in many a Parquet file: an id 12 must not become "12.0".
        finite = pc.fill_null(pc.is_finite(array), True)
        if pc.all(finite).as_py() and pc.all(pc.fill_null(pc.equal(array, pc.floor(array)), True)).as_py():
            array = array.cast(pa.int64(), safe=False)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        return pa.array(
            [None if v is None else msgspec.json.encode(v).decode() for v in array.to_pylist()], pa.string()
        )
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if v is None else v.decode("utf-8", "replace") for v in array.to_pylist()], pa.string())
    text = array.cast(pa.string())
    return (
        pc.replace_substring(text, "\x00", "") if pa.types.is_string(kind) or pa.types.is_large_string(kind) else text
    )
