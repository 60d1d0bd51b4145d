"""A catalogue, and expressions over it and rows of facts drawn from a seed that hypothesis chooses.

Drawn, not composed of strategies: hypothesis prefers small and repeated trees, and a mutant in the
evaluator lived through hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import get_args

from tenure.measures.contracts import Catalogue, Field, FieldKind, FieldType, KnownValue, Level
from tenure.measures.language.tree import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Aspect,
    Between,
    Call,
    Comparison,
    ComparisonOperator,
    Constant,
    FunctionName,
    In,
    IsTruth,
    IsUnknown,
    Like,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Scalar,
    Value,
)


def field(
    key: str,
    type: FieldType,
    kind: FieldKind = "attribute",
    level: Level = "raw",
    *,
    label: str = "",
    unit: str = "",
    values: tuple[KnownValue, ...] = (),
) -> Field:
    return Field(key=key, entity="account", type=type, level=level, kind=kind, label=label, unit=unit, values=values)


CATALOGUE = Catalogue(
    entity="account",
    fields=(
        field("mrr", "number", unit="EUR"),
        field("seats", "number"),
        field("logins_28d", "number", "measure", "measure", label="Logins"),
        field("people_28d", "number", "measure", "measure"),
        field("score", "number", "measure", "score"),
        field("name", "text"),
        field("plan", "text", values=(KnownValue("Pro", 12), KnownValue("Enterprise", 3), KnownValue("It's free"))),
        field("is_trial", "boolean"),
        field("renewal_on", "date"),
        field("started_on", "date"),
        field("plan", "text", "trait"),
        field("Company Size", "number", "trait"),
        field("in", "boolean", "trait"),
        field("aliases", "list", "trait"),
        field("tags", "list", "trait", values=(KnownValue("Beta", 2), KnownValue("Reference", 1))),
    ),
)

COLUMNS: dict[str, FieldType] = {
    **{
        name: one.type
        for one in CATALOGUE
        for name in ([one.column, one.previous_column, one.change_column] if one.kind == "measure" else [one.column])
    },
    "as_of": "date",
}
"""The columns of facts that the catalogue promises, and their types."""

TEXTS = (
    "",
    "a",
    "A",
    "b",
    "ab",
    "aB",
    "ba",
    "Pro",
    "pro",
    "PRO",
    "It's",
    "a%b",
    "a_b",
    "a\\b",
    "ß",
    "İ",
    "Σς",
    "É",
    "\U0001f600",
    '"',
)
NUMBERS = (
    0.0,
    1.0,
    -1.0,
    2.0,
    -2.0,
    3.0,
    0.1,
    0.2,
    0.3,
    -0.3,
    50.0,
    1000.0,
    1e-9,
    1e15,
    1e22,
    1e300,
    1.7976931348623157e308,
    5e-324,
)
ORDERED: tuple[FieldType, ...] = ("number", "number", "text", "date")
TYPES: tuple[FieldType, ...] = (*ORDERED, "boolean")


class Draw:
    """Draws expressions and rows, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def _one[T](self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def _yes(self) -> bool:
        return self._random.random() < 0.5

    def held(self, kind: FieldType) -> Value:
        """What a row can hold."""
        if kind != "list":
            return self.scalar(kind)
        return tuple(self._one(TEXTS) for _ in range(self._one((1, 1, 2, 3))))

    def scalar(self, kind: FieldType) -> Scalar:
        if kind == "number":
            return self._one(NUMBERS) if self._yes() else self._random.uniform(-100, 100)
        if kind == "text":
            return self._one(TEXTS)
        return self._yes() if kind == "boolean" else date(2024, 2, 27) + timedelta(days=self._random.randrange(5))

    def row(self) -> dict[str, Value | None]:
        """A row of facts in which one value of five is unknown."""
        return {
            column: None if column != "as_of" and self._random.random() < 0.2 else self.held(kind)
            for column, kind in COLUMNS.items()
        }

    def rows(self, count: int) -> list[dict[str, Value | None]]:
        return [self.row() for _ in range(count)]

    def constant(self, kind: FieldType) -> Constant:
        return Constant(type=kind, value=self.scalar(kind))

    def name(self, kind: FieldType) -> Name:
        found = self._one([one for one in CATALOGUE if one.type == kind])
        aspect: Aspect = self._one(("value", "previous", "change")) if found.kind == "measure" else "value"
        return Name(type=kind, field=found, aspect=aspect)

    def value(self, kind: FieldType, depth: int) -> Node:
        """Anything of a type."""
        if kind == "boolean":
            return self.condition(depth)
        if depth == 0 or self._random.random() < 0.25:
            return self.name(kind) if self._random.random() < 0.7 else self.constant(kind)
        if self._random.random() < 0.15:
            count = self._one((2, 2, 3))
            return self._call(kind, "coalesce", *(self.value(kind, depth - 1) for _ in range(count)))
        if kind == "text":
            return self._call("text", "lower", self.value("text", depth - 1))
        if kind == "date":
            return self._call("date", "today")
        return self._number(depth - 1)

    def _number(self, depth: int) -> Node:
        choice = self._random.random()
        if choice < 0.6:
            operator: ArithmeticOperator = self._one(("+", "-", "*", "/"))
            left, right = self.value("number", depth), self.value("number", depth)
            return Arithmetic(type="number", operator=operator, left=left, right=right)
        if choice < 0.7:
            return self._call("number", "abs", self.value("number", depth))
        if choice < 0.8:
            of = self.value("number", depth)
            if isinstance(of, Constant) and isinstance(of.value, float):
                return replace(of, value=-of.value + 0.0)
            return Negative(type="number", of=of)
        return self._call("number", self._one(("days_since", "days_until")), self.value("date", depth))

    def condition(self, depth: int) -> Node:
        """Anything that says yes, no or unknown."""
        if depth == 0:
            return self.name("boolean")
        kinds = ("compare",) * 4 + (
            "between",
            "in",
            "like",
            "unknown",
            "truth",
            "call",
            "not",
            "and",
            "or",
            "and",
            "or",
        )
        match self._one(kinds):
            case "compare":
                return self._comparison(depth - 1)
            case "and":
                return _flat(And, [self.condition(depth - 1) for _ in range(self._one((2, 3)))])
            case "or":
                return _flat(Or, [self.condition(depth - 1) for _ in range(self._one((2, 3)))])
            case "not":
                of = self.condition(depth - 1)
                foldable = isinstance(of, (Between, In, Like, IsUnknown, IsTruth)) and not of.negated
                return replace(of, negated=True) if foldable else Not(type="boolean", of=of)  # type: ignore[call-arg]
            case "call":
                function: FunctionName = self._one(("contains", "starts_with", "has"))
                if function == "has":
                    tags = self.name("list")
                    many = self._call("list", "coalesce", tags, tags) if self._yes() else tags
                    return self._call("boolean", "has", many, self.value("text", depth - 1))
                return self._call("boolean", function, self.value("text", depth - 1), self.value("text", depth - 1))
            case predicate:
                return self._predicate(predicate, depth - 1)

    def _comparison(self, depth: int) -> Node:
        kind = self._one(TYPES)
        operators: tuple[ComparisonOperator, ...] = (
            ("=", "!=") if kind == "boolean" else get_args(ComparisonOperator.__value__)
        )
        left, right = self.value(kind, depth), self.value(kind, depth)
        return Comparison(type="boolean", operator=self._one(operators), left=left, right=right)

    def _predicate(self, kind: str, depth: int) -> Node:
        ordered, any_type, negated = self._one(ORDERED), self._one(TYPES), self._yes()
        if kind == "between":
            of, low, high = (self.value(ordered, depth) for _ in range(3))
            return Between(type="boolean", of=of, low=low, high=high, negated=negated)
        if kind == "in":
            options = tuple(self.constant(any_type) for _ in range(self._one((1, 2, 3))))
            return In(type="boolean", of=self.value(any_type, depth), options=options, negated=negated)
        if kind == "like":
            pattern = "".join(self._one("aAAbB%%%__!\\ÉP") for _ in range(self._one((0, 1, 2, 3, 4))))
            text = self.value("text", depth)
            return Like(type="boolean", of=text, pattern=pattern, any_case=self._yes(), negated=negated)
        if kind == "unknown":
            return IsUnknown(type="boolean", of=self.value(any_type, depth), negated=negated)
        return IsTruth(type="boolean", of=self.condition(depth), truth=self._yes(), negated=negated)

    def _call(self, kind: FieldType, function: FunctionName, *arguments: Node) -> Call:
        return Call(type=kind, function=function, arguments=arguments)


def _flat(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    flat = tuple(piece for each in parts for piece in (each.parts if isinstance(each, kind) else (each,)))
    return kind(type="boolean", parts=flat)
