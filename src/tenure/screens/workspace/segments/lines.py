"""The builder's lines as a web form carries them: from the request to a `builder.Form` and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.segments import builder
from tenure.segments.builder import Condition, Form, Group, Join

MOST = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed; `group` is empty outside of groups."""

    field: str = ""
    operator: str = ""
    first: str = ""
    second: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The builder as typed: in lines (`mode` build) or as text; `note` says why lines could not show a text."""

    mode: str = "build"
    join: Join = "and"
    lines: tuple[Line, ...] = (Line(),)
    text: str = ""
    note: str = ""

    def where(self, catalogue: Catalogue) -> str:
        """The expression so far."""
        return self.text.strip() if self.mode == "text" else builder.write(form(self), catalogue)


@dataclass(frozen=True, slots=True)
class Shown:
    """A line ready to show: with its operators and what its values look like. `opens` and `closes` mark groups."""

    at: int
    line: Line
    label: str
    operators: tuple[tuple[str, str], ...]
    values: int
    input: str
    several: bool
    unit: str
    problem: str
    opens: bool
    closes: bool


def typed(given: QueryDict) -> Typed:
    """What a request carries."""
    count = given.get("n", "")
    lines = tuple(
        Line(*(given.get(f"{name}{at}", "")[:400] for name in "fovwg"))
        for at in range(min(int(count) if count.isdecimal() else 0, MOST))
    )
    join: Join = "or" if given.get("join") == "or" else "and"
    mode = "text" if given.get("mode") == "text" else "build"
    return Typed(mode, join, lines or (Line(),), given.get("where", "")[:4_000])


def of_text(where: str, catalogue: Catalogue) -> Typed:
    """A saved expression: in lines where they can show it."""
    if not where.strip():
        return Typed(text=where)
    try:
        found = builder.read(parse(where, catalogue))
    except ExpressionError:
        return Typed("text", text=where, note="This text cannot be read yet, so it stays text.")
    if found is None:
        note = "This expression says more than lines can show, so it stays text."
        return Typed("text", text=where, note=note)
    return Typed("build", found.join, tuple(_lines(found)), where)


def _lines(found: Form) -> Iterator[Line]:
    for number, item in enumerate(found.items):
        inner = item.conditions if isinstance(item, Group) else (item,)
        for each in inner:
            values = (*each.values, "", "")
            yield Line(each.field, each.operator, values[0], values[1], str(number) if isinstance(item, Group) else "")


def form(given: Typed) -> Form:
    """The lines as the builder writes them; lines of a group stand together where its first does."""
    items: dict[str, list[Condition]] = {}
    for at, line in enumerate(given.lines):
        condition = Condition(line.field, line.operator, (line.first, line.second))
        items.setdefault(f"group {line.group}" if line.group else f"line {at}", []).append(condition)
    made = (Group(tuple(found)) if key.startswith("group") else found[0] for key, found in items.items())
    return Form(given.join, tuple(made))


def done(given: Typed, what: str, catalogue: Catalogue) -> Typed:
    """After a button: `add`, `add:group`, `group`, `remove:line`, `text`, `build`."""
    verb, _, place = what.partition(":")
    lines = list(given.lines)
    if verb == "text":
        return replace(given, mode="text", text=given.where(catalogue) or given.text)
    if verb == "build":
        return of_text(given.text, catalogue)
    if verb == "remove" and place.isdecimal() and int(place) < len(lines):
        del lines[int(place)]
    elif verb == "add" and place:
        last = max((at for at, line in enumerate(lines) if line.group == place), default=len(lines) - 1)
        lines.insert(last + 1, Line(group=place))
    elif verb == "add":
        lines.append(Line())
    elif verb == "group":
        taken = {line.group for line in lines}
        name = next(str(n) for n in range(MOST + 1) if str(n) not in taken)
        lines += [Line(group=name), Line(group=name)]
    return replace(given, lines=tuple(lines[:MOST]) or (Line(),))


def shown(given: Typed, catalogue: Catalogue) -> list[Shown]:
    """The lines as the page draws them; an operator that its field does not have gives way to the first."""
    found = []
    for at, line in enumerate(given.lines):
        before = given.lines[at - 1].group if at else ""
        after = given.lines[at + 1].group if at + 1 < len(given.lines) else ""
        found.append(_shown(at, line, catalogue, opens=bool(line.group) and line.group != before,
                            closes=bool(line.group) and line.group != after))  # fmt: skip
    return found


_INPUTS: Mapping[str, str] = {"number": "number", "change": "number", "date": "date", "text": "text"}


def _shown(at: int, line: Line, catalogue: Catalogue, *, opens: bool, closes: bool) -> Shown:
    about = builder.subject(line.field, catalogue)
    if about is None:
        problem = "There is no such field. Choose one of the list." if line.field.strip() else ""
        return Shown(at, line, "", (), 0, "text", several=False, unit="", problem=problem, opens=opens, closes=closes)
    operators = builder.OPERATORS[about.kind]
    operator = line.operator if line.operator in dict(operators) else operators[0][0]
    values = builder.VALUES.get(operator, 1)
    kind = "number" if operator in builder.DAYS else _INPUTS.get(about.kind, "text")
    unit = "" if operator in builder.DAYS else "%" if about.kind == "change" else about.field.unit
    return Shown(
        at, replace(line, operator=operator), about.label, operators, values, kind,
        several=operator in ("in", "not in"), unit="" if unit == "money" else unit, problem="", opens=opens,
        closes=closes,
    )  # fmt: skip


def settled(given: Typed, catalogue: Catalogue) -> Typed:
    """With the operators that will be shown, so that the expression is that of what one sees."""
    return replace(given, lines=tuple(each.line for each in shown(given, catalogue)))
