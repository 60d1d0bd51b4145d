"""What an alert keeps of its account as it was when it opened."""

from collections.abc import Mapping, Sequence
from datetime import date

from tenure.alerts.contracts import Evidence
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression

ALWAYS = ("score", "band", "mrr")
"""Kept beside what the rule reads and asks for."""


def kept_columns(
    expressions: Sequence[Expression], names: Sequence[str], catalogue: Catalogue
) -> list[tuple[str, Field]]:
    """The columns that an alert keeps, with their fields: what its rule reads, what it asks to keep, the score."""
    read = [(_column(each, aspect), each) for text in expressions for each, aspect in _aspects(text)]
    more = [(found.column, found) for name in (*names, *ALWAYS) if (found := catalogue.find(name)) is not None]
    return list(dict([*read, *more]).items())


def _aspects(expression: Expression) -> list[tuple[Field, str]]:
    columns = expression.columns
    return [
        (each, aspect)
        for each in expression.fields
        for aspect, column in (
            ("", each.column), ("__previous", each.previous_column), ("__change", each.change_column)
        )
        if column in columns
    ]  # fmt: skip


def _column(field: Field, aspect: str) -> str:
    return f"{field.column}{aspect}"


def told(columns: Sequence[tuple[str, Field]], row: Mapping[str, object]) -> tuple[Evidence, ...]:
    """What the fields say of an account now."""
    return tuple(
        Evidence(column, _label(column, each), "share" if column.endswith("__change") else each.unit,
                 _plain(row.get(column)))
        for column, each in columns
    )  # fmt: skip


def _label(column: str, field: Field) -> str:
    label = field.label or field.key
    if column.endswith("__change"):
        return f"{label}, change"
    return f"{label}, window before" if column.endswith("__previous") else label


def _plain(value: object) -> str | float | bool | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if value is None or isinstance(value, str | bool):
        return value
    return float(str(value))
