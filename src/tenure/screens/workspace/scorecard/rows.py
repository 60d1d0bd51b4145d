"""A scorecard as the page shows it: shares, curves drawn, coverage, bands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tenure.health.contracts import Band, CardMeasure, Curve, ExceptionRule, Profile, Scorecard
from tenure.health.queries import MeasureCoverage
from tenure.health.scorecard import BandsCurve, LinearCurve, LookupCurve
from tenure.measures.contracts import Catalogue
from tenure.screens import charts, formats
from tenure.screens.bands import LOOKS

ROLL_UPS = {
    "own": "Each account by itself",
    "mean": "The mean of an account's parts",
    "mrr_weighted": "An account's parts weighted by their MRR",
    "worst_child": "An account's worst part",
}
SCHEMES = {"number": "0–100", "percent": "Percent", "ten": "1–10", "grade": "A–F", "colour": "Colours"}
MISSING = {
    "ignore": "",
    "neutral": "Without a value it counts 50 points",
    "worst": "Without a value it counts 0 points",
}
OF = {"value": "", "change": "its change", "previous": "the window before"}


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band: from where to where, and how many accounts are in it."""

    key: str
    label: str
    tone: str
    range: str
    accounts: str
    share: Markup


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure in its dimension. `weight` is its share of the whole card."""

    key: str
    label: str
    of: str
    weight: str
    curve: Markup
    words: tuple[tuple[str, str], ...]
    missing: str
    known: str
    known_bar: Markup
    linked: bool


@dataclass(frozen=True, slots=True)
class DimensionRow:
    """A dimension and its share of the whole card."""

    label: str
    weight: str
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """When a rule holds, and what it does to the score."""

    label: str
    when: str
    does: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile: whom it scores, and by what."""

    key: str
    label: str
    applies_to: str
    dimensions: tuple[DimensionRow, ...]
    exceptions: tuple[ExceptionRow, ...]


def bands(card: Scorecard, counts: Mapping[str, int]) -> list[BandRow]:
    """The bands from the highest down, then Unknown. `counts` are accounts by band."""
    total = sum(counts.values())
    rising = card.bands_ascending()
    ends = [*(band.start for band in rising[1:]), 100.0]
    found = [
        _band(band.key, band.label or formats.capital(band.key), tone(band), f"{band.start:g}–{end:g}", counts, total)
        for band, end in zip(rising, ends, strict=True)
    ]
    floor = formats.percent(card.coverage_floor)
    return [*reversed(found), _band("unknown", "Unknown", "unknown", f"< {floor} known", counts, total)]


def tone(band: Band) -> str:
    """The look of a band."""
    return LOOKS[band.colour]


def _band(key: str, label: str, look: str, span: str, counts: Mapping[str, int], total: int) -> BandRow:
    accounts = counts.get(key, 0)
    share = accounts / total if total else 0.0
    said = f"{formats.percent(share)} of the scored accounts"
    return BandRow(key, label, look, span, formats.number(accounts), charts.meter(share, label=said, tone=look))


def profiles(card: Scorecard, coverage: Sequence[MeasureCoverage], catalogue: Catalogue) -> list[ProfileRow]:
    """The profiles in the order in which they are tried."""
    known = {(each.profile, each.measure): each for each in coverage}
    return [_profile(profile, known, catalogue) for profile in card.in_order()]


def _profile(profile: Profile, known: Mapping[tuple[str, str], MeasureCoverage], catalogue: Catalogue) -> ProfileRow:
    total = sum(dimension.weight for dimension in profile.dimensions)
    rows = []
    for dimension in profile.dimensions:
        share = dimension.weight / total
        inside = sum(measure.weight for measure in dimension.measures)
        rows.append(
            DimensionRow(
                dimension.label or formats.capital(dimension.key.replace("_", " ")),
                formats.percent(share),
                tuple(
                    _measure(m, share * m.weight / inside, known.get((profile.key, m.key)), catalogue)
                    for m in dimension.measures
                ),
            )
        )
    return ProfileRow(
        profile.key,
        profile.label or formats.capital(profile.key.replace("_", " ")),
        profile.applies_to or "",
        tuple(rows),
        tuple(_exception(rule) for rule in profile.exceptions),
    )


def _measure(measure: CardMeasure, weight: float, coverage: MeasureCoverage | None, catalogue: Catalogue) -> MeasureRow:
    field = catalogue.find(measure.measure)
    label = measure.label or (coverage.label if coverage else "") or (field.label if field else "") or measure.measure
    share = coverage.share if coverage else None
    known = f"{formats.number(coverage.known)} of {formats.number(coverage.accounts)}" if coverage else formats.UNKNOWN
    return MeasureRow(
        key=measure.measure,
        label=label,
        of=OF[measure.of],
        weight=formats.percent(weight, 0 if weight >= 0.1 else 1),
        curve=drawn(
            measure.curve,
            label=f"Points by {label}",
            unit="change" if measure.of == "change" else field.unit if field else "",
        ),
        words=_words(measure.curve),
        missing=MISSING[measure.missing],
        known=known,
        known_bar=charts.meter(share or 0.0, label=f"Known for {known}", tone="unknown"),
        linked=field is not None and field.kind == "measure",
    )


def drawn(curve: Curve, *, label: str, unit: str = "") -> Markup:
    """The curve as a small chart; empty for a lookup, whose words are listed instead. `unit` may be `change`."""
    write = _writer(unit)
    if isinstance(curve, LinearCurve):
        return charts.curve([(k.at, k.points) for k in curve.knots], label=label, height=64, write=write)
    if isinstance(curve, BandsCurve):
        points = [(step.start, step.points) for step in curve.steps]
        width = points[-1][0] - points[0][0]
        points.append((points[-1][0] + width / max(len(points) - 1, 1), points[-1][1]))
        return charts.curve(points, label=label, steps=True, height=64, write=write)
    return Markup("")


def _writer(unit: str) -> Callable[[float], str]:
    if unit == "change":
        return lambda value: formats.delta(value * 100, 0, " %")
    if unit in ("share", "%"):
        return formats.percent
    one = unit.removesuffix("s")
    return lambda value: f"{formats.compact(value)} {one if value == 1 else unit}".rstrip()


def _words(curve: Curve) -> tuple[tuple[str, str], ...]:
    if not isinstance(curve, LookupCurve):
        return ()
    said = [(word, formats.number(points)) for word, points in curve.points.items()]
    rest = "left out" if curve.otherwise is None else formats.number(curve.otherwise)
    return (*said, ("anything else", rest))


def _exception(rule: ExceptionRule) -> ExceptionRow:
    does = f"at most {rule.cap:g}" if rule.cap is not None else f"at least {rule.floor:g}"
    return ExceptionRow(rule.label or formats.capital(rule.key.replace("_", " ")), rule.when, does)
