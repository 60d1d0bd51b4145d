"""Why a row is in or out: the expression leaf by leaf, each with what it read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language.evaluation import read, truth
from tenure.measures.language.expression import Expression
from tenure.measures.language.tree import And, Aspect, Name, Node, Not, Or, Value, walk
from tenure.measures.language.writing import write

type Operator = Literal["and", "or", "not", "leaf"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that was read for a leaf: the field, which of its values, and what it was (None: unknown)."""

    field: Field
    aspect: Aspect
    value: Value | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One part of an expression for one row: its text, whether it holds (None: unknown), and what it rests on.

    `and`, `or` and `not` rest on `parts`; a leaf, such as a comparison, rests on `readings`.
    """

    operator: Operator
    text: str
    truth: bool | None
    parts: tuple[Explanation, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def leaves(self) -> tuple[Explanation, ...]:
        """The leaves from left to right."""
        return (self,) if self.operator == "leaf" else tuple(leaf for part in self.parts for leaf in part.leaves)


def explain(expression: Expression, row: Mapping[str, object]) -> Explanation:
    """Explains an expression for one row of facts. Its truth is the row's in `Expression.to_sql`."""
    return _explain(expression.tree, row, expression.catalogue)


def _explain(node: Node, row: Mapping[str, object], catalogue: Catalogue) -> Explanation:
    text, found = write(node, catalogue), truth(node, row)
    match node:
        case And(parts=parts):
            return Explanation("and", text, found, tuple(_explain(each, row, catalogue) for each in parts))
        case Or(parts=parts):
            return Explanation("or", text, found, tuple(_explain(each, row, catalogue) for each in parts))
        case Not(of=of):
            return Explanation("not", text, found, (_explain(of, row, catalogue),))
        case _:
            names = dict.fromkeys(each for each, _ in walk(node) if isinstance(each, Name))
            readings = tuple(Reading(each.field, each.aspect, read(row, each.column, each.type)) for each in names)
            return Explanation("leaf", text, found, readings=readings)
