"""The columns a list can show, and how a value of each is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.measures.contracts import Catalogue, Field
from tenure.screens import formats
from tenure.screens.workspace.accounts.kinds import Kind

MOST = 20
"""Columns of a list beside those it always has."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it shows (`field`), its head, and whether its values stand to the right. Lists have no order."""

    field: Field
    number: bool

    @property
    def key(self) -> str:
        return self.field.column

    @property
    def sortable(self) -> bool:
        return self.field.type != "list"

    @property
    def label(self) -> str:
        return self.field.label or self.field.key.replace("_", " ").capitalize()


def offered(catalogue: Catalogue, kind: Kind) -> list[Column]:
    """Every column there is, attributes first, then measures, then traits, each by label; a person's own before those
    of the account."""
    order = {"attribute": 0, "measure": 1, "trait": 2, "segment": 3}
    fields = [f for f in catalogue if f.column not in kind.own]
    fields.sort(key=lambda f: (f.through, order[f.kind], (f.label or f.key).casefold()))
    return [Column(f, f.type == "number") for f in fields]


def groupable(catalogue: Catalogue, kind: Kind) -> list[Column]:
    """The columns whose values make groups: texts that repeat, yes or no, and segments; by label."""
    found = [f for f in catalogue if f.type in ("text", "boolean") and f.column not in kind.unique]
    return [Column(f, number=False) for f in sorted(found, key=lambda f: (f.through, (f.label or f.key).casefold()))]


def chosen(offer: Sequence[Column], wanted: Sequence[str], kind: Kind) -> list[Column]:
    """The columns asked for, in that order and at most `MOST`; the usual ones when none is."""
    by_key = {column.key: column for column in offer}
    keys = list(dict.fromkeys(wanted)) or list(kind.usual)
    return [by_key[key] for key in keys if key in by_key][:MOST]


def written(column: Column, row: Mapping[str, object], currency: str) -> str:
    """The row's value in this column, as people read it; unknown is a dash."""
    return value_of(column.field, row.get(column.key), currency)


def value_of(field: Field, value: object, currency: str) -> str:
    """A field's value with its unit, as people read it."""
    if value is None:
        return formats.UNKNOWN
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int | float):
        return _number(field, float(value), currency)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or formats.UNKNOWN
    return str(value)


def _number(field: Field, value: float, currency: str) -> str:
    unit = field.unit.casefold()
    if unit in ("share", "%"):
        return formats.percent(value)
    if unit == "money":
        return formats.money(value, currency, 0)
    return formats.number(value)
