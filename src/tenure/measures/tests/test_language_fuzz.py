"""Whatever people type is read or refused with its place; nothing else happens."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.measures.language import ExpressionError, complete, parse
from tenure.measures.tests.language_drawing import CATALOGUE, COLUMNS

WORDS = [
    *"mrr plan name is_trial renewal_on logins_28d trait.plan nothing 1 0.3 .5 1e3 'Pro' '2024-01-31' date".split(),
    *"true unknown null and or not in between like ilike is = != < <= > >= + - * / ( ) , change( previous(".split(),
    *"coalesce( today() days_since( lower( abs( select from :: ; -- /* */ ' [ { -> $ ? case cast( interval any".split(),
    *"exists( distinct escape collate over filter x".split(),
    '"',
    '"Company Size"',
    "order by",
    "\n",
]
soup = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
noise = st.text(max_size=40)
TYPES = {"number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "list": "VARCHAR[]"}


@pytest.fixture(scope="module")
def facts() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    columns = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in COLUMNS.items())
    connection.execute(f"CREATE TABLE facts ({columns})")
    return connection


def read_or_refused(text: str, facts: duckdb.DuckDBPyConnection) -> bool:
    """Whether the text reads; then DuckDB takes it too and its canonical text means the same."""
    refused: list[ExpressionError] = []
    try:
        expression = parse(text, CATALOGUE)
    except ExpressionError as error:
        refused.append(error)
    for each in refused:
        assert 0 <= each.start <= each.end <= len(text)
        return False
    facts.execute(f"SELECT * FROM facts WHERE {expression.to_sql()}")
    assert parse(str(expression), CATALOGUE) == expression
    return True


@settings(max_examples=400, deadline=None)
@given(st.one_of(soup, soup, noise))
def test_any_text_is_read_or_refused(facts: duckdb.DuckDBPyConnection, text: str) -> None:
    read_or_refused(text, facts)


@settings(max_examples=200, deadline=None)
@given(st.one_of(soup, noise), st.integers(0, 80))
def test_any_place_can_be_completed(text: str, position: int) -> None:
    for each in complete(text, position, CATALOGUE):
        assert 0 <= each.start <= each.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "not (" * 58 + "is_trial" + ")" * 58,
        "coalesce(" * 57 + "mrr" + ", 1)" * 57 + " > 1",
        "mrr" + " + 1" * 55 + " > 1",
        " and ".join(["mrr > 1"] * 330),
        " or ".join(["mrr / seats > 1"] * 200),
        "mrr in (" + ", ".join(map(str, range(800))) + ")",
        "abs(" * 50 + "mrr" + ")" * 50 + " > 1",
        "mrr / (1 / (mrr / (1 / (mrr / (1 / seats))))) > 1",
    ],
)
def test_what_is_allowed_to_be_long_or_deep_runs(facts: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read_or_refused(text, facts)
