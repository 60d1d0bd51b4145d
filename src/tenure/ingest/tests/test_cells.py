"""From the text of a cell to its value, or to the reason why it has none."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tenure.ingest.maps import SourceMap
from tenure.ingest.maps.columns import (
    BooleanColumn,
    Column,
    DateColumn,
    DurationColumn,
    IdColumn,
    MoneyColumn,
    NumberColumn,
    TextColumn,
)
from tenure.ingest.staging import cells
from tenure.ingest.staging.cells import Cell, Kind, Notation
from tenure.ingest.staging.store import Bench

COLUMN = {"column": "x"}
moment = datetime.fromisoformat


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path, zone="UTC") as opened:
        yield opened


def read(bench: Bench, text: str | None, kind: Kind, column: Column, *, zone: str = "UTC", **options: object) -> object:
    """The value of one cell, or (reason,)."""
    source = SourceMap.model_validate({"source": "s", "files": {"f": {"file": "f", "accounts": {"key": "x"}}}})
    bench.put(
        "one",
        pa.table({"__file": [0], "__line": [1], "__offset": [0], "__size": [0], "c0": pa.array([text], pa.string())}),
    )
    notation = Notation(source, zone, "USD", {"x": "c0"})
    cell = Cell("v", column, kind, **options)  # type: ignore[arg-type]
    ((value, problem),) = bench.rows(f"SELECT v, problem.r FROM ({cells.typed_rows('one', [cell], notation)})")
    return (problem,) if problem is not None else value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", moment("2024-02-29 00:00:00")),
        (" 2024-02-29\t", moment("2024-02-29 00:00:00")),
        ("2024/2/9", moment("2024-02-09 00:00:00")),
        ("2024-02-29 10:30", moment("2024-02-29 10:30:00")),
        ("2024-02-29T10:30:15.5Z", moment("2024-02-29 10:30:15.500000")),
        ("2024-02-29T10:30:00+02:00", moment("2024-02-29 08:30:00")),
        ("", None),
        ("N/A", None),
        ("2023-02-29", ("expected a date (YYYY-MM-DD), found “2023-02-29”",)),
        ("tomorrow", ("expected a date (YYYY-MM-DD), found “tomorrow”",)),
        ("infinity", ("expected a date (YYYY-MM-DD), found “infinity”",)),
        ("0024-02-28", ("the year 24 cannot be right",)),
        ("=TODAY()", ("a formula where a date is expected; nothing in a file is computed",)),
    ],
)
def test_a_date(bench: Bench, text: str, value: object) -> None:
    assert read(bench, text, "moment", DateColumn(**COLUMN)) == value


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("29.02.2024", "%d.%m.%Y", moment("2024-02-29 00:00:00")),
        ("02/29/2024 5:06 PM", "%m/%d/%Y %I:%M %p", moment("2024-02-29 17:06:00")),
        ("1709164800", "epoch_s", moment("2024-02-29 00:00:00")),
        ("1709164800500", "epoch_ms", moment("2024-02-29 00:00:00.500000")),
        ("29/02/2024", ("%m/%d/%Y", "%d/%m/%Y"), moment("2024-02-29 00:00:00")),
        ("13.13.2024", "%d.%m.%Y", ("expected a date (%d.%m.%Y), found “13.13.2024”",)),
    ],
)
def test_a_date_in_a_format(bench: Bench, text: str, form: object, value: object) -> None:
    assert read(bench, text, "moment", DateColumn.model_validate({**COLUMN, "format": form})) == value


def test_a_time_without_a_zone_is_in_the_declared_one_and_a_day_is_the_workspaces(bench: Bench) -> None:
    column = DateColumn(**COLUMN, timezone="America/New_York")
    assert read(bench, "2024-07-01 12:00", "moment", column, zone="Europe/Berlin") == moment("2024-07-01 16:00:00")
    assert read(bench, "2024-07-01", "moment", column, zone="Europe/Berlin") == moment("2024-06-30 22:00:00")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", ".", 12.0),
        ("-1.5", ".", -1.5),
        ("1e3", ".", 1000.0),
        ("1,234,567.5", ".", 1_234_567.5),
        ("1 234", ".", 1234.0),
        ("1,5", ",", 1.5),
        ("1.234.567,5", ",", 1_234_567.5),
        ("1,5", ".", ("expected a number, found “1,5”",)),
        ("nan", ".", None),
        ("0x10", ".", ("expected a number, found “0x10”",)),
        ("12abc", ".", ("expected a number, found “12abc”",)),
        ("=1+1", ".", ("a formula where a number is expected; nothing in a file is computed",)),
    ],
)
def test_a_number(bench: Bench, text: str, decimal: str, value: object) -> None:
    assert read(bench, text, "number", NumberColumn.model_validate({**COLUMN, "decimal": decimal})) == value


def test_a_number_that_may_not_be_negative_or_broken(bench: Bench) -> None:
    assert read(bench, "-3", "number", NumberColumn(**COLUMN), negative=False) == ("expected 0 or more, found -3",)
    assert read(bench, "3.0", "whole", NumberColumn(**COLUMN)) == 3
    assert read(bench, "3.5", "whole", NumberColumn(**COLUMN)) == ("expected a whole number, found “3.5”",)


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("19.99", {}, 1999),
        ("$1,200", {}, 120_000),
        ("1200 EUR", {}, 120_000),
        ("0.125", {}, 12),
        ("0.135", {}, 14),
        ("1999", {"unit": "minor"}, 1999),
        ("1200", {"per": "year"}, 10_000),
        ("300", {"per": "quarter"}, 10_000),
        ("free", {}, ("expected an amount, found “free”",)),
    ],
)
def test_money_in_minor_units(bench: Bench, text: str, said: dict[str, object], value: object) -> None:
    assert read(bench, text, "money", MoneyColumn.model_validate({**COLUMN, **said})) == value


def test_money_knows_the_minor_unit_of_its_currency(bench: Bench) -> None:
    assert read(bench, "1200", "money", MoneyColumn(**COLUMN), currency="'JPY'") == 1200
    assert read(bench, "1.5", "money", MoneyColumn(**COLUMN), currency="'KWD'") == 1500


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90", "seconds", 90.0),
        ("1.5", "minutes", 90.0),
        ("2", "hours", 7200.0),
        ("1500", "milliseconds", 1.5),
        ("1:02:03", "seconds", 3723.0),
        ("02:03", "hours", 123.0),
        ("soon", "seconds", ("expected a length of time, found “soon”",)),
    ],
)
def test_a_length_of_time(bench: Bench, text: str, unit: str, value: object) -> None:
    assert read(bench, text, "duration", DurationColumn.model_validate({**COLUMN, "unit": unit})) == value


def test_yes_and_no(bench: Bench) -> None:
    assert read(bench, "TRUE", "boolean", BooleanColumn(**COLUMN)) is True
    assert read(bench, "n", "boolean", BooleanColumn(**COLUMN)) is False
    assert read(bench, "ja", "boolean", BooleanColumn(**COLUMN, true_words=("Ja",), false_words=("Nein",))) is True
    assert read(bench, "maybe", "boolean", BooleanColumn(**COLUMN)) == (
        "expected yes or no (true, t; false, f), found “maybe”",
    )


def test_a_formula_is_text_in_a_text_column_and_no_id(bench: Bench) -> None:
    formula = '=HYPERLINK("http://evil.example","click")'
    assert read(bench, formula, "text", TextColumn(**COLUMN)) == formula
    assert read(bench, formula, "id", IdColumn(**COLUMN)) == (
        "a formula where an id is expected; nothing in a file is computed",
    )
    assert read(bench, "@handle", "id", IdColumn(**COLUMN)) == "@handle"
    assert read(bench, "-5", "id", IdColumn(**COLUMN)) == "-5"


def test_an_empty_id_and_one_too_long(bench: Bench) -> None:
    assert read(bench, None, "id", IdColumn(**COLUMN), required=True) == ("is empty",)
    assert read(bench, "x" * 256, "id", IdColumn(**COLUMN)) == ("an id longer than 255 characters",)


def test_words_are_translated_and_defaults_fill_in(bench: Bench) -> None:
    column = TextColumn(**COLUMN, values={"M": "monthly"}, default="annual")
    assert read(bench, "m", "text", column) == "monthly"
    assert read(bench, "", "text", column) == "annual"
    assert read(bench, "other", "text", column) == "other"
    assert read(bench, "x", "text", TextColumn(constant="always")) == "always"


def test_one_of_some_words(bench: Bench) -> None:
    assert read(bench, "NPS", "text", TextColumn(**COLUMN), choices=("nps", "csat")) == "nps"
    assert read(bench, "abc", "text", TextColumn(**COLUMN), choices=("nps", "csat")) == (
        "expected one of: nps, csat, found “abc”",
    )
