"""What other domains may hold of the measures: fields, and the catalogue an expression is typed against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

type Entity = Literal["account", "person"]
type FieldType = Literal["number", "text", "boolean", "date", "list"]
type FieldKind = Literal["measure", "attribute", "trait", "segment"]
type Level = Literal["raw", "measure", "score", "derived"]

LEVELS: tuple[Level, ...] = ("raw", "measure", "score", "derived")
_COLUMNS: dict[FieldKind, str] = {"trait": "t__", "segment": "in__"}
"""What the columns of kinds begin with that have names of their own; `trait.` and `segment.` in expressions."""
THROUGH = "a__"
"""What the columns of a person's rows begin with that say something of their account; `account.` in expressions."""


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value a field has in the data, with the number of rows that hold it when that was counted."""

    value: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an expression can name: a measure, an attribute of the entity, a trait, or being in a segment.

    `level` orders what may read what: an expression of a level reads lower levels only, so there are
    no cycles. `unit` is a plain word ("days", "EUR", "people"); empty when there is none. `through` says that it is
    read of another entity: a person's `account.mrr` is the MRR of their account.
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
    through: Literal["", "account"] = ""

    @property
    def column(self) -> str:
        """The column of the facts that holds it."""
        return f"{THROUGH if self.through else ''}{_COLUMNS.get(self.kind, '')}{self.key}"

    @property
    def previous_column(self) -> str:
        """The measure's value in the window before; measures only."""
        return f"{self.column}__previous"

    @property
    def change_column(self) -> str:
        """The measure's relative change between the two windows (-0.3 is a fall of 30 %); measures only."""
        return f"{self.column}__change"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every field of one entity, found by the name people write in an expression.

    Names are found whatever their case. A bare name is a measure or an attribute first, else the trait
    of that name; `trait.plan` is always the trait. A segment is always named in full, `segment.key`. Fields of a
    person's account are named as an expression of accounts names them, after `account.`. `elsewhere` are names that
    exist but not here, with what to write instead.
    """

    entity: Entity
    fields: tuple[Field, ...]
    elsewhere: Mapping[str, str] = field(default_factory=dict, compare=False)
    _named: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, Field] = {}
        for each in self.fields:
            kind = f"{each.kind}." if each.kind in _COLUMNS else ""
            named[f"{_before(each)}{kind}{each.key}".casefold()] = each
        for each in self.fields:
            if each.kind == "trait":
                named.setdefault(f"{_before(each)}{each.key}".casefold(), each)
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
            return f"{_before(each)}segment.{each.key}"
        bare = f"{_before(each)}{each.key}"
        return bare if self.find(bare) == each else f"{_before(each)}trait.{each.key}"

    def below(self, level: Level) -> Catalogue:
        """The fields an expression of `level` may read: those of lower levels."""
        kept = tuple(each for each in self.fields if LEVELS.index(each.level) < LEVELS.index(level))
        return Catalogue(entity=self.entity, fields=kept, elsewhere=self.elsewhere)


@dataclass(frozen=True, slots=True)
class Joined:
    """A domain's own columns of the facts of accounts. `columns` gives those wanted, one value for each row of a table
    of `as_of` (days) and `id` (accounts), in its order: what was known on that day, of whom the account stood for."""

    fields: tuple[Field, ...]
    columns: Callable[[pa.Table, Collection[str]], Mapping[str, pa.Array]]


def _before(each: Field) -> str:
    return f"{each.through}." if each.through else ""
