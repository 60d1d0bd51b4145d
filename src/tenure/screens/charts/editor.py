"""The curve that can be edited: points over the distribution of the values. The controller `curve` moves it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale

TOP, PLOT, HEIGHT = 14, 220, 262


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many lie in each class `edges[n] ≤ value < edges[n + 1]`."""

    edges: Sequence[float]
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Window:
    """The values that the chart shows, and by how much an arrow key moves a point."""

    low: float
    high: float
    step: float


def window(points: Sequence[tuple[float, float]], found: Histogram) -> Window:
    """All points and all values, with a little air; steps are round, about a hundredth of it."""
    values = [x for x, _ in points] + list(found.edges)
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    air = (high - low) * 0.04 or 1.0
    begin = low if low == 0 else low - air
    step = scale.ticks(0, (high - low or 1.0) / 50, 2)[1]
    whole = all(value == round(value) for value in values) and high - low >= 8
    return Window(begin, high + air, max(step, 1.0) if whole else step)


def editor(
    points: Sequence[tuple[float, float]],
    found: Histogram,
    *,
    label: str,
    steps: bool,
    view: Window,
    editable: bool,
    write: Callable[[float], str] = formats.compact,
) -> Markup:
    """The chart of `points` (value, points 0–100; ascending). `steps` holds each level until the next value."""
    placed = [(scale.place(x, view.low, view.high), 100 - y) for x, y in points]
    outline = _outline(placed, steps=steps)
    plot = Markup(
        '<svg y="{}" height="{}" width="100%" viewBox="0 -2 100 104" preserveAspectRatio="none">'
        '<path class="grid" d="M0 0H100M0 25H100M0 50H100M0 75H100M0 100H100"/>{}'
        '<path class="line" data-curve-target="line" d="{}"/></svg>'
    ).format(TOP - PLOT * 0.02, scale.short(PLOT * 1.04), _bars(found, view), outline)
    return Markup(
        '<svg class="chart curve-chart" height="{}" role="group" aria-label="{}" data-curve-target="plot">{}{}{}</svg>'
    ).format(HEIGHT, label, plot, _axes(view, write), _handles(points, placed, editable=editable, write=write))


def _outline(placed: Sequence[tuple[float, float]], *, steps: bool) -> str:
    """The line, flat to both sides; as the controller draws it."""
    if not placed:
        return ""
    corners = [(0.0, placed[0][1])]
    for n, (x, y) in enumerate(placed):
        if steps and n:
            corners.append((x, placed[n - 1][1]))
        corners.append((x, y))
    corners.append((100.0, placed[-1][1]))
    return scale.path(corners)


def _bars(found: Histogram, view: Window) -> Markup:
    top = max(found.counts, default=0) or 1
    drawn = []
    for n, count in enumerate(found.counts):
        if count:
            left, right = (scale.place(found.edges[n + k], view.low, view.high) for k in (0, 1))
            tall = max(count / top * 80, 1.5)
            drawn.append(
                Markup('<rect class="bar bar-quiet" x="{}" width="{}" y="{}" height="{}"/>').format(
                    *map(scale.short, (left + 0.1, max(right - left - 0.2, 0.2), 100 - tall, tall))
                )
            )
    return Markup("").join(drawn)


def _axes(view: Window, write: Callable[[float], str]) -> Markup:
    heights = [
        Markup('<text x="100%" y="{}" text-anchor="end" class="halo">{}</text>').format(
            scale.short(TOP + PLOT * (1 - points / 100) - 4), points
        )
        for points in (100, 50)
    ]
    marks = [tick for tick in scale.ticks(view.low, view.high, 6) if view.low <= tick <= view.high]
    last = len(marks) - 1
    names = [
        Markup('<text x="{}%" y="{}" text-anchor="{}"{}>{}</text>').format(
            scale.short(scale.place(tick, view.low, view.high)),
            TOP + PLOT + 18,
            "start" if n == 0 and scale.place(tick, view.low, view.high) < 4
            else "end" if n == last and scale.place(tick, view.low, view.high) > 96 else "middle",
            Markup(' class="tick-minor"') if n % 2 else Markup(""),
            write(tick),
        )
        for n, tick in enumerate(marks)
    ]  # fmt: skip
    return Markup("").join([*heights, *names])


def _handles(
    points: Sequence[tuple[float, float]],
    placed: Sequence[tuple[float, float]],
    *,
    editable: bool,
    write: Callable[[float], str],
) -> Markup:
    drawn = []
    for n, ((x, y), (left, _)) in enumerate(zip(points, placed, strict=True)):
        at = Markup('cx="{}%" cy="{}"').format(
            scale.short(min(max(left, 0), 100)), scale.short(TOP + PLOT * (1 - y / 100))
        )
        if not editable:
            drawn.append(Markup('<circle class="dot" {} r="4.5"/>').format(at))
            continue
        drawn.append(
            Markup(
                '<g class="curve-handle" role="slider" tabindex="0" aria-label="Point {} of {}" aria-valuemin="0"'
                ' aria-valuemax="100" aria-valuenow="{}" aria-valuetext="{} gives {} points" data-curve-target="handle"'
                ' data-action="pointerdown->curve#grab pointermove->curve#drag pointerup->curve#drop'
                ' pointercancel->curve#drop keydown->curve#press">'
                '<circle class="curve-grip" {} r="18"/><circle class="dot" {} r="6"/></g>'
            ).format(n + 1, len(points), scale.short(y), write(x), scale.short(y), at, at)
        )
    return Markup("").join(drawn)
