"""Lines of files become rows with their exact place, whatever is wrong beside them."""

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.ingest import reading
from tenure.ingest.reading import csv_files


def read(path: Path, scratch: Path, **options: object) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    """Rows as (line, cells …) by line, and (line, reason) of what is no row."""
    reader = reading.open_file(path, scratch, **options)  # type: ignore[arg-type]
    rows, bad = [], []
    for chunk in reader.chunks(reader.columns):
        columns = [chunk.rows.column(0), *(chunk.rows.column(name) for name in reader.columns)]
        rows += list(zip(*(column.to_pylist() for column in columns), strict=True))
        bad += [(line.line, line.reason) for line in chunk.bad]
    return sorted(rows), bad


def lines(tmp_path: Path, content: bytes, **options: object) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return read(path, tmp_path, **options)


def test_a_cell_may_hold_lines_and_quotation_marks(tmp_path: Path) -> None:
    rows, bad = lines(tmp_path, b'a,b\n1,"two\nlines, ""quoted"""\n\n2,x\r\n')
    assert rows == [(2, "1", 'two\nlines, "quoted"'), (5, "2", "x")]
    assert bad == []


def test_an_open_quotation_mark_costs_its_own_line_only(tmp_path: Path) -> None:
    rows, bad = lines(tmp_path, b'a,b,c\n1,x,y\n2,"open,y\n3,x,y\n4,x,"open too\n5,x,y\n6,"last')
    assert [row[0] for row in rows] == [2, 4, 6]
    assert bad == [(3, csv_files.OPEN_QUOTE), (5, csv_files.OPEN_QUOTE), (7, csv_files.OPEN_QUOTE)]


def test_an_inch_mark_is_text(tmp_path: Path) -> None:
    rows, bad = lines(tmp_path, b'a,b\n1,24" screen\n2,a "word" here\n')
    assert rows == [(2, "1", '24" screen'), (3, "2", 'a "word" here')]
    assert bad == []


def test_a_line_with_too_many_or_too_few_cells_is_told(tmp_path: Path) -> None:
    rows, bad = lines(tmp_path, b"a,b\n1,2\n1,2,3\n1\n3,4\n")
    assert rows == [(2, "1", "2"), (5, "3", "4")]
    assert bad == [(3, "3 cells where the header has 2"), (4, "1 cells where the header has 2")]


def test_lines_of_another_encoding_among_utf_8_are_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("a,b\n1,é\n2,ü\n".encode() + b"3,caf\xe9\n4,\x81\n")
    reader = reading.open_file(path, tmp_path)
    (chunk,) = reader.chunks(reader.columns)
    assert chunk.rows.column("b").to_pylist() == ["é", "ü", "café"]
    assert [(bad.line, bad.reason) for bad in chunk.bad] == [(5, "the bytes are neither UTF-8 nor cp1252")]
    assert dict(chunk.notes) == {"read as cp1252": 1}


def test_a_file_wholly_in_another_encoding_is_detected(tmp_path: Path) -> None:
    words = ["Привет, как дела у вас сегодня", "Большое спасибо за помощь", "Программа работает очень хорошо"] * 20
    content = "a;b\n" + "".join(f"{i};{word}\n" for i, word in enumerate(words))
    rows, bad = lines(tmp_path, content.encode("cp1251"))
    assert [row[2] for row in rows] == words
    assert bad == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    rows, bad = lines(tmp_path, "a,b\n1,ø\n".encode(encoding))
    assert (rows, bad) == ([(2, "1", "ø")], [])


def test_a_declared_encoding_is_taken(tmp_path: Path) -> None:
    rows, _ = lines(tmp_path, "a,b\n1,ß\n".encode("latin-1"), encoding="latin-1")
    assert rows == [(2, "1", "ß")]


def test_old_macintosh_lines_and_zero_bytes(tmp_path: Path) -> None:
    assert lines(tmp_path, b"a,b\r1,2\r3,4\r")[0] == [(2, "1", "2"), (3, "3", "4")]
    rows, bad = lines(tmp_path, b"a,b\n1,2\n3,\x00\n")
    assert rows == [(2, "1", "2")]
    assert bad == [(3, "the line holds a zero byte")]


def test_delimiter_header_and_skipped_lines(tmp_path: Path) -> None:
    assert lines(tmp_path, b"report of today\n\nx;y\n1;2\n", skip_lines=1)[0] == [(4, "1", "2")]
    assert lines(tmp_path, b"1|2\n", delimiter="|", header=("x", "y"))[0] == [(1, "1", "2")]
    path = tmp_path / "names.csv"
    path.write_bytes(b" a ,,a\n1,2,3\n")
    assert reading.open_file(path, tmp_path).columns == ("a", "column_2", "a_2")


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "file.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert read(path, tmp_path)[0] == [(2, "1", "2")]


def test_rows_on_both_sides_of_a_block_keep_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "BLOCK", 64)
    content = "a,b\n" + "".join(f'{i},"cell\n{i}"\n' for i in range(100))
    rows, bad = lines(tmp_path, content.encode())
    assert rows == [(2 + 2 * i, str(i), f"cell\n{i}") for i in range(100)]
    assert bad == []


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@settings(deadline=None)
@given(table=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("a", "b", "c"))
    writer.writerows(table)
    folder = tmp_path_factory.mktemp("written")
    path = folder / "file.csv"
    path.write_bytes(out.getvalue().encode())
    rows, bad = read(path, folder, delimiter=",")
    kept = [row[1:] for row in rows]
    # A line in the middle of a cell that looks like a whole row is taken for one: then nothing may be lost silently.
    if bad:
        assert all(reason == csv_files.OPEN_QUOTE or "cells where" in reason for _, reason in bad)
    else:
        assert kept == list(table)


def test_json_lines_are_flattened_and_broken_ones_told(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    objects = [{"id": 1, "user": {"name": "a"}, "ok": True, "tags": ["x"]}, {"id": 2.5, "user": None}]
    path.write_text(json.dumps(objects[0]) + "\nnot json\n" + json.dumps(objects[1]) + "\n[1]\n")
    reader = reading.open_file(path, tmp_path)
    assert reader.columns == ("id", "user.name", "ok", "tags", "user")
    (chunk,) = reader.chunks(("id", "user.name", "ok", "tags"))
    assert [list(row.values())[3:] for row in chunk.rows.to_pylist()] == [
        ["1", "a", "true", '["x"]'],
        ["2.5", None, None, None],
    ]
    assert [bad.line for bad in chunk.bad] == [2, 4]
    assert list(reader.raw([(3, 0, 5)])) == ['{"id"']


def test_a_json_array_is_read_like_lines(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(' [{"a": "x"}, {"a": "x"}]')
    assert read(path, tmp_path)[0] == [(1, "x"), (2, "x")]
    reader = reading.open_file(path, tmp_path)
    (chunk,) = reader.chunks(("a",))
    places = [(row["__line"], row["__offset"], row["__size"]) for row in chunk.rows.to_pylist()]
    assert places == [(1, 2, 10), (2, 14, 10)]
    assert list(reader.raw(places)) == ['{"a": "x"}', '{"a": "x"}']


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pq.write_table(
        pa.table(
            {
                "id": pa.array([12.0, None]),
                "share": pa.array([0.5, 1.0]),
                "day": pa.array([19_000, 19_001], pa.date32()),
                "ok": pa.array([True, None]),
                "word": pa.array(["a", "b"]).dictionary_encode(),
            }
        ),
        path,
    )
    rows, bad = read(path, tmp_path)
    assert rows == [(1, "12", "0.5", "2022-01-08", "true", "a"), (2, None, "1", "2022-01-09", None, "b")]
    assert bad == []
    reader = reading.open_file(path, tmp_path)
    assert list(reader.raw([(2, 0, 0)])) == ['{"id":null,"share":"1","day":"2022-01-09","ok":null,"word":"b"}']
