"""The SQL of a tree, over the columns of one row of facts.

Operators are the same on both engines and are written as they are, each operand in brackets; constants,
names and functions go through sqlglot, which knows how each engine quotes and calls them.

Numbers are doubles. Division by zero and results too large for a double are unknown, so that no NaN
and no infinity is ever compared.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlglot import exp

from tenure.measures.language.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Constant,
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
    children,
)

type Dialect = Literal["duckdb", "spark"]

LARGEST = 1.7976931348623157e308
"""The largest double: `abs(x) <= LARGEST` is false for an infinity and for NaN, on both engines."""

AS_OF = "as_of"


def to_sql(node: Node, dialect: Dialect, table: str | None = None) -> str:
    """The condition as SQL text; columns are prefixed with `table` when one is given."""
    return _Compiler(dialect, table).sql(node)


class _Compiler:
    def __init__(self, dialect: Dialect, table: str | None) -> None:
        self._dialect = dialect
        self._table = table

    def sql(self, node: Node) -> str:
        match node:
            case Constant(value=value):
                return self._constant(value)
            case Name():
                return self._column(node.column)
            case Negative(of=of):
                return f"-{self._number(of)}"
            case Arithmetic(operator="/", left=left, right=right):
                return f"{self._number(left)} / NULLIF({self._number(right)}, 0)"
            case Arithmetic(operator=operator, left=left, right=right):
                return f"{self._number(left)} {operator} {self._number(right)}"
            case Call(function="abs", arguments=(of,)):
                return f"ABS({self._number(of)})"
            case Call():
                return self._call(node)
            case Comparison(operator=operator, left=left, right=right):
                return f"{self._finite(left)} {'<>' if operator == '!=' else operator} {self._finite(right)}"
            case Not(of=of):
                return f"NOT {self._operand(of)}"
            case And(parts=parts):
                return " AND ".join(f"({self.sql(each)})" for each in parts)
            case Or(parts=parts):
                return " OR ".join(f"({self.sql(each)})" for each in parts)
            case _:
                return self._predicate(node)

    def _predicate(self, node: Node) -> str:
        match node:
            case Between(of=of, low=low, high=high, negated=negated):
                found = f"{self._finite(of)} BETWEEN {self._finite(low)} AND {self._finite(high)}"
            case In(of=of, options=options, negated=negated):
                found = f"{self._finite(of)} IN ({', '.join(self.sql(each) for each in options)})"
            case Like(of=of, negated=negated):
                found = f"{self._operand(of)} {self._pattern(node)}"
            case IsUnknown(of=of, negated=negated):
                found = f"{self._finite(of)} IS NULL"
            case IsTruth(of=of, truth=truth, negated=negated):
                found = f"{self._operand(of)} IS {'TRUE' if truth else 'FALSE'}"
            case _:
                raise TypeError(f"{type(node).__name__} is not a part of the language.")
        return f"NOT {found}" if negated else found

    def _pattern(self, node: Like) -> str:
        """Spark escapes with a backslash unless told otherwise, DuckDB does not: both are told the same."""
        operator = "ILIKE" if node.any_case else "LIKE"
        if "\\" not in node.pattern:
            return f"{operator} {self._constant(node.pattern)}"
        return f"{operator} {self._constant(node.pattern.replace('!', '!!'))} ESCAPE '!'"

    def _call(self, node: Call) -> str:
        given = [exp.Var(this=self._finite(each)) for each in node.arguments]
        today = exp.Var(this=self._column(AS_OF))
        day = exp.Var(this="DAY")
        found: exp.Expr
        match node.function:
            case "coalesce":
                found = exp.Coalesce(this=given[0], expressions=given[1:])
            case "lower":
                found = exp.Lower(this=given[0])
            case "contains":
                found = exp.Contains(this=given[0], expression=given[1])
            case "starts_with":
                found = exp.StartsWith(this=given[0], expression=given[1])
            case "has":
                holds = exp.ArrayContains(this=given[0], expression=given[1])
                found = exp.Coalesce(this=holds, expressions=[exp.false()])
            case "days_since":
                return self._double(self._say(exp.DateDiff(this=today, expression=given[0], unit=day)))
            case "days_until":
                return self._double(self._say(exp.DateDiff(this=given[0], expression=today, unit=day)))
            case "today":
                found = today
            case _:
                raise TypeError(f"{node.function} is not a function of the language.")
        return self._say(found)

    def _operand(self, node: Node) -> str:
        text = self.sql(node)
        return text if isinstance(node, (Constant, Name, Call)) else f"({text})"

    def _number(self, node: Node) -> str:
        """An operand to calculate with: a double, whatever the column holds, so that nothing overflows."""
        found = self._operand(node)
        return self._double(found) if isinstance(node, Name) else found

    def _finite(self, node: Node) -> str:
        """An operand to compare; what was computed is unknown unless it is a finite number."""
        if not may_be_infinite(node):
            return self._operand(node)
        text = self.sql(node)
        return f"(CASE WHEN ABS({text}) <= {LARGEST!r} THEN {text} END)"

    def _constant(self, value: Scalar) -> str:
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, date):
            return f"CAST('{value.isoformat()}' AS DATE)"
        if isinstance(value, str):
            return self._say(exp.Literal.string(value))
        written = repr(value).removesuffix(".0")
        return written if "e" in written else f"{written}e0"

    def _column(self, name: str) -> str:
        return self._say(exp.column(name, table=self._table, quoted=True))

    def _double(self, text: str) -> str:
        return f"CAST({text} AS DOUBLE)"

    def _say(self, tree: exp.Expr) -> str:
        return tree.sql(dialect=self._dialect)


def may_be_infinite(node: Node) -> bool:
    """Whether a number was computed, so that it may have left the range of a double."""
    match node:
        case Arithmetic():
            return True
        case Negative(of=of):
            return may_be_infinite(of)
        case Call(function="abs", arguments=arguments):
            return may_be_infinite(arguments[0])
        case _:
            return False


def weight(node: Node) -> int:
    """How large the SQL becomes, in nodes: what is written twice counts twice."""
    match node:
        case Arithmetic(operator="/", left=left, right=right):
            own = 1 + weight(left) + 2 * weight(right)
        case Arithmetic(left=left, right=right):
            own = 1 + weight(left) + weight(right)
        case Negative(of=of):
            own = 1 + weight(of)
        case _:
            own = 1 + sum(weight(each) * (2 if may_be_infinite(each) else 1) for each in children(node))
    return own
