"""Many conditions over all rows at once: one query, whatever their number."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from sqlglot import exp

from tenure.health.current.listing import session
from tenure.measures.contracts import FieldType
from tenure.measures.language import Expression

PLACE = "place_"
_TYPES: dict[FieldType, pa.DataType] = {
    "number": pa.float64(), "text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(),
    "list": pa.list_(pa.string()),
}  # fmt: skip


def evaluate(table: pa.Table, layers: Sequence[Mapping[str, Expression]]) -> dict[str, pa.Array]:
    """Of each condition, for each row whether it holds; unknown counts as no. One query.

    The conditions of a layer may read the columns that the layers before it made. A column the table has not is
    unknown everywhere.
    """
    conditions = {name: each for layer in layers for name, each in layer.items()}
    if not conditions:
        return {}
    query = exp.select("*").from_("state")
    for layer in layers:
        made = [_held(each).as_(name, quoted=True) for name, each in layer.items()]
        query = exp.select("*", *made).from_(query.subquery("before"))
    names = [exp.column(name, quoted=True) for name in conditions]
    query = exp.select(*names).from_(query.subquery("before")).order_by(PLACE)
    connection = session()
    try:
        connection.register("state", _read_by(conditions.values(), table, made=set(conditions)))
        found: pa.Table = connection.execute(query.sql(dialect="duckdb")).to_arrow_table()
        return {name: found[name].combine_chunks() for name in conditions}
    finally:
        connection.close()


def _held(each: Expression) -> exp.Expr:
    condition = exp.paren(exp.maybe_parse(each.to_sql(), dialect="duckdb"), copy=False)
    return exp.func("coalesce", condition, exp.false())


def _read_by(conditions: object, table: pa.Table, *, made: set[str]) -> pa.Table:
    """The columns that are read, those that are not there as unknown, and each row's place."""
    found: dict[str, object] = {}
    for each in conditions:  # type: ignore[attr-defined]
        types = {field.column: _TYPES[field.type] for field in each.fields}
        for column in each.columns:
            if column not in made:
                there = column in table.column_names
                found[column] = table[column] if there else pa.nulls(table.num_rows, types.get(column, pa.float64()))
    found[PLACE] = pa.array(np.arange(table.num_rows))
    return pa.table(found)
