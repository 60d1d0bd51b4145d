"""One language, one compiler, one property: the list, the single account and the explanation agree."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.measures.contracts import FieldType
from tenure.measures.language import Expression, explain, parse
from tenure.measures.language.evaluation import finite, lower
from tenure.measures.language.sql import to_sql
from tenure.measures.language.tree import Call, Node, Scalar, Value, walk
from tenure.measures.language.writing import write
from tenure.measures.tests.language_drawing import CATALOGUE, COLUMNS, Draw

TYPES = {
    "number": pa.float64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "list": pa.list_(pa.string()),
}
SCHEMA = pa.schema([("row", pa.int64()), *((column, TYPES[kind]) for column, kind in COLUMNS.items())])


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def by_duckdb(nodes: list[Node], given_rows: list[dict[str, Value | None]]) -> list[tuple[Scalar | None, ...]]:
    """What DuckDB makes of each node, for each row."""
    facts = pa.Table.from_pylist([{"row": at, **each} for at, each in enumerate(given_rows)], schema=SCHEMA)
    cursor = engine().cursor()
    cursor.register("facts", facts)
    columns = ", ".join(f"({to_sql(node, 'duckdb')})" for node in nodes)
    return cursor.execute(f"SELECT {columns} FROM facts ORDER BY row").fetchall()


def expression_of(tree: Node) -> Expression:
    return Expression(text=write(tree, CATALOGUE), tree=tree, catalogue=CATALOGUE)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_list_single_account_and_explanation_agree(seed: int) -> None:
    draw = Draw(seed)
    trees, rows = [draw.condition(3) for _ in range(10)], draw.rows(12)
    listed = by_duckdb(trees, rows)
    for at, tree in enumerate(trees):
        expression = expression_of(tree)
        found = [each[at] for each in listed]
        assert ([expression.holds(row) for row in rows], str(expression)) == (found, str(expression))
        assert ([explain(expression, row).truth for row in rows], str(expression)) == (found, str(expression))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_every_value_is_the_same_on_duckdb(seed: int) -> None:
    draw = Draw(seed)
    kinds: tuple[FieldType, ...] = ("number", "number", "number", "number", "text", "date")
    nodes = [draw.value(kind, 3) for kind in kinds]
    bounded: list[Node] = [Call(type=node.type, function="coalesce", arguments=(node, node)) for node in nodes]
    rows = draw.rows(12)
    for row, listed in zip(rows, by_duckdb(bounded, rows), strict=True):
        for node, found in zip(nodes, listed, strict=True):
            assert (write(node, CATALOGUE), finite(node, row)) == (write(node, CATALOGUE), found)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_the_text_of_an_expression_reads_back_as_the_same_expression(seed: int) -> None:
    expression = expression_of(Draw(seed).condition(4))
    again = parse(str(expression), CATALOGUE)
    assert again == expression
    assert str(again) == str(expression)
    for node, _ in walk(again.tree):
        assert again.text[node.start : node.end].strip() == again.text[node.start : node.end] != ""


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_every_expression_parses_on_spark(seed: int) -> None:
    text = expression_of(Draw(seed).condition(4)).to_sql("spark")
    assert len(sqlglot.parse(f"SELECT * FROM facts WHERE {text}", dialect="spark")) == 1


def test_lower_agrees_with_duckdb_on_every_letter() -> None:
    letters = [chr(code) for code in range(1, 0x2FFFF) if not 0xD800 <= code <= 0xDFFF]
    table = pa.table({"letter": letters})
    cursor = engine().cursor()
    cursor.register("letters", table)
    theirs = [each for (each,) in cursor.execute("SELECT lower(letter) FROM letters").fetchall()]
    assert [(ours, their) for ours, their in zip(map(lower, letters), theirs, strict=True) if ours != their] == []
