"""The same meaning in Python, for one row: what an expression says, and why.

Agrees with the SQL of `sql.py` for every row: three-valued logic, doubles, division by zero unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import assert_never

from tenure.measures.contracts import FieldType
from tenure.measures.language.sql import AS_OF, may_be_infinite
from tenure.measures.language.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ComparisonOperator,
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
    Value,
)

type Row = Mapping[str, object]


def truth(node: Node, row: Row) -> bool | None:
    """Whether the row meets a boolean node; None when that is unknown."""
    found = value(node, row)
    assert found is None or isinstance(found, bool)
    return found


def value(node: Node, row: Row) -> Value | None:
    """The value of a node for one row; None when unknown."""
    match node:
        case Constant(value=constant):
            return constant
        case Name(type=kind):
            return read(row, node.column, kind)
        case Negative() | Arithmetic():
            return _computed(node, row)
        case Call():
            return _call(node, row)
        case Comparison(operator=operator, left=left, right=right):
            return _compare(operator, finite(left, row), finite(right, row))
        case Not(of=of):
            return _not(truth(of, row))
        case And(parts=parts):
            return _all([truth(each, row) for each in parts])
        case Or(parts=parts):
            return _not(_all([_not(truth(each, row)) for each in parts]))
        case _:
            return _predicate(node, row)


def finite(node: Node, row: Row) -> Value | None:
    """The value to compare: what was computed is unknown unless it is a finite number."""
    found = value(node, row)
    if isinstance(found, float) and may_be_infinite(node) and not math.isfinite(found):
        return None
    return found


def read(row: Row, column: str, kind: FieldType) -> Value | None:
    """A column of the row as its type. Raises KeyError without the column, TypeError when it holds another type."""
    found = row[column]
    if found is None:
        return None
    if kind == "number" and isinstance(found, (int, float)) and not isinstance(found, bool):
        number = float(found)
        return number if math.isfinite(number) else None
    if kind == "text" and isinstance(found, str):
        return found
    if kind == "boolean" and isinstance(found, bool):
        return found
    if kind == "list" and isinstance(found, (list, tuple)):
        return tuple(str(each) for each in found)
    if kind == "date" and isinstance(found, date):
        return found.date() if isinstance(found, datetime) else found
    raise TypeError(f"{column} should hold a {kind} and holds {type(found).__name__}.")


def _predicate(node: Node, row: Row) -> bool | None:
    match node:
        case Between(of=of, low=low, high=high, negated=negated):
            this = finite(of, row)
            found = _all([_compare(">=", this, finite(low, row)), _compare("<=", this, finite(high, row))])
        case In(of=of, options=options, negated=negated):
            this = finite(of, row)
            found = None if this is None else any(this == each.value for each in options)
        case Like(of=of, pattern=pattern, any_case=any_case, negated=negated):
            text = value(of, row)
            assert text is None or isinstance(text, str)
            found = None if text is None else like(text, pattern, any_case=any_case)
        case IsUnknown(of=of, negated=negated):
            found = finite(of, row) is None
        case IsTruth(of=of, truth=wanted, negated=negated):
            found = truth(of, row) is wanted
        case _:
            raise TypeError(f"{type(node).__name__} is not a part of the language.")
    return _not(found) if negated else found


def _computed(node: Negative | Arithmetic, row: Row) -> float | None:
    if isinstance(node, Negative):
        of = value(node.of, row)
        return -of if isinstance(of, float) else None
    left, right = value(node.left, row), value(node.right, row)
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return None if right == 0 else left / right
        case _:
            assert_never(node.operator)


def _call(node: Call, row: Row) -> Value | None:
    if node.function == "abs":
        inside = value(node.arguments[0], row)
        return abs(inside) if isinstance(inside, float) else None
    given = [finite(each, row) for each in node.arguments]
    today = read(row, AS_OF, "date") if node.function in ("days_since", "days_until", "today") else None
    match (node.function, *given):
        case ("coalesce", *_):
            return next((each for each in given if each is not None), None)
        case ("today",):
            return today
        case ("lower", str(text)):
            return lower(text)
        case ("contains", str(text), str(part)):
            return part in text
        case ("starts_with", str(text), str(part)):
            return text.startswith(part)
        case ("has", tuple() as items, str(item)):
            return item in items
        case ("has", *_):
            return False
        case ("days_since", date() as day) if isinstance(today, date):
            return float((today - day).days)
        case ("days_until", date() as day) if isinstance(today, date):
            return float((day - today).days)
        case _:
            return None


def _compare(operator: ComparisonOperator, left: Value | None, right: Value | None) -> bool | None:
    """Both sides are of one type, which the typing has seen to; texts compare by code point."""
    if left is None or right is None:
        return None
    if operator == "=":
        return left == right
    if operator == "!=":
        return left != right
    below: bool = left < right  # type: ignore[operator]
    match operator:
        case "<":
            return below
        case "<=":
            return below or left == right
        case ">":
            return not below and left != right
        case ">=":
            return not below
        case _:
            assert_never(operator)


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _all(found: list[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


def lower(text: str) -> str:
    """Small letters one by one, as DuckDB has them: one character stays one character."""
    return "".join(each.lower()[0] for each in text)


def like(text: str, pattern: str, *, any_case: bool) -> bool:
    """SQL's LIKE: % is any text, _ any character; no escapes. Takes time in proportion to text × pattern."""
    if any_case:
        text, pattern = lower(text), lower(pattern)
    at = place = 0
    star = resume = -1
    while at < len(text):
        if place < len(pattern) and pattern[place] == "%":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("_", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return all(each == "%" for each in pattern[place:])
