"""Typing: which names, functions and comparisons mean something, against a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sqlglot import exp

from tenure.measures.contracts import LEVELS, Catalogue, FieldType, Level
from tenure.measures.language.errors import ExpressionError, nearest
from tenure.measures.language.functions import FUNCTIONS, Function
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
)
from tenure.measures.language.words import KEYWORDS, Word, read_day

type Leaf = Node | tuple[Constant, ...]

_COMPARISONS: dict[type[exp.Expr], ComparisonOperator] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], ArithmeticOperator] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
DEEPEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord(Node):
    """The word ‘unknown’ (or ‘null’), which stands only after ‘is’."""


class Checker:
    """Turns names, constants, calls and sqlglot's operators into typed nodes, or refuses them."""

    def __init__(self, catalogue: Catalogue, max_level: Level) -> None:
        self._catalogue = catalogue
        self._max_level = max_level

    def name(self, word: Word) -> Name:
        found = self._catalogue.find(word.text)
        if found is None:
            if elsewhere := self._catalogue.elsewhere.get(word.text.casefold()):
                raise ExpressionError(elsewhere, word.start, word.end)
            known = [self._catalogue.name_of(each) for each in self._catalogue]
            hint = nearest(word.text, known)
            if hint is None and not word.quoted and word.text.lower() not in KEYWORDS:
                hint = nearest(word.text, KEYWORDS, cutoff=0.65)
            raise ExpressionError(f"No measure, field or trait is called ‘{word.text}’.", word.start, word.end, hint)
        if LEVELS.index(found.level) > LEVELS.index(self._max_level):
            raise ExpressionError(
                f"‘{word.text}’ is a {found.level} and is not yet known here: only "
                f"{self._max_level} values and those before them are.",
                word.start,
                word.end,
            )
        return Name(type=found.type, field=found, start=word.start, end=word.end)

    def constant(self, word: Word) -> Constant:
        value = word.value
        kind: FieldType = "number"
        if isinstance(value, bool):
            kind = "boolean"
        elif isinstance(value, date):
            kind = "date"
        elif isinstance(value, str):
            kind = "text"
        assert value is not None
        return Constant(type=kind, value=value, start=word.start, end=word.end)

    def function(self, word: Word) -> Function:
        found = FUNCTIONS.get(word.text)
        if found is None:
            raise ExpressionError(
                f"There is no function ‘{word.text}’.", word.start, word.end, nearest(word.text, FUNCTIONS)
            )
        return found

    def call(self, word: Word, arguments: tuple[Node, ...], end: int) -> Node:
        function = self.function(word)
        wanted = len(function.takes)
        if len(arguments) < wanted or (len(arguments) > wanted and function.name != "coalesce"):
            raise ExpressionError(f"{function.usage} takes {_things(wanted)}, not {len(arguments)}.", word.start, end)
        if function.takes == ("measure",):
            return self._aspect(function, arguments[0], word.start, end)
        if function.name == "coalesce":
            return self._coalesce(arguments, word.start, end)
        typed = tuple(
            self._as(argument, kind, f"{function.usage} takes")
            for argument, kind in zip(arguments, function.takes, strict=True)
        )
        assert function.gives != "any"
        name: FunctionName = function.name  # type: ignore[assignment]
        return Call(type=function.gives, function=name, arguments=typed, start=word.start, end=end)

    def options(self, items: tuple[Node, ...]) -> tuple[Constant, ...]:
        found: list[Constant] = []
        for item in items:
            if not isinstance(item, Constant):
                raise ExpressionError("A list holds constants only, as in ('Pro', 'Enterprise').", item.start, item.end)
            found.append(item)
        return tuple(found)

    def node(self, tree: exp.Expr, leaves: Sequence[Leaf]) -> Node:
        """The typed node of what sqlglot read; its identifiers are numbers of `leaves`."""
        typing = _Typing(self, leaves)
        typing.check_depth(tree)
        return typing.node(tree)

    def _aspect(self, function: Function, argument: Node, start: int, end: int) -> Node:
        if not isinstance(argument, Name) or argument.aspect != "value":
            raise ExpressionError(f"{function.usage} takes the name of a measure.", argument.start, argument.end)
        if argument.field.kind != "measure":
            raise ExpressionError(
                f"{function.usage} takes a measure; ‘{argument.field.key}’ is not counted over a window.",
                argument.start,
                argument.end,
            )
        aspect: Aspect = "change" if function.name == "change" else "previous"
        kind: FieldType = "number" if aspect == "change" else argument.type
        return Name(type=kind, field=argument.field, aspect=aspect, start=start, end=end)

    def _coalesce(self, arguments: tuple[Node, ...], start: int, end: int) -> Node:
        first = next((each for each in arguments if not _is_text_constant(each)), arguments[0])
        typed = tuple(self._as(each, first.type, "coalesce takes values of one type, here") for each in arguments)
        return Call(type=first.type, function="coalesce", arguments=typed, start=start, end=end)

    def _as(self, node: Node, wanted: FieldType | Literal["measure", "any"], saying: str) -> Node:
        """`node` with the type wanted; a text constant becomes a day where one is wanted."""
        if node.type == wanted:
            return node
        if wanted == "date" and isinstance(node, Constant) and isinstance(node.value, str):
            day = read_day(node.value, node.start, node.end)
            return Constant(type="date", value=day, start=node.start, end=node.end)
        raise ExpressionError(f"{saying} {_a(wanted)}; this is {_a(node.type)}.", node.start, node.end)

    def alike(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """The nodes with one type between them, the first's unless that is a text constant."""
        first = next((each for each in nodes if not _is_text_constant(each)), nodes[0])
        for each in nodes:
            if each.type == "list":
                raise ExpressionError("A list is not compared: write has(list, 'x').", each.start, each.end)
            if each.type != first.type and not (first.type == "date" and _is_text_constant(each)):
                raise ExpressionError(
                    f"This is {_a(each.type)} and cannot be compared with {_a(first.type)}.", each.start, each.end
                )
        return tuple(self._as(each, first.type, "Here stands") for each in nodes)

    def number(self, node: Node) -> Node:
        if node.type == "date":
            raise ExpressionError(
                "Days are not added or subtracted: use days_since(…) or days_until(…).", node.start, node.end
            )
        return self._as(node, "number", "Arithmetic takes")

    def truth(self, node: Node) -> Node:
        return self._as(node, "boolean", "‘and’, ‘or’, ‘not’ and ‘is true’ take")

    def text(self, node: Node) -> Node:
        return self._as(node, "text", "‘like’ takes")


class _Typing:
    """One flat piece, operator by operator."""

    def __init__(self, checker: Checker, leaves: Sequence[Leaf]) -> None:
        self._checker = checker
        self._leaves = leaves

    def check_depth(self, tree: exp.Expr) -> None:
        """Refuses a row of operators so long that reading it would recurse too deep; a row of `and` is one level."""
        waiting: list[tuple[exp.Expr, int]] = [(tree, 1)]
        while waiting:
            each, depth = waiting.pop()
            if depth > DEEPEST:
                raise ExpressionError(f"The expression nests more than {DEEPEST} levels.", *self._span(tree))
            for part in each.iter_expressions():
                same = isinstance(each, exp.Connector) and type(part) is type(each)
                waiting.append((part, depth if same else depth + 1))

    def node(self, tree: exp.Expr) -> Node:
        if isinstance(tree, exp.Column):
            return self._operand(tree)
        if type(tree) in _ARITHMETIC:
            return self._arithmetic(tree)
        if type(tree) in _COMPARISONS:
            return self._comparison(tree)
        match tree:
            case exp.And() | exp.Or():
                return self._connected(tree)
            case exp.Paren():
                return self.node(_part(tree, "this"))
            case exp.Not():
                return self._negated(self.node(_part(tree, "this")))
            case exp.Neg():
                return self._negative(self.node(_part(tree, "this")))
            case exp.Between():
                return self._between(tree)
            case exp.In():
                return self._in(tree)
            case exp.Like() | exp.ILike():
                return self._like(tree)
            case exp.Is():
                return self._is(tree)
            case _:
                raise ExpressionError("This is not part of the expression language.", *self._span(tree))

    def _operand(self, tree: exp.Column) -> Node:
        leaf = self._leaf(tree)
        if isinstance(leaf, tuple):
            raise ExpressionError("A list stands only after ‘in’.", leaf[0].start, leaf[-1].end)
        if isinstance(leaf, UnknownWord):
            raise ExpressionError("Unknown is not a value: write ‘x is unknown’.", leaf.start, leaf.end)
        return leaf

    def _leaf(self, tree: exp.Expr) -> Leaf:
        return self._leaves[int(tree.name)]

    def _span(self, tree: exp.Expr) -> tuple[int, int]:
        """Where `tree` stands in the text, as far as its leaves tell."""
        starts: list[int] = []
        ends: list[int] = []
        for column in tree.find_all(exp.Column):
            leaf = self._leaf(column)
            first, last = (leaf[0], leaf[-1]) if isinstance(leaf, tuple) else (leaf, leaf)
            starts.append(first.start)
            ends.append(last.end)
        if starts:
            return min(starts), max(ends)
        return (self._span(tree.parent)) if tree.parent else (0, 0)

    def _connected(self, tree: exp.And | exp.Or) -> Node:
        parts: list[exp.Expr] = []
        rest: exp.Expr = tree
        while type(rest) is type(tree):
            parts.append(_part(rest, "expression"))
            rest = _part(rest, "this")
        parts.append(rest)
        typed = tuple(self._checker.truth(self.node(each)) for each in reversed(parts))
        kind = And if isinstance(tree, exp.And) else Or
        flat = tuple(piece for each in typed for piece in (each.parts if type(each) is kind else (each,)))
        return kind(type="boolean", parts=flat, start=typed[0].start, end=typed[-1].end)

    def _arithmetic(self, tree: exp.Expr) -> Node:
        left = self._checker.number(self.node(_part(tree, "this")))
        right = self._checker.number(self.node(_part(tree, "expression")))
        operator = _ARITHMETIC[type(tree)]
        return Arithmetic(type="number", operator=operator, left=left, right=right, start=left.start, end=right.end)

    def _comparison(self, tree: exp.Expr) -> Node:
        pair = (self.node(_part(tree, "this")), self.node(_part(tree, "expression")))
        left, right = self._checker.alike(pair)
        operator = _COMPARISONS[type(tree)]
        if left.type == "boolean" and operator not in ("=", "!="):
            raise ExpressionError(f"Yes and no have no order: ‘{operator}’ cannot compare them.", left.start, right.end)
        return Comparison(type="boolean", operator=operator, left=left, right=right, start=left.start, end=right.end)

    def _negated(self, node: Node) -> Node:
        truth = self._checker.truth(node)
        if isinstance(truth, (Between, In, Like, IsUnknown, IsTruth)) and not truth.negated:
            return _negate(truth)
        return Not(type="boolean", of=truth, start=truth.start, end=truth.end)

    def _negative(self, node: Node) -> Node:
        number = self._checker.number(node)
        if isinstance(number, Constant) and isinstance(number.value, float):
            return Constant(type="number", value=-number.value + 0.0, start=max(number.start - 1, 0), end=number.end)
        return Negative(type="number", of=number, start=max(number.start - 1, 0), end=number.end)

    def _between(self, tree: exp.Expr) -> Node:
        if tree.args.get("symmetric"):
            raise ExpressionError("‘between’ takes the lower bound first.", *self._span(tree))
        of, low, high = self._checker.alike(tuple(self.node(_part(tree, part)) for part in ("this", "low", "high")))
        if of.type == "boolean":
            raise ExpressionError("Yes and no have no order: ‘between’ cannot take them.", of.start, high.end)
        return Between(type="boolean", of=of, low=low, high=high, start=of.start, end=high.end)

    def _in(self, tree: exp.Expr) -> Node:
        of = self.node(_part(tree, "this"))
        given = tree.expressions
        leaf = self._leaf(given[0]) if len(given) == 1 and isinstance(given[0], exp.Column) else None
        if not isinstance(leaf, tuple):
            start, end = self._span(tree)
            raise ExpressionError("‘in’ takes a list, as in ('Pro', 'Enterprise').", start, end)
        typed = self._checker.alike((of, *leaf))
        options = tuple(each for each in typed[1:] if isinstance(each, Constant))
        return In(type="boolean", of=typed[0], options=options, start=of.start, end=leaf[-1].end)

    def _like(self, tree: exp.Expr) -> Node:
        of = self._checker.text(self.node(_part(tree, "this")))
        pattern = self.node(_part(tree, "expression"))
        if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
            raise ExpressionError(
                "‘like’ takes a text such as 'Acme%' (% is any text, _ any character).", pattern.start, pattern.end
            )
        return Like(
            type="boolean",
            of=of,
            pattern=pattern.value,
            any_case=isinstance(tree, exp.ILike),
            negated=bool(tree.args.get("negate")),
            start=of.start,
            end=pattern.end,
        )

    def _is(self, tree: exp.Expr) -> Node:
        of = self.node(_part(tree, "this"))
        what = _part(tree, "expression")
        negated = bool(tree.args.get("negate"))
        leaf = self._leaf(what) if isinstance(what, exp.Column) else None
        if isinstance(leaf, UnknownWord):
            return IsUnknown(type="boolean", of=of, negated=negated, start=of.start, end=leaf.end)
        right = self.node(what)
        if not isinstance(right, Constant) or not isinstance(right.value, bool):
            raise ExpressionError("After ‘is’ stands unknown, true or false.", right.start, right.end)
        truth = self._checker.truth(of)
        return IsTruth(type="boolean", of=truth, truth=right.value, negated=negated, start=of.start, end=right.end)


def _negate(node: Between | In | Like | IsUnknown | IsTruth) -> Node:
    return replace(node, negated=True)


def _part(tree: exp.Expr, name: str) -> exp.Expr:
    found = tree.args.get(name)
    if not isinstance(found, exp.Expr):
        raise ExpressionError("Something is missing here.", 0, 0)
    return found


def _is_text_constant(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, str)


def _things(count: int) -> str:
    return "nothing between its brackets" if count == 0 else "one argument" if count == 1 else f"{count} arguments"


def _a(kind: str) -> str:
    said = {"text": "a text", "number": "a number", "boolean": "yes or no", "date": "a day", "list": "a list"}
    return said.get(kind, kind)
