"""Edits of a scorecard's body: fields named by their path in the document, and commands on its lists.

Pure: the body goes in and another one comes out, right or wrong. Whether it is a scorecard its kind says when it is
saved, with problems at the same paths.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import ClassVar

from tenure.base.refusals import Refusal

type Node = dict[str, object]
type Body = Mapping[str, object]

# Left out of the document when they are empty; every other empty field is told as wrong by the schema.
OPTIONAL = frozenset({"label", "applies_to", "cap", "floor", "otherwise", "owner", "link", "description"})
NUMBERS = frozenset({"weight", "at", "from", "points", "cap", "floor", "otherwise", "coverage_floor"})
ROOTS = frozenset({
    "name", "description", "dimensions", "exceptions", "profiles", "bands", "coverage_floor", "roll_up", "scheme",
})  # fmt: skip
LISTS = {"knots": "at", "steps": "from"}
COPIED = ("dimensions", "exceptions")
_NOT_KEY = re.compile(r"[^a-z0-9]+")


class UnknownPlace(Refusal):
    """A field or command that speaks of a place which the document does not have."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "unknown_place"


def edited(body: Body, fields: Iterable[tuple[str, str]], command: str = "") -> Node:
    """The body with each field set (`dimensions.0.weight`, `"3"`), then the command done.

    Fields of other names are ignored, and an item after the last of a list is made. An exception without a condition is
    left out. A curve whose `kind` changes keeps its points. Commands: `remove PATH`, `up PATH`, `down PATH` (an item of
    a list), `point PATH` (a point in the widest gap of the curve there), `profile LABEL: CONDITION` (a copy of the
    default one). Refuses with `UnknownPlace`.
    """
    made = copy.deepcopy(dict(body))
    kinds = []
    for name, text in fields:
        parts = name.split(".")
        if parts[0] not in ROOTS:
            continue
        if parts[-1] == "kind":
            kinds.append((parts, text))
        else:
            _set(made, parts, text)
    for parts, text in kinds:
        curve = _at(made, parts[:-1])
        if isinstance(curve, dict):
            _shape(curve, text)
    verb, _, place = command.partition(" ")
    if verb:
        doing = COMMANDS.get(verb)
        if doing is None:
            raise UnknownPlace(f"There is no command {verb!r}.")
        doing(made, place.strip())
    _name_exceptions(made)
    return made


def part(body: Body, path: str) -> object:
    """What stands at a path; refuses with `UnknownPlace`."""
    return _at(body, [each for each in path.split(".") if each])


def with_measure(body: Body, where: str, entry: Node) -> Node:
    """The body with a measure added to the dimension at `where`, or in a dimension of its own where `where` names a
    list of dimensions."""
    made = copy.deepcopy(dict(body))
    found = _at(made, where.split("."))
    if isinstance(found, list):
        key = unused(str(entry["measure"]).replace(".", "_"), [str(each.get("key")) for each in found])
        found.append({"key": key, "measures": [entry]})
    elif isinstance(found, dict) and isinstance(measures := found.get("measures"), list):
        measures.append(entry)
    else:
        raise UnknownPlace(f"No measure can be added to {where!r}.")
    return made


def unused(wanted: str, taken: Iterable[str]) -> str:
    """A key out of what somebody called it, that nothing else has: `Big ones` → `big_ones`, `big_ones_2`."""
    base = _NOT_KEY.sub("_", wanted.casefold()).strip("_")[:50] or "item"
    base = base if base[0].isalpha() else f"x_{base}"
    known, number, found = set(taken), 2, base
    while found in known:
        found, number = f"{base}_{number}", number + 1
    return found


def _set(body: Node, parts: list[str], text: str) -> None:
    parts = _shaped(body, _words_whole(parts))
    parent = _at(body, parts[:-1], make=True)
    name, value = parts[-1], text.strip()
    if isinstance(parent, dict):
        # `points` is the number of a step or a corner, and the words of a lookup with theirs.
        of_word = parts[-2:-1] == ["points"]
        if not value and (name in OPTIONAL or of_word):
            parent.pop(name, None)
        else:
            numeric = name in NUMBERS or of_word
            parent[name] = _number(value) if numeric else value
    else:
        raise UnknownPlace(f"There is no {'.'.join(parts)!r} in a scorecard.")


def _words_whole(parts: list[str]) -> list[str]:
    """The word of a lookup may have dots in it: `…curve.points.v1.2` is one word, `v1.2`."""
    for place in range(len(parts) - 2):
        if parts[place : place + 2] == ["curve", "points"]:
            return [*parts[: place + 2], ".".join(parts[place + 2 :])]
    return parts


def _shaped(body: Node, parts: list[str]) -> list[str]:
    """A point's place in the curve as it stands in the body: a form of steps may come back for a curve of lines, when
    the change of shape could not be saved."""
    if len(parts) < 5 or parts[-4] != "curve" or parts[-3] not in LISTS:
        return parts
    curve = _at(body, parts[:-3])
    held = "knots" if isinstance(curve, dict) and "knots" in curve else "steps"
    names = {"at": LISTS[held], "from": LISTS[held]}
    return [*parts[:-3], held, parts[-2], names.get(parts[-1], parts[-1])]


def _number(text: str) -> object:
    """A number as people write it; what is none stays a text, for the schema to refuse."""
    try:
        found = float(text.replace("−", "-").replace(",", ".") if text.count(",") == 1 else text.replace("−", "-"))
    except ValueError:
        return text
    return found if found == found and abs(found) != float("inf") else text


def _at(body: object, parts: list[str], *, make: bool = False) -> object:
    """What stands at the path. With `make`, a mapping that is missing, or the item after the last, is made."""
    here = body
    for place, name in enumerate(parts):
        if isinstance(here, dict) and name in here:
            here = here[name]
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        elif make and isinstance(here, list) and name == str(len(here)):
            here.append({})
            here = here[-1]
        elif make and isinstance(here, dict):
            made: object = [] if parts[place + 1 : place + 2] and parts[place + 1].isdecimal() else {}
            here[name] = made
            here = made
        else:
            raise UnknownPlace(f"There is no {'.'.join(parts)!r} in this scorecard. Load the page again.")
    return here


def _item(body: Node, path: str) -> tuple[list[object], int]:
    """The list that holds the item at a path, and its place there."""
    parts = path.split(".")
    held = _at(body, parts[:-1])
    if not isinstance(held, list) or not parts[-1].isdecimal() or int(parts[-1]) >= len(held):
        raise UnknownPlace(f"There is no {path!r} in this scorecard. Load the page again.")
    return held, int(parts[-1])


def _remove(body: Node, path: str) -> None:
    held, place = _item(body, path)
    del held[place]
    parts = path.split(".")
    if not held and parts[-2] == "measures":
        # The last measure takes its dimension with it.
        _remove(body, ".".join(parts[:-2]))


def _move(body: Node, path: str, by: int) -> None:
    held, place = _item(body, path)
    to = place + by
    if 0 <= to < len(held):
        held[place], held[to] = held[to], held[place]


def _point(body: Node, path: str) -> None:
    """A point more in the middle of the widest gap, on the curve as it is."""
    curve = _at(body, path.split("."))
    if not isinstance(curve, dict) or curve.get("kind") not in ("linear", "bands"):
        raise UnknownPlace(f"No point can be added to {path!r}.")
    held, name = _points(curve)
    known = [(each.get(name), each.get("points"), place) for place, each in enumerate(held)]
    numbers = [(a, p, n) for a, p, n in known if isinstance(a, int | float) and isinstance(p, int | float)]
    if len(numbers) < 2:
        raise UnknownPlace("Give the points of the curve numbers first.")
    gaps = [(b[0] - a[0], a, b) for a, b in pairwise(numbers)]
    width, left, right = max(gaps, key=lambda gap: gap[0])
    points = (left[1] + right[1]) / 2 if curve["kind"] == "linear" else left[1]
    held.insert(right[2], {name: _short(left[0] + width / 2), "points": _short(points)})


def _points(curve: Node) -> tuple[list[Node], str]:
    held = curve.setdefault("knots" if curve["kind"] == "linear" else "steps", [])
    assert isinstance(held, list)
    return held, "at" if curve["kind"] == "linear" else "from"


def _short(number: float) -> float:
    """Four significant figures: a point is there to be read."""
    return float(f"{number:.4g}")


def _shape(curve: Node, kind: str) -> None:
    """Lines become steps and steps lines; the points stay."""
    if kind == curve.get("kind") or kind not in ("linear", "bands") or curve.get("kind") not in ("linear", "bands"):
        return
    held, name = _points(curve)
    curve.pop("knots", None)
    curve.pop("steps", None)
    curve.pop("outside", None)
    curve["kind"] = kind
    other, new = _points(curve)
    other.extend({new: each.get(name), "points": each.get("points")} for each in held)


def _profile(body: Node, told: str) -> None:
    """A profile more, tried last but the default, by a copy of the default's (or the last's) dimensions."""
    label, _, condition = (each.strip() for each in told.partition(":"))
    held = body.setdefault("profiles", [])
    assert isinstance(held, list)
    source = body if body.get("dimensions") else held[-1] if held else None
    if not label or source is None:
        raise UnknownPlace("Give the profile a name.")
    taken = [str(each.get("key")) for each in held] + ["default"]
    copied = {name: copy.deepcopy(source[name]) for name in COPIED if source.get(name)}
    held.append({"key": unused(label, taken), "label": label, "applies_to": condition, **copied})


def _name_exceptions(body: Node) -> None:
    """Exceptions without a condition go; new ones get a key."""
    profiles = body.get("profiles")
    for holder in (body, *(profiles if isinstance(profiles, list) else ())):
        rules = holder.get("exceptions")
        if not isinstance(rules, list):
            continue
        kept = [rule for rule in rules if rule.get("when") or rule.get("key")]
        for rule in kept:
            if not rule.get("key"):
                named = str(rule.get("label") or rule["when"])
                rule["key"] = unused(named, [str(each.get("key")) for each in kept])
        holder["exceptions"] = kept


COMMANDS: Mapping[str, Callable[[Node, str], None]] = {
    "remove": _remove,
    "up": lambda body, path: _move(body, path, -1),
    "down": lambda body, path: _move(body, path, 1),
    "point": _point,
    "profile": _profile,
}
