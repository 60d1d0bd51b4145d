"""The functions of the language: what each takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tenure.measures.contracts import FieldType


@dataclass(frozen=True, slots=True)
class Function:
    """A function people can call. `takes` are the types of its arguments; "measure" is the name of one."""

    name: str
    takes: tuple[FieldType | Literal["measure", "any"], ...]
    gives: FieldType | Literal["any"]
    usage: str
    description: str


_ALL = (
    Function("change", ("measure",), "number", "change(m)", "relative change between two windows: -0.3 is 30 % less"),
    Function("previous", ("measure",), "number", "previous(m)", "the measure in the window before"),
    Function("abs", ("number",), "number", "abs(x)", "the number without its sign"),
    Function("coalesce", ("any", "any"), "any", "coalesce(x, y, …)", "the first of them that is known"),
    Function("lower", ("text",), "text", "lower(t)", "the text in small letters"),
    Function("contains", ("text", "text"), "boolean", "contains(t, 'part')", "whether the part is in the text"),
    Function("starts_with", ("text", "text"), "boolean", "starts_with(t, 'part')", "whether the text begins with it"),
    Function("has", ("list", "text"), "boolean", "has(l, 'x')", "whether the list has it; an empty one has nothing"),
    Function("days_since", ("date",), "number", "days_since(d)", "days from d to today(); negative when d lies ahead"),
    Function("days_until", ("date",), "number", "days_until(d)", "days from today() to d; negative when d is past"),
    Function("today", (), "date", "today()", "the page's day (its as-of), not the clock's"),
)

FUNCTIONS: dict[str, Function] = {each.name: each for each in _ALL}
