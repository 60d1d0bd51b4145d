"""What other domains may hold of the measures: fields, and the catalogue an expression is typed against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

type Entity = Literal["account", "person"]
type FieldType = Literal["number", "text", "boolean", "date"]
type FieldKind = Literal["measure", "attribute", "trait", "segment"]
type Level = Literal["raw", "measure", "score", "derived"]

LEVELS: tuple[Level, ...] = ("raw", "measure", "score", "derived")
_COLUMNS: dict[FieldKind, str] = {"trait": "t__", "segment": "in__"}
"""What the columns of kinds begin with that have names of their own; `trait.` and `segment.` in expressions."""


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value a field has in the data, with the number of rows that hold it when that was counted."""

    value: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an expression can name: a measure, an attribute of the entity, a trait, or being in a segment.

    `level` orders what may read what: an expression of a level reads lower levels only, so there are
    no cycles. `unit` is a plain word ("days", "EUR", "people"); empty when there is none.
    """

    key: str
    entity: Entity
    type: FieldType
    level: Level
    kind: FieldKind = "attribute"
    label: str = ""
    unit: str = ""
    source: str = ""
    description: str = ""
    values: tuple[KnownValue, ...] = ()

    @property
    def column(self) -> str:
        """The column of the facts that holds it."""
        return f"{_COLUMNS.get(self.kind, '')}{self.key}"

    @property
    def previous_column(self) -> str:
        """The measure's value in the window before; measures only."""
        return f"{self.key}__previous"

    @property
    def change_column(self) -> str:
        """The measure's relative change between the two windows (-0.3 is a fall of 30 %); measures only."""
        return f"{self.key}__change"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every field of one entity, found by the name people write in an expression.

    Names are found whatever their case. A bare name is a measure or an attribute first, else the trait
    of that name; `trait.plan` is always the trait. A segment is always named in full, `segment.key`.
    """

    entity: Entity
    fields: tuple[Field, ...]
    _named: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, Field] = {}
        for each in self.fields:
            if each.kind in _COLUMNS:
                named[f"{each.kind}.{each.key}".casefold()] = each
            else:
                named[each.key.casefold()] = each
        for each in self.fields:
            if each.kind == "trait":
                named.setdefault(each.key.casefold(), each)
        object.__setattr__(self, "_named", named)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def find(self, name: str) -> Field | None:
        """The field people mean by `name`; None when there is none."""
        return self._named.get(name.casefold())

    def name_of(self, each: Field) -> str:
        """The shortest name that finds `each`: bare, or `trait.key` where the bare name is taken; `segment.key`."""
        if each.kind == "segment":
            return f"segment.{each.key}"
        return each.key if self.find(each.key) == each else f"trait.{each.key}"

    def below(self, level: Level) -> Catalogue:
        """The fields an expression of `level` may read: those of lower levels."""
        kept = tuple(each for each in self.fields if LEVELS.index(each.level) < LEVELS.index(level))
        return Catalogue(entity=self.entity, fields=kept)
