"""The scorecard as a form: every field named by its path in the document, right or wrong as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenure.base.refusals import Problem
from tenure.health.contracts import Scorecard
from tenure.health.studio import Population, ProfileCount
from tenure.measures.contracts import Catalogue, Field
from tenure.screens import formats
from tenure.screens.workspace.scorecard import rows

type Node = Mapping[str, Any]


class Wrong:
    """What is wrong, by path; remembers what a field has told, so that the rest can be told above."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self._problems = problems
        self._told: set[str] = set()

    def at(self, path: str) -> str:
        """What is wrong with the field at a path; empty when nothing is."""
        found = [problem.message for problem in self._problems if problem.where == path]
        if found:
            self._told.add(path)
        return formats.capital("; ".join(found)) + "." if found else ""

    def under(self, path: str) -> str:
        """What is wrong at a path or below it."""
        below = f"{path}."
        found = [p for p in self._problems if p.where == path or p.where.startswith(below)]
        self._told.update(problem.where for problem in found)
        return formats.capital("; ".join(dict.fromkeys(p.message for p in found))) + "." if found else ""

    def rest(self) -> list[str]:
        """What no field has told."""
        return [str(problem) for problem in self._problems if problem.where not in self._told]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its name is its path."""

    name: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """A measure in its dimension; `share` of the whole card."""

    path: str
    key: str
    label: str
    of: str
    weight: Entry
    share: str
    curve: Markup
    missing: str
    wrong: str


@dataclass(frozen=True, slots=True)
class DimensionEntry:
    """A dimension with its measures."""

    path: str
    name: str
    label: Entry
    weight: Entry
    share: str
    measures: tuple[MeasureEntry, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A cap or floor; the last one of a profile is empty, for the next."""

    path: str
    name: str
    label: Entry
    when: Entry
    cap: Entry
    floor: Entry
    wrong: str
    new: bool


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """A profile: whom it takes, and its parts. The card's own dimensions are the last one, without a condition."""

    path: str
    key: str
    name: str
    own: bool
    label: Entry
    applies_to: Entry
    takes: str
    overlaps: str
    dimensions: tuple[DimensionEntry, ...]
    rules: tuple[RuleEntry, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class BandEntry:
    """Where a band begins."""

    path: str
    key: str
    colour: str
    tone: str
    label: Entry
    start: Entry


@dataclass(frozen=True, slots=True)
class _Form:
    """What all parts of the form are built from."""

    body: Node
    card: Scorecard
    catalogue: Catalogue
    population: Population
    customers: tuple[str, str]
    wrong: Wrong

    def entry(self, node: Node, path: str, name: str, default: object = "") -> Entry:
        where = f"{path}.{name}" if path else name
        return Entry(where, written(node.get(name, default)), self.wrong.at(where))


def written(value: object) -> str:
    """A value as its field shows it: numbers without a needless fraction."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def profiles(
    body: Node,
    *,
    card: Scorecard,
    catalogue: Catalogue,
    population: Population,
    customers: tuple[str, str],
    wrong: Wrong,
) -> list[ProfileEntry]:
    """The profiles in the order in which they are tried. `card` is the last body that was right, for its curves."""
    form = _Form(body, card, catalogue, population, customers, wrong)
    counts = {each.key: each for each in population.profiles}
    listed = list(body.get("profiles", ()))
    found = [
        _profile(form, node, f"profiles.{at}", counts, first=at == 0, last=at == len(listed) - 1)
        for at, node in enumerate(listed)
    ]
    if body.get("dimensions"):
        found.append(_profile(form, body, "", counts, first=True, last=True))
    return found


def _profile(
    form: _Form, node: Node, path: str, counts: Mapping[str, ProfileCount], *, first: bool, last: bool
) -> ProfileEntry:
    key = str(node.get("key", "")) if path else "default"
    name = str(node.get("label") or key.replace("_", " ").capitalize()) if path else "Everybody else"
    if not path and not form.body.get("profiles"):
        name = str(node.get("name", "Health"))
    prefix = f"{path}." if path else ""
    listed = list(node.get("dimensions", ()))
    total = sum(_number(each.get("weight", 1.0)) for each in listed)
    rules = [*node.get("exceptions", ()), {}]
    return ProfileEntry(
        path=path,
        key=key,
        name=name,
        own=not path,
        label=form.entry(node, path, "label") if path else Entry("", ""),
        applies_to=form.entry(node, path, "applies_to") if path else Entry("", ""),
        takes=_takes(counts.get(key), form),
        overlaps=_overlaps(counts.get(key), form),
        dimensions=tuple(
            _dimension(form, each, f"{prefix}dimensions.{at}", key, total, at=at, of=len(listed))
            for at, each in enumerate(listed)
        ),
        rules=tuple(
            _rule(form, each, f"{prefix}exceptions.{at}", new=at == len(rules) - 1) for at, each in enumerate(rules)
        ),
        first=first,
        last=last,
    )


def _takes(count: ProfileCount | None, form: _Form) -> str:
    if count is None or not form.population.accounts:
        return ""
    share = formats.percent(count.takes / form.population.accounts)
    return f"{formats.count(count.takes, *form.customers)}, {share}"


def _overlaps(count: ProfileCount | None, form: _Form) -> str:
    """`Applies to 40; 12 of them are taken by Enterprise`."""
    if count is None or not count.taken_by:
        return ""
    names = {each.key: each.label or each.key for each in form.card.in_order()}
    by = " and ".join(f"{formats.number(many)} by {names.get(key, key)}" for key, many in count.taken_by.items())
    return f"Applies to {formats.number(count.matches)}; taken before: {by}"


def _dimension(form: _Form, node: Node, path: str, profile: str, total: float, *, at: int, of: int) -> DimensionEntry:
    weight = _number(node.get("weight", 1.0))
    share = weight / total if total else 0.0
    listed = list(node.get("measures", ()))
    inside = sum(_number(each.get("weight", 1.0)) for each in listed)
    return DimensionEntry(
        path=path,
        name=str(node.get("label") or formats.capital(str(node.get("key", "")).replace("_", " "))),
        label=form.entry(node, path, "label"),
        weight=form.entry(node, path, "weight", 1.0),
        share=formats.percent(share),
        measures=tuple(
            _measure(form, each, f"{path}.measures.{n}", profile, share / inside if inside else 0.0)
            for n, each in enumerate(listed)
        ),
        first=at == 0,
        last=at == of - 1,
    )


def _measure(form: _Form, node: Node, path: str, profile: str, unit: float) -> MeasureEntry:
    of = str(node.get("of", "value"))
    measure = str(node.get("measure", ""))
    key = measure if of == "value" else f"{measure}.{of}"
    field = form.catalogue.find(measure)
    label = str(node.get("label") or label_of(field, measure))
    saved = form.card.profile(profile)
    known = next((m for _, m in saved.measures() if m.key == key), None) if saved else None
    weight = form.entry(node, path, "weight", 1.0)
    return MeasureEntry(
        path=path,
        key=key,
        label=label,
        of=rows.OF.get(of, of),
        weight=weight,
        share=formats.percent(unit * _number(node.get("weight", 1.0)), 1),
        curve=rows.drawn(known.curve, label=f"Points by {label}", unit=unit_of(field, of)) if known else Markup(""),
        missing=rows.MISSING.get(str(node.get("missing", "ignore")), ""),
        wrong="" if weight.error else form.wrong.under(path),
    )


def label_of(field: Field | None, measure: str) -> str:
    """What to call a measure that the card gives no name."""
    return (field.label if field else "") or formats.capital(measure.replace("_", " "))


def unit_of(field: Field | None, of: str) -> str:
    """The unit of what a measure reads; `change` of a change."""
    return "change" if of == "change" else field.unit if field else ""


def _rule(form: _Form, node: Node, path: str, *, new: bool) -> RuleEntry:
    entries = [form.entry(node, path, name) for name in ("label", "when", "cap", "floor")]
    label, when, cap, floor = entries
    told = any(each.error for each in entries)
    return RuleEntry(
        path=path,
        name=label.value or str(node.get("key", "")).replace("_", " ") or "A new exception",
        label=label,
        when=when,
        cap=cap,
        floor=floor,
        wrong="" if told else form.wrong.under(path),
        new=new,
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0


def bands(body: Node, card: Scorecard, wrong: Wrong) -> list[BandEntry]:
    """The bands, the best first. A document without any has the usual three; saving them changes nothing."""
    listed = body.get("bands") or [
        {"key": band.key, "label": band.label, "from": band.start, "colour": band.colour} for band in card.bands
    ]
    tones = {band.key: rows.tone(band) for band in card.bands}
    found = [
        (
            _number(node.get("from", 0)),
            BandEntry(
                path=f"bands.{at}",
                key=str(node["key"]),
                colour=str(node.get("colour", "grey")),
                tone=tones.get(str(node["key"]), "unknown"),
                label=Entry(f"bands.{at}.label", str(node.get("label", "")), wrong.at(f"bands.{at}.label")),
                start=Entry(f"bands.{at}.from", written(node.get("from", 0)), wrong.at(f"bands.{at}.from")),
            ),
        )
        for at, node in enumerate(listed)
    ]
    return [each for _, each in sorted(found, key=lambda item: -item[0])]


def addable(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Fields that a measure of a card may read: (name, label), measures first."""
    fields = [field for field in catalogue.below("score") if field.type not in ("date", "list")]
    order = {"measure": 0, "attribute": 1, "trait": 2}
    fields.sort(key=lambda field: (order[field.kind], label_of(field, field.key).casefold()))
    return [(catalogue.name_of(field), label_of(field, field.key)) for field in fields]


def places(found: Sequence[ProfileEntry]) -> list[tuple[str, str]]:
    """Where a measure can be added: each dimension, and a dimension of its own in each profile."""
    many = len(found) > 1
    return [
        each
        for profile in found
        for each in (
            *((d.path, f"{profile.name}: {d.name}" if many else d.name) for d in profile.dimensions),
            (
                f"{profile.path}.dimensions" if profile.path else "dimensions",
                f"{profile.name}: a dimension of its own" if many else "A dimension of its own",
            ),
        )
    ]
