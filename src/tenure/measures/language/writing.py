"""The canonical text of a tree. Read again it gives the same tree."""

from __future__ import annotations

import re
from datetime import date

from tenure.measures.contracts import Catalogue
from tenure.measures.language.functions import FUNCTIONS
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
)
from tenure.measures.language.words import KEYWORDS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _SIGN, _LEAF = range(1, 9)


def write(node: Node, catalogue: Catalogue) -> str:
    """The expression as text, with as few brackets as keep its meaning."""
    return _Writer(catalogue).text(node)


def write_name(name: str) -> str:
    """`name` as it is written in an expression: in double quotes when it is not one plain word."""
    prefix, dot, rest = name.partition(".")
    if dot and rest and prefix == "account":
        return f"{prefix}.{write_name(rest)}"
    if dot and prefix in ("trait", "segment"):
        return f"{prefix}.{write_name_part(rest)}"
    return write_name_part(name)


def write_name_part(part: str) -> str:
    plain = _PLAIN.match(part) and part.lower() not in KEYWORDS
    return part if plain else '"' + part.replace('"', '""') + '"'


def write_scalar(value: Scalar) -> str:
    """A constant as it is written in an expression."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


class _Writer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def text(self, node: Node) -> str:
        match node:
            case Constant(value=value):
                return write_scalar(value)
            case Name(field=field, aspect=aspect):
                name = write_name(self._catalogue.name_of(field))
                return name if aspect == "value" else f"{aspect}({name})"
            case Call(function=function, arguments=arguments):
                return f"{FUNCTIONS[function].name}({', '.join(self.text(each) for each in arguments)})"
            case Negative(of=of):
                return f"-{self._inside(of, _LEAF)}"
            case Arithmetic(operator=operator, left=left, right=right):
                level = _level(node)
                return f"{self._inside(left, level)} {operator} {self._inside(right, level + 1)}"
            case Comparison(operator=operator, left=left, right=right):
                return f"{self._inside(left, _SUM)} {operator} {self._inside(right, _SUM)}"
            case Not(of=of):
                return f"not {self._inside(of, _PREDICATE)}"
            case And(parts=parts):
                return " and ".join(self._inside(each, _NOT) for each in parts)
            case Or(parts=parts):
                return " or ".join(self._inside(each, _AND) for each in parts)
            case _:
                return self._predicate(node)

    def _predicate(self, node: Node) -> str:
        match node:
            case Between(of=of, low=low, high=high, negated=negated):
                bounds = f"{self._inside(low, _SUM)} and {self._inside(high, _SUM)}"
                return f"{self._inside(of, _SUM)} {_not(negated)}between {bounds}"
            case In(of=of, options=options, negated=negated):
                listed = ", ".join(write_scalar(each.value) for each in options)
                return f"{self._inside(of, _SUM)} {_not(negated)}in ({listed})"
            case Like(of=of, pattern=pattern, any_case=any_case, negated=negated):
                return (
                    f"{self._inside(of, _SUM)} {_not(negated)}{'ilike' if any_case else 'like'} {write_scalar(pattern)}"
                )
            case IsUnknown(of=of, negated=negated):
                return f"{self._inside(of, _SUM)} is {_not(negated)}unknown"
            case IsTruth(of=of, truth=truth, negated=negated):
                return f"{self._inside(of, _SUM)} is {_not(negated)}{write_scalar(truth)}"
            case _:
                raise TypeError(f"{type(node).__name__} is not a part of the language.")

    def _inside(self, node: Node, level: int) -> str:
        text = self.text(node)
        return f"({text})" if _level(node) < level else text


def _not(negated: bool) -> str:
    return "not " if negated else ""


def _level(node: Node) -> int:
    """How tightly a node binds."""
    match node:
        case Or():
            return _OR
        case And():
            return _AND
        case Not():
            return _NOT
        case Arithmetic(operator="+") | Arithmetic(operator="-"):
            return _SUM
        case Arithmetic():
            return _PRODUCT
        case Negative():
            return _SIGN
        case Constant() | Name() | Call():
            return _LEAF
        case _:
            return _PREDICATE
