"""The facts' query translates to the second engine, for one day and for many."""

from datetime import date, timedelta

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from tenure.measures.builtins import catalogue
from tenure.measures.clocks import on_time
from tenure.measures.compiler.build import Question, compile_facts
from tenure.measures.compiler.fields import attributes
from tenure.measures.contracts import Entity


@pytest.mark.parametrize("days", [1, 5])
@pytest.mark.parametrize("entity", ["account", "person"])
def test_the_query_translates_to_spark_and_parses_again(entity: Entity, days: int) -> None:
    as_of = tuple(date(2024, 6, 1) + timedelta(days=7 * n) for n in range(days))
    measures = {key: m for key, m in catalogue(core={"report": 1.0}).items() if entity in m.entities}
    question = Question(
        entity=entity, as_of=as_of, measures=measures, also={}, clock_of=dict.fromkeys(measures, 0),
        clocks=[on_time("usage", as_of, as_of[0])], attributes=attributes(entity), traits={"tier": "text"},
        names=["login", "report"], own_people=True, some=True, starts_known=False,
    )  # fmt: skip
    text = compile_facts(question).sql
    [spark] = sqlglot.transpile(
        text, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE, error_level=ErrorLevel.RAISE
    )
    assert isinstance(sqlglot.parse_one(spark, read="spark"), exp.Query)


def test_names_from_documents_are_quoted() -> None:
    as_of = (date(2024, 6, 1),)
    question = Question(
        entity="account", as_of=as_of, measures={}, also={}, clock_of={}, clocks=[], attributes=(),
        traits={"it's; drop": "text", 'a"b': "number"}, names=[],
    )  # fmt: skip
    tree = sqlglot.parse_one(compile_facts(question).sql, read="duckdb")
    assert isinstance(tree, exp.Select)
    assert [column.alias_or_name for column in tree.selects] == ["as_of", "id", "t__it's; drop", 't__a"b']
