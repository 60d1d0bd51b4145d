"""Completion for the filter bar: fields, operators, values and functions that fit where the cursor stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tenure.measures.contracts import LEVELS, Catalogue, Field, FieldType, KnownValue, Level
from tenure.measures.language.cursor import Place, Typed, place_at
from tenure.measures.language.functions import FUNCTIONS
from tenure.measures.language.writing import write_name, write_scalar

type Values = Callable[[Field, str], Iterable[KnownValue]]
"""The values that a text field has in the data and that hold what was typed, the best first."""
type CompletionKind = Literal["field", "value", "operator", "function", "keyword"]

_COMPARE = ("=", "!=", "<", "<=", ">", ">=")
_OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "number": (">=", ">", "<=", "<", "=", "!=", "between", "in", "is unknown", "is not unknown"),
    "text": ("=", "!=", "in", "not in", "ilike", "like", "is unknown", "is not unknown"),
    "date": ("<", "<=", ">", ">=", "=", "between", "is unknown", "is not unknown"),
    "boolean": ("and", "or", "=", "is unknown", "is not unknown", "is not true"),
    "list": ("is unknown", "is not unknown"),
}
_FITTING = {
    "after is": ("unknown", "not unknown", "true", "false", "not true"),
    "connective": ("and", "or"),
    "list": ("(",),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: `insert` replaces `text[start:end]`. `detail` says what it is; `count` how many rows have it."""

    insert: str
    label: str
    kind: CompletionKind
    detail: str
    start: int
    end: int
    count: int | None = None


def complete(
    text: str,
    position: int,
    catalogue: Catalogue,
    *,
    max_level: Level = "derived",
    limit: int = 50,
    values: Values | None = None,
) -> list[Completion]:
    """What could stand at `position` of `text`, best first. Empty where nothing can be said. `values` is asked for
    fields of which the catalogue knows none."""
    found = place_at(text, max(0, min(position, len(text))), catalogue)
    if found is None:
        return []
    place, typed = found
    if typed.is_text and place.expected != "value":
        return []
    ranked = sorted(
        ((rank, order, each) for order, each in enumerate(_proposals(place, typed, catalogue, max_level, values))
         if (rank := _rank(each, typed)) is not None),
        key=lambda entry: entry[:2],
    )  # fmt: skip
    return [each for _, _, each in ranked[:limit]]


def _rank(each: Completion, typed: Typed) -> int | None:
    """0 for what begins with the typed word, 1 for what has a word that does, 2 for what has it inside; else None."""
    prefix = typed.prefix.strip("'\"").casefold()
    name, label = each.insert.strip("'\"").casefold(), each.label.casefold()
    if name.startswith(prefix):
        return 0
    if any(word.startswith(prefix) for word in re.split(r"[\W_]+", f"{name} {label}")):
        return 1
    return 2 if prefix in name or prefix in label else None


def _proposals(
    place: Place, typed: Typed, catalogue: Catalogue, max_level: Level, values: Values | None
) -> Iterator[Completion]:
    match place.expected:
        case "value":
            yield from _values(place, typed, values)
            if not typed.is_text:
                yield from _fields(place, typed, catalogue, max_level, place.type)
                yield from _functions(typed, place.type)
        case "operand":
            wanted = _wanted(place)
            yield from _fields(place, typed, catalogue, max_level, wanted)
            yield from _functions(typed, wanted)
            if not place.function:
                yield Completion("not", "not", "keyword", "the opposite", typed.start, typed.end)
        case "operator":
            for word in _OPERATORS[place.type] if place.type else (*_COMPARE, "is unknown"):
                kind: CompletionKind = "keyword" if word in ("and", "or") else "operator"
                yield Completion(word, word, kind, "", typed.start, typed.end)
        case "after not":
            for word in ("in", "between") if place.type != "text" else ("in", "like", "ilike"):
                yield Completion(word, word, "operator", "", typed.start, typed.end)
        case expected:
            for word in ("and",) if place.bounds else _FITTING[expected]:
                yield Completion(word, word, "keyword", "", typed.start, typed.end)


def _wanted(place: Place) -> FieldType | Literal["measure"] | None:
    function = FUNCTIONS.get(place.function)
    takes = function.takes[0] if function and function.takes else "any"
    return None if takes == "any" else takes


def _values(place: Place, typed: Typed, values: Values | None) -> Iterator[Completion]:
    if place.type == "boolean":
        for word in ("true", "false"):
            yield Completion(word, word, "value", "", typed.start, typed.end)
    if place.subject is None or place.subject.type not in ("text", "list"):
        return
    known_values: Iterable[KnownValue] = place.subject.values
    if not known_values and values is not None:
        known_values = values(place.subject, typed.prefix.strip("'").replace("''", "'"))
    for known in known_values:
        detail = "" if known.count is None else f"{known.count:,}"
        written = write_scalar(known.value)
        yield Completion(written, known.value, "value", detail, typed.start, typed.end, known.count)


def _fields(
    place: Place, typed: Typed, catalogue: Catalogue, max_level: Level, wanted: FieldType | Literal["measure"] | None
) -> Iterator[Completion]:
    for each in catalogue:
        if LEVELS.index(each.level) > LEVELS.index(max_level) or each == place.subject:
            continue
        if wanted is None or each.type == wanted or (wanted == "measure" and each.kind == "measure"):
            name = write_name(catalogue.name_of(each))
            yield Completion(name, each.label or each.key, "field", _about(each), typed.start, typed.end)


def _about(each: Field) -> str:
    kind = {"measure": "measure", "trait": "trait", "segment": "segment", "attribute": ""}[each.kind]
    return " · ".join(part for part in (kind, each.type, each.unit, "of the account" if each.through else "") if part)


def _functions(typed: Typed, wanted: FieldType | Literal["measure"] | None) -> Iterator[Completion]:
    if wanted == "measure":
        return
    for each in FUNCTIONS.values():
        if wanted is None or each.gives in (wanted, "any"):
            insert = f"{each.name}(" if each.takes else f"{each.name}()"
            yield Completion(insert, each.usage, "function", each.description, typed.start, typed.end)
