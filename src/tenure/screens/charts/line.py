"""A line over days, with bands behind it and markers for what changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale


@dataclass(frozen=True, slots=True)
class Marker:
    """A day on which something changed: a scorecard's version, an override, an import."""

    day: date
    label: str


type Band = tuple[str, float, float]


def line(
    points: Sequence[tuple[date, float | None]],
    *,
    label: str,
    low: float | None = None,
    high: float | None = None,
    bands: Sequence[Band] = (),
    markers: Sequence[Marker] = (),
    height: int = 200,
    write: Callable[[float], str] = formats.compact,
) -> Markup:
    """`points` by day, oldest first. `bands` are (key, from, to). `write` writes values. `label` says what it shows."""
    if not points:
        return Markup("")
    known = [v for _, v in points if v is not None]
    steps = scale.ticks(min([*known, 0.0]) if low is None else low, max(known, default=1.0) if high is None else high)
    floor, ceiling = (steps[0] if low is None else low), (steps[-1] if high is None else high)
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()

    def across(day: date) -> float:
        return scale.place(day.toordinal(), first, last)

    def down(value: float) -> float:
        return 100 - scale.place(value, floor, ceiling)

    shapes = [_band(key, down(a), down(b)) for key, a, b in bands]
    shapes += [
        Markup('<path class="grid" d="M0 {0}H100"/>').format(scale.short(down(s)))
        for s in steps
        if floor <= s <= ceiling
    ]
    runs = scale.paths([(across(day), None if v is None else down(v)) for day, v in points])
    shapes += [
        Markup('<path class="area" d="{}L{} 100L{} 100Z"/>').format(
            scale.path(r), scale.short(r[-1][0]), scale.short(r[0][0])
        )
        for r in runs
        if len(r) > 1 and not bands
    ]
    shapes += [
        Markup('<path class="marker" d="M{} 0V100"/>').format(scale.short(across(m.day)))
        for m in markers
        if first <= m.day.toordinal() <= last
    ]
    shapes += [Markup('<path class="line" d="{}"/>').format(scale.path(run)) for run in runs]
    plot = Markup(
        '<svg y="18" height="{}" width="100%" viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>'
    ).format(height - 42, Markup("").join(shapes))
    texts = [
        Markup('<text class="halo" x="0" y="{}">{}</text>').format(scale.short(_pixel(down(s), height) - 4), write(s))
        for s in steps
        if floor <= s < ceiling or s == ceiling
    ]
    texts += _days(points, height)
    texts += [
        Markup('<text class="halo" x="{}%" y="12" text-anchor="{}">{}</text>').format(
            scale.short(across(m.day)), _anchor(across(m.day)), m.label
        )
        for m in markers
        if first <= m.day.toordinal() <= last
    ]
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}{}{}</svg>').format(
        height, label, plot, Markup("").join(texts), _hits(points, across, down, height, write)
    )


def _pixel(percent: float, height: int) -> float:
    return 18 + percent / 100 * (height - 42)


def _band(key: str, a: float, b: float) -> Markup:
    top, bottom = min(a, b), max(a, b)
    return Markup('<rect class="band-{}" y="{}" width="100" height="{}"/>').format(
        key, scale.short(top), scale.short(bottom - top)
    )


def _anchor(percent: float) -> str:
    return "start" if percent < 12 else "end" if percent > 88 else "middle"


def _days(points: Sequence[tuple[date, float | None]], height: int) -> list[Markup]:
    """First, middle and last day under the line."""
    last = len(points) - 1
    shown = {0: "start", last: "end"} if last < 8 else {0: "start", last // 2: "middle", last: "end"}
    far = points[0][0].year != points[-1][0].year
    return [
        Markup('<text x="{}%" y="{}" text-anchor="{}">{}</text>').format(
            {"start": 0, "middle": scale.short(n / last * 100 if last else 50), "end": 100}[anchor],
            height - 6,
            anchor,
            formats.day(points[n][0]) if far else formats.short_day(points[n][0]),
        )
        for n, anchor in shown.items()
    ]


# Written with %, as a chart has many: `Markup.format` takes three times as long.
_HIT = Markup(
    '<g class="hit"><rect x="%s%%" width="%s%%" y="18" height="%s"/>'
    '<line class="rule" x1="%s%%" x2="%s%%" y1="18" y2="%s"/><circle class="dot" cx="%s%%" cy="%s" r="4"/>'
    '<text class="value halo" x="%s%%" y="12" text-anchor="%s">%s · %s</text></g>'
)


def _hits(
    points: Sequence[tuple[date, float | None]],
    across: Callable[[date], float],
    down: Callable[[float], float],
    height: int,
    write: Callable[[float], str],
) -> Markup:
    """For each day an invisible strip that shows the value while pointed at."""
    half = 50 / max(len(points) - 1, 1)
    drawn = []
    for day, value in points:
        if value is None:
            continue
        x, y = across(day), _pixel(down(value), height)
        left = max(x - half, 0)
        drawn.append(
            _HIT
            % (
                scale.short(left),
                scale.short(min(half * 2, 100 - left)),
                height - 42,
                scale.short(x),
                scale.short(x),
                height - 24,
                scale.short(x),
                scale.short(y),
                scale.short(x),
                _anchor(x),
                write(value),
                formats.short_day(day),
            )
        )
    return Markup('<g aria-hidden="true">{}</g>').format(Markup("").join(drawn))
