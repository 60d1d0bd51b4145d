"""Pure decisions about customers: types of traits, merging what is said into what is known, cycles of parents."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from tenure.customers.contracts import TraitType, TraitValue

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")


def trait_type(value: TraitValue) -> TraitType | None:
    """The type a value shows: ISO dates (and times) are dates; None has no type."""
    match value:
        case None:
            return None
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return "date" if _is_date(value) else "text"


def fits(value: TraitValue, expected: TraitType) -> bool:
    """Whether a value has the type its trait has. Any string is text, so a date fits a text."""
    found = trait_type(value)
    return found is None or found == expected or (expected == "text" and found == "date")


def merge_traits(known: Mapping[str, TraitValue], said: Mapping[str, TraitValue]) -> dict[str, TraitValue]:
    """Known traits with what is said laid over them; None deletes, what is not said stays."""
    merged = {**known, **said}
    return {key: value for key, value in merged.items() if value is not None}


def changed_traits(known: Mapping[str, TraitValue], said: Mapping[str, TraitValue]) -> dict[str, TraitValue]:
    """Those of the said traits that differ from what is known (by value and type: 1 is not true)."""
    return {key: value for key, value in said.items() if not same(known.get(key), value)}


def same(a: TraitValue, b: TraitValue) -> bool:
    """Whether two values are one, by value and type: 1 is not true."""
    return type(a) is type(b) and a == b if isinstance(a, bool) or isinstance(b, bool) else a == b


def in_cycle(parents: Mapping[int, int], start: int) -> bool:
    """Whether walking up from `start` comes back to `start`. `parents` maps child to parent."""
    seen: set[int] = set()
    at = parents.get(start)
    while at is not None and at not in seen:
        if at == start:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def acceptable_parents(
    parents: Mapping[int, int], wanted: Iterable[tuple[int, int]]
) -> tuple[dict[int, int], set[int]]:
    """Lay the wanted (child, parent) links over the tree one by one.

    Returns the links that keep it a tree and the children whose link would have closed a cycle.
    """
    tree = dict(parents)
    accepted: dict[int, int] = {}
    refused: set[int] = set()
    for child, parent in wanted:
        before = tree.get(child)
        tree[child] = parent
        if in_cycle(tree, child):
            refused.add(child)
            if before is None:
                del tree[child]
            else:
                tree[child] = before
        else:
            refused.discard(child)
            accepted[child] = parent
    return accepted, refused


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
