"""Conditions as a form shows them: a list of which all or any must hold, some of them groups of the other kind.

`write` gives the expression, `read` the form back; whatever `write` has written, `read` reads. Expressions that say
more than a form can show are read as None and stay text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from tenure.measures.contracts import Catalogue, Field, FieldType
from tenure.measures.language import Expression
from tenure.measures.language.tree import (
    And,
    Between,
    Call,
    Comparison,
    Constant,
    In,
    IsUnknown,
    Like,
    Name,
    Node,
    Not,
    Or,
    Scalar,
)
from tenure.measures.language.writing import write_name, write_scalar

type Join = Literal["and", "or"]
type Kind = FieldType | Literal["segment", "change"]

OTHER: Mapping[Join, Join] = {"and": "or", "or": "and"}
_KNOWN = (("unknown", "is unknown"), ("known", "is known"))
_NUMBER = (
    (">=", "is at least"), (">", "is more than"), ("<=", "is at most"), ("<", "is less than"), ("=", "is"),
    ("!=", "is not"), ("between", "is between"), *_KNOWN,
)  # fmt: skip
OPERATORS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    "number": _NUMBER,
    "change": (
        ("<=", "fell to or below"), ("<", "fell below"), (">=", "rose to or above"), (">", "rose above"),
        ("between", "is between"), *_KNOWN,
    ),
    "text": (
        ("=", "is"), ("!=", "is not"), ("in", "is one of"), ("not in", "is none of"), ("contains", "contains"), *_KNOWN,
    ),
    "date": (
        ("next", "is in the next … days"), ("last", "was in the last … days"), ("ago", "is more than … days ago"),
        ("ahead", "is more than … days ahead"), ("<", "is before"), (">=", "is on or after"), *_KNOWN,
    ),
    "boolean": (("yes", "is yes"), ("no", "is no"), *_KNOWN),
    "list": (("has", "has"), ("lacks", "does not have"), *_KNOWN),
    "segment": (("yes", "is in"), ("no", "is not in")),
}  # fmt: skip
"""What can be asked of each kind of field: operator and its words."""
VALUES: Mapping[str, int] = {"between": 2, "unknown": 0, "known": 0, "yes": 0, "no": 0}
"""How many values an operator takes, where that is not one."""
DAYS = frozenset({"next", "last", "ago", "ahead"})
_ASPECT = re.compile(r"(change|previous)\((.*)\)\Z", re.DOTALL)
_PARTS = re.compile(r'"(?:[^"]|"")*"|[^."]+')
_WILD = re.compile(r"[%_\\]")


@dataclass(frozen=True, slots=True)
class Condition:
    """One line: a field by its name in expressions (perhaps `change(…)` of it), an operator, its values as typed.
    Shares (`change`) are typed in percent, several values with commas."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of which any must hold where the form says all, and all where it says any."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The whole: all (`and`) or any (`or`) of its items."""

    join: Join
    items: tuple[Condition | Group, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line asks about: the field, its kind, and its name as written."""

    field: Field
    kind: Kind
    name: str
    label: str


def subject(name: str, catalogue: Catalogue) -> Subject | None:
    """The field a line names; None when there is none."""
    text = name.strip()
    aspect = _ASPECT.match(text)
    found = catalogue.find(_bare(aspect[2] if aspect else text))
    if found is None or (aspect and found.kind != "measure"):
        return None
    label = found.label or found.key
    written = write_name(catalogue.name_of(found))
    if aspect:
        label = f"{label}, change" if aspect[1] == "change" else f"{label}, window before"
        return Subject(found, "change" if aspect[1] == "change" else found.type, f"{aspect[1]}({written})", label)
    return Subject(found, "segment" if found.kind == "segment" else found.type, written, label)


def _bare(name: str) -> str:
    """A name without the quotes of its parts."""
    return ".".join(part.strip('"').replace('""', '"') for part in _PARTS.findall(name)) if '"' in name else name


def write(form: Form, catalogue: Catalogue) -> str:
    """The expression of a form; lines that are not finished are left out. Empty without any."""
    parts = []
    for item in form.items:
        if isinstance(item, Condition):
            parts.append(written(item, catalogue))
            continue
        inner = [text for each in item.conditions if (text := written(each, catalogue))]
        joined = f" {OTHER[form.join]} ".join(inner)
        parts.append(f"({joined})" if len(inner) > 1 else joined)
    return f" {form.join} ".join(part for part in parts if part)


def written(condition: Condition, catalogue: Catalogue) -> str:
    """One line as an expression; empty where it is not finished or not meaningful."""
    found = subject(condition.field, catalogue)
    if found is None or condition.operator not in dict(OPERATORS[found.kind]):
        return ""
    name, operator = found.name, condition.operator
    if operator in ("unknown", "known"):
        return f"{name} is {'not ' if operator == 'known' else ''}unknown"
    if operator in ("yes", "no"):
        return name if operator == "yes" else f"not {name}"
    values = _values(found.kind, operator, condition.values)
    if values is None:
        return ""
    return _WRITERS.get(operator, _compared)(name, operator, values)


def _compared(name: str, operator: str, values: list[Scalar]) -> str:
    return f"{name} {operator} {write_scalar(values[0])}"


def _listed(name: str, operator: str, values: list[Scalar]) -> str:
    return f"{name} {operator} ({', '.join(write_scalar(each) for each in values)})"


def _having(name: str, operator: str, values: list[Scalar]) -> str:
    return f"{'not ' if operator == 'lacks' else ''}has({name}, {write_scalar(values[0])})"


def _contained(name: str, operator: str, values: list[Scalar]) -> str:
    return f"{name} ilike {write_scalar(f'%{values[0]}%')}"


_WRITERS: Mapping[str, Callable[[str, str, list[Scalar]], str]] = {
    "between": lambda name, _, v: f"{name} between {write_scalar(v[0])} and {write_scalar(v[1])}",
    "in": _listed,
    "not in": _listed,
    "contains": _contained,
    "has": _having,
    "lacks": _having,
    "next": lambda name, _, v: f"days_until({name}) between 0 and {write_scalar(v[0])}",
    "last": lambda name, _, v: f"days_since({name}) between 0 and {write_scalar(v[0])}",
    "ago": lambda name, _, v: f"days_since({name}) > {write_scalar(v[0])}",
    "ahead": lambda name, _, v: f"days_until({name}) > {write_scalar(v[0])}",
}


def _values(kind: Kind, operator: str, typed: tuple[str, ...]) -> list[Scalar] | None:
    """The typed values as constants; None where one is missing or is not of the kind."""
    if operator in ("in", "not in"):
        found: list[Scalar] = [each.strip() for each in ",".join(typed).split(",") if each.strip()]
        return found or None
    values = [_value(kind, operator, each.strip()) for each in typed[: VALUES.get(operator, 1)]]
    return None if len(values) < VALUES.get(operator, 1) or None in values else [v for v in values if v is not None]


def _value(kind: Kind, operator: str, text: str) -> Scalar | None:
    if not text:
        return None
    if kind == "list":
        return text
    if kind == "text":
        return None if operator == "contains" and _WILD.search(text) else text
    if kind == "date" and operator not in DAYS:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    try:
        number = Decimal(text.replace(" ", "").replace(",", "").replace("−", "-").rstrip("%"))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > Decimal("1e15"):
        return None
    return float(number / 100 if kind == "change" else number)


def read(expression: Expression) -> Form | None:
    """The form of an expression; None where it says more than a form can show."""
    tree, catalogue = expression.tree, expression.catalogue
    join: Join = "or" if isinstance(tree, Or) else "and"
    parts = tree.parts if isinstance(tree, And | Or) else (tree,)
    items: list[Condition | Group] = []
    for part in parts:
        item = _condition(part, catalogue) if not isinstance(part, And | Or) else _group(part, OTHER[join], catalogue)
        if item is None:
            return None
        items.append(item)
    return Form(join, tuple(items))


def _group(node: And | Or, join: Join, catalogue: Catalogue) -> Group | None:
    if isinstance(node, Or) != (join == "or"):
        return None
    found = [_condition(part, catalogue) for part in node.parts]
    return None if None in found else Group(tuple(each for each in found if each is not None))


def _condition(node: Node, catalogue: Catalogue) -> Condition | None:
    """A line that writes this node; None when none does."""
    found = _line(node, catalogue)
    if found is None or subject(found.field, catalogue) is None:
        return None
    return found if written(found, catalogue) else None


def _line(node: Node, catalogue: Catalogue) -> Condition | None:
    match node:
        case Name(type="boolean"):
            return Condition(_name(node, catalogue), "yes")
        case Not(of=Name(type="boolean") as of):
            return Condition(_name(of, catalogue), "no")
        case Not(of=Call(function="has") as of):
            found = _line(of, catalogue)
            return Condition(found.field, "lacks", found.values) if found else None
        case Call(function="has", arguments=(Name() as of, Constant(value=value))):
            return Condition(_name(of, catalogue), "has", (_typed(None, value),))
        case IsUnknown(of=Name() as of, negated=negated):
            return Condition(_name(of, catalogue), "known" if negated else "unknown")
        case Comparison(operator=operator, left=Name() as left, right=Constant(value=value)):
            return Condition(_name(left, catalogue), operator, (_typed(left, value),))
        case Comparison(operator=">", left=Call(function=function, arguments=(Name() as of,)), right=Constant(value=v)):
            word = {"days_since": "ago", "days_until": "ahead"}.get(function)
            return Condition(_name(of, catalogue), word, (_typed(None, v),)) if word else None
        case Between(of=Name() as of, low=Constant(value=low), high=Constant(value=high), negated=False):
            return Condition(_name(of, catalogue), "between", (_typed(of, low), _typed(of, high)))
        case Between(
            of=Call(function=function, arguments=(Name() as of,)), low=Constant(value=0.0), high=Constant(value=v),
            negated=False,
        ):  # fmt: skip
            word = {"days_since": "last", "days_until": "next"}.get(function)
            return Condition(_name(of, catalogue), word, (_typed(None, v),)) if word else None
        case In(of=Name(type="text") as of, options=options, negated=negated):
            texts = [str(each.value) for each in options]
            plain = all(text.strip() == text and text and "," not in text for text in texts)
            return (
                Condition(_name(of, catalogue), "not in" if negated else "in", (", ".join(texts),)) if plain else None
            )
        case Like(of=Name() as of, pattern=pattern, any_case=True, negated=False):
            inner = pattern[1:-1]
            whole = len(pattern) > 2 and pattern[0] == pattern[-1] == "%" and not _WILD.search(inner)
            return Condition(_name(of, catalogue), "contains", (inner,)) if whole and inner.strip() == inner else None
        case _:
            return None


def _name(node: Name, catalogue: Catalogue) -> str:
    name = write_name(catalogue.name_of(node.field))
    return name if node.aspect == "value" else f"{node.aspect}({name})"


def _typed(node: Name | None, value: Scalar) -> str:
    """A constant as one types it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    number = Decimal(repr(float(value)))
    if node is not None and node.aspect == "change":
        number *= 100
    return f"{number.normalize():f}"
