"""Every named query runs on the second engine too: it is translated to Spark's dialect and parsed again."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from tests.architecture import house

QUERIES = sorted(house.SOURCE.glob("*/sql/**/*.sql"))


def _name(path: Path) -> str:
    return str(path.relative_to(house.SOURCE))


@pytest.mark.parametrize("path", QUERIES, ids=_name)
def test_a_query_translates_to_spark_and_parses_again(path: Path) -> None:
    statements = sqlglot.transpile(
        path.read_text(), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE, error_level=ErrorLevel.RAISE
    )
    again = [sqlglot.parse_one(statement, read="spark", error_level=ErrorLevel.RAISE) for statement in statements]
    assert [type(tree) for tree in again if not isinstance(tree, exp.Query)] == []


@pytest.mark.parametrize("path", QUERIES, ids=_name)
def test_a_query_begins_with_the_question_that_it_answers(path: Path) -> None:
    assert path.read_text().startswith("-- ")
