"""The columns a list of accounts can show, and how a value of each is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.measures.contracts import Catalogue, Field
from tenure.screens import formats

USUAL = ("mrr", "renewal_on")
"""Shown when nobody has chosen, as far as the workspace has them: few, so that a row fits a laptop's window."""

_OWN = frozenset({"name", "external_id", "owner", "owner_id", "status", "score", "band", "trend_30d", "kind"})
"""What the list shows anyway, or says better elsewhere."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it shows (`field`), its head, and whether its values stand to the right."""

    field: Field
    number: bool

    @property
    def key(self) -> str:
        return self.field.column

    @property
    def label(self) -> str:
        return self.field.label or self.field.key.replace("_", " ").capitalize()


def offered(catalogue: Catalogue) -> list[Column]:
    """Every column there is, attributes first, then measures, then traits, each by label."""
    order = {"attribute": 0, "measure": 1, "trait": 2, "segment": 3}
    fields = [f for f in catalogue if f.column not in _OWN]
    fields.sort(key=lambda f: (order[f.kind], (f.label or f.key).casefold()))
    return [Column(f, f.type == "number") for f in fields]


def chosen(offer: Sequence[Column], wanted: Sequence[str]) -> list[Column]:
    """The columns asked for, in that order and at most twelve; the usual ones when none is."""
    by_key = {column.key: column for column in offer}
    keys = list(dict.fromkeys(wanted)) or list(USUAL)
    return [by_key[key] for key in keys if key in by_key][:12]


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
    return str(value)


def _number(field: Field, value: float, currency: str) -> str:
    unit = field.unit.casefold()
    if unit in ("share", "%"):
        return formats.percent(value)
    if unit == "money":
        return formats.money(value, currency, 0)
    return formats.number(value)
