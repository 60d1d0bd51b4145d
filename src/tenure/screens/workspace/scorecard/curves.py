"""One measure of the draft on its page: curve, distribution, points as fields, what counts without a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenure.health import studio as drafts
from tenure.health.contracts import CardMeasure, Scorecard
from tenure.health.scorecard import LookupCurve
from tenure.health.studio import Finding, Population, Spread
from tenure.measures.contracts import Catalogue
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.scorecard import forms, rows
from tenure.screens.workspace.scorecard.forms import Entry

SHAPES = (("linear", "Lines between points"), ("bands", "Steps"))
MISSING = (
    ("ignore", "Leave it out; the others count for more"),
    ("neutral", "Count 50 points"),
    ("worst", "Count 0 points"),
)
OUTSIDE = (("clamp", "Keep the points of the first and last"), ("ignore", "Leave the measure out"))


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve; `path` is its place in the list. A step begins `at`."""

    path: str
    at: Entry
    points: Entry


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a lookup, and how many customers have it."""

    word: str
    points: Entry
    accounts: str


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """What the page shows. `points` or `words`, by the kind of the curve."""

    path: str
    key: str
    profile: str
    label: str
    of: str
    unit: str
    kind: str
    name: Entry
    missing: str
    outside: str
    weight: Entry
    points: tuple[Point, ...]
    words: tuple[Word, ...]
    otherwise: Entry
    known: str
    chart: Markup
    low: float
    high: float
    step: float
    curve_wrong: str
    removable: bool


def path_of(card: Scorecard, profile: str, key: str) -> str | None:
    """The path of a measure in the document."""
    at = next((n for n, each in enumerate(card.profiles) if each.key == profile), None)
    found = card.profile(profile)
    if found is None:
        return None
    prefix = "" if at is None else f"profiles.{at}."
    places = (
        f"{prefix}dimensions.{d}.measures.{m}"
        for d, dimension in enumerate(found.dimensions)
        for m, measure in enumerate(dimension.measures)
        if measure.key == key
    )
    return next(places, None)


def measure(
    body: Mapping[str, Any],
    card: Scorecard,
    *,
    profile: str,
    key: str,
    path: str,
    catalogue: Catalogue,
    population: Population,
    wrong: forms.Wrong,
    editable: bool,
    customers: str,
) -> MeasurePage:
    """The measure at `path` of a body, right or wrong; the card is the last one that was right."""
    node = drafts.part(body, path)
    assert isinstance(node, dict)
    saved = card.profile(profile)
    assert saved is not None
    typed = next(m for _, m in saved.measures() if m.key == key)
    field = catalogue.find(typed.measure)
    spread = population.spread(profile, typed)
    curve = node["curve"]
    kind = str(curve["kind"])
    unit = forms.unit_of(field, typed.of)
    label = str(node.get("label") or forms.label_of(field, typed.measure))
    points = _points(curve, f"{path}.curve", wrong)
    view, chart = _chart(points, spread, label=label, steps=kind == "bands", unit=unit, editable=editable)

    def entry(name: str, default: object = "") -> Entry:
        return Entry(f"{path}.{name}", forms.written(node.get(name, default)), wrong.at(f"{path}.{name}"))

    return MeasurePage(
        path=path,
        key=key,
        profile=profile,
        label=label,
        of=rows.OF[typed.of],
        unit="change, 0.1 = 10 %" if unit == "change" else "share, 0.1 = 10 %" if unit in ("share", "%") else unit,
        kind=kind,
        name=entry("label"),
        missing=str(node.get("missing", "ignore")),
        outside=str(curve.get("outside", "clamp")),
        weight=entry("weight", 1.0),
        points=points,
        words=_words(curve, typed, spread, f"{path}.curve", wrong),
        otherwise=Entry(
            f"{path}.curve.otherwise", forms.written(curve.get("otherwise")), wrong.at(f"{path}.curve.otherwise")
        ),
        known=_known(spread, customers),
        chart=chart,
        low=view.low,
        high=view.high,
        step=view.step,
        curve_wrong=wrong.under(f"{path}.curve"),
        removable=len(points) > 2,
    )


def _known(spread: Spread, customers: str) -> str:
    if not spread.accounts:
        return "Nothing has been computed yet, so there is no distribution to show."
    if not spread.known:
        return f"None of {formats.number(spread.accounts)} {customers} has a value."
    known, share = formats.number(spread.known), formats.percent(spread.known / spread.accounts)
    return f"{known} of {formats.number(spread.accounts)} {customers} have a value, {share}."


def _points(curve: Mapping[str, Any], path: str, wrong: forms.Wrong) -> tuple[Point, ...]:
    held, at = ("knots", "at") if curve["kind"] == "linear" else ("steps", "from")
    return tuple(
        Point(
            f"{path}.{held}.{n}",
            *(
                Entry(f"{path}.{held}.{n}.{name}", forms.written(each.get(name)), wrong.at(f"{path}.{held}.{n}.{name}"))
                for name in (at, "points")
            ),
        )
        for n, each in enumerate(curve.get(held, ()))
    )


def _chart(
    points: Sequence[Point], spread: Spread, *, label: str, steps: bool, unit: str, editable: bool
) -> tuple[charts.Window, Markup]:
    """The chart; without points that are all numbers, empty."""
    histogram = charts.Histogram(spread.edges, spread.counts)
    numbers = [(_float(each.at.value), _float(each.points.value)) for each in points]
    right = [(x, y) for x, y in numbers if x is not None and y is not None]
    view = charts.window(right, histogram)
    if not right or len(right) != len(numbers):
        return view, Markup("")
    drawn = charts.editor(
        right, histogram, label=f"Points by {label}, over how many have each value", steps=steps, view=view,
        editable=editable, write=_writer(unit),
    )  # fmt: skip
    return view, drawn


def _writer(unit: str) -> Callable[[float], str]:
    if unit == "change":
        return lambda value: formats.delta(value * 100, 0, " %")
    if unit in ("share", "%"):
        return formats.percent
    return formats.compact


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _words(
    curve: Mapping[str, Any], typed: CardMeasure, spread: Spread, path: str, wrong: forms.Wrong
) -> tuple[Word, ...]:
    """The words of the curve, and those customers have that it does not list."""
    if not isinstance(typed.curve, LookupCurve):
        return ()
    counts = {word.casefold(): (word, count) for word, count in spread.words}
    listed = dict(curve.get("points", {}))
    known = {word.casefold() for word in listed}
    words = [*listed, *(word for folded, (word, _) in counts.items() if folded not in known)]
    return tuple(
        Word(
            word,
            Entry(f"{path}.points.{word}", forms.written(listed.get(word)), wrong.at(f"{path}.points.{word}")),
            formats.number(counts.get(word.casefold(), ("", 0))[1]),
        )
        for word in words
    )


RULES = {
    "no_data": "No data",
    "unreachable": "Never reached",
    "overlap": "Overlap",
    "powerless": "Cannot matter",
    "same": "Says the same",
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What is odd, what to do, and where."""

    rule: str
    tone: str
    text: str
    advice: str
    href: str


def findings(request: TeamRequest, found: Sequence[Finding]) -> list[FindingRow]:
    """What the linter found, the weightiest rule first."""
    order = list(RULES)
    return [
        FindingRow(
            rule=RULES[each.rule],
            tone="warning" if each.rule in ("no_data", "unreachable") else "unknown",
            text=each.text,
            advice=each.advice,
            href=to(request, "workspace:studio-measure", profile=each.profile, card_measure=each.measure)
            if each.measure
            else f"#profile-{each.profile}",
        )
        for each in sorted(found, key=lambda each: order.index(each.rule))
    ]
