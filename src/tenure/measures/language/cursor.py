"""What may stand at a place of an unfinished expression: the words before it, read forgivingly."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from tenure.measures.contracts import Catalogue, Field, FieldType
from tenure.measures.language.functions import FUNCTIONS

type Expected = Literal["operand", "value", "operator", "connective", "after is", "after not", "list"]

_WORDS = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<text>'(?:[^']|'')*(?P<text_end>'|\Z))
    |(?P<name>"(?:[^"]|"")*(?P<name_end>"|\Z)|[^\W\d][\w.]*(?:"(?:[^"]|"")*(?:"|\Z))?)
    |(?P<number>[0-9.][\w.]*)
    |(?P<compare><=|>=|<>|!=|==|=|<|>)
    |(?P<calculate>[-+*/])
    |(?P<open>\()|(?P<close>\))|(?P<comma>,)
    |(?P<other>\S)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Place:
    """What is expected at the cursor, and what it is compared with or given to."""

    expected: Expected = "operand"
    subject: Field | None = None
    type: FieldType | None = None
    function: str = ""
    bounds: bool = False
    opened: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Typed:
    """The word being typed: `text[start:end]` is replaced, `prefix` is what stands before the cursor."""

    prefix: str
    start: int
    end: int
    is_text: bool = False


def place_at(text: str, position: int, catalogue: Catalogue) -> tuple[Place, Typed] | None:
    """Where the cursor stands; None inside a comment or after what cannot be read."""
    stack = [Place()]
    waiting = ""
    for found in _WORDS.finditer(text):
        if found.start() >= position:
            break
        kind = found.lastgroup or "other"
        kind = {"text_end": "text", "name_end": "name"}.get(kind, kind)
        word = found.group()
        closed = not (kind == "text" and found["text_end"] == "")
        within = position < found.end() or (position == found.end() and (kind in ("name", "number") or not closed))
        if kind == "comment" and (position <= found.end() and not (word.endswith("*/") and position == found.end())):
            return None
        if within and kind in ("name", "text"):
            return stack[-1], Typed(text[found.start() : position], found.start(), found.end(), kind == "text")
        if within:
            return None
        waiting = _read(stack, kind, word, waiting, catalogue)
    return stack[-1], Typed("", position, position)


def _read(stack: list[Place], kind: str, word: str, waiting: str, catalogue: Catalogue) -> str:
    """Takes one word in; answers the name of a function whose bracket is still to come."""
    here = stack[-1]
    match kind:
        case "name":
            return _name(here, word, catalogue)
        case "text" | "number":
            _operand(here, None, "text" if kind == "text" else "number")
        case "compare":
            here.expected = "value"
        case "calculate":
            here.expected = "value" if here.expected == "connective" else "operand"
        case "open":
            opened = "list" if here.expected == "list" else "function" if waiting else "group"
            inner = Place(opened=opened, function=waiting)
            if opened == "list":
                inner.expected, inner.subject, inner.type = "value", here.subject, here.type
            stack.append(inner)
        case "comma" if here.function == "has" and here.subject is not None:
            here.expected, here.type = "value", "text"
        case "comma":
            here.expected = "value" if here.opened == "list" else "operand"
        case "close" if len(stack) > 1:
            _close(stack)
        case _:
            pass
    return ""


def _close(stack: list[Place]) -> None:
    inner = stack.pop()
    here = stack[-1]
    if inner.opened == "list":
        here.expected = "connective"
    elif inner.opened == "function":
        gives = FUNCTIONS[inner.function].gives if inner.function in FUNCTIONS else "any"
        _operand(here, None, inner.type if gives == "any" else gives)
    else:
        _operand(here, None, "boolean" if inner.expected == "connective" else inner.type)


def _operand(here: Place, subject: Field | None, kind: FieldType | None) -> None:
    """An operand is complete: a left side waits for an operator, a right side for `and`."""
    if here.expected == "value":
        here.expected = "connective"
    elif here.expected == "operand":
        here.expected, here.subject, here.type = "operator", subject, kind


def _name(here: Place, word: str, catalogue: Catalogue) -> str:
    lowered = word.lower()
    match lowered:
        case "and" if here.bounds:
            here.expected, here.bounds = "value", False
        case "and" | "or":
            here.expected, here.subject, here.type, here.bounds = "operand", None, None, False
        case "not":
            here.expected = "after not" if here.expected == "operator" else here.expected
        case "is":
            here.expected = "after is"
        case "in":
            here.expected = "list"
        case "between":
            here.expected, here.bounds = "value", True
        case "like" | "ilike":
            here.expected = "value"
        case "unknown" | "null" | "true" | "false" if here.expected == "after is":
            here.expected = "connective"
        case "true" | "false":
            _operand(here, None, "boolean")
        case _ if lowered in FUNCTIONS and catalogue.find(word) is None:
            return lowered
        case _:
            found = catalogue.find(".".join(part.strip('"').replace('""', '"') for part in re.split(r"\.(?=\")", word)))
            _operand(here, found, found.type if found else None)
    return ""
