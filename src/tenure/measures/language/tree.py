"""The tree of an expression that has been read and typed. Offsets never count when trees are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tenure.measures.contracts import Field, FieldType

type Scalar = float | str | bool | date
type Value = Scalar | tuple[str, ...]
"""What a row can hold: lists are read, and not written in an expression."""
type Aspect = Literal["value", "previous", "change"]
type ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]
type ArithmeticOperator = Literal["+", "-", "*", "/"]
type FunctionName = Literal[
    "abs", "coalesce", "lower", "contains", "starts_with", "has", "days_since", "days_until", "today"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression: its type and where it stands in the text (`text[start:end]`)."""

    type: FieldType
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Node):
    value: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A field's value; for a measure also its previous value or its relative change."""

    field: Field
    aspect: Aspect = "value"

    @property
    def column(self) -> str:
        """The column of the facts it reads."""
        if self.aspect == "previous":
            return self.field.previous_column
        return self.field.change_column if self.aspect == "change" else self.field.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(Node):
    of: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    operator: ArithmeticOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    function: FunctionName
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Node):
    operator: ComparisonOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Node):
    of: Node
    low: Node
    high: Node
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class In(Node):
    of: Node
    options: tuple[Constant, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Like(Node):
    of: Node
    pattern: str
    any_case: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IsUnknown(Node):
    of: Node
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTruth(Node):
    of: Node
    truth: bool
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    of: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class And(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(Node):
    parts: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The parts a node is made of, from left to right."""
    match node:
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Negative(of=of) | Not(of=of) | IsUnknown(of=of) | IsTruth(of=of) | Like(of=of):
            return (of,)
        case Between(of=of, low=low, high=high):
            return (of, low, high)
        case In(of=of, options=options):
            return (of, *options)
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth (the root's is 1), left to right, without recursion."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((each, depth + 1) for each in reversed(children(node)))
