"""A scorecard's curve: from a measure's value to 0–100 points."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale


def curve(
    points: Sequence[tuple[float, float]],
    *,
    label: str,
    here: float | None = None,
    steps: bool = False,
    height: int = 96,
    write: Callable[[float], str] = formats.compact,
) -> Markup:
    """`points` are (value, points 0–100) by value. `steps` holds each level until the next value. `here` marks one."""
    if not points:
        return Markup("")
    low, high = points[0][0], points[-1][0]
    plot = height - 30
    placed = [(scale.place(x, low, high), 100 - y) for x, y in points]
    if steps:
        placed = [p for n, (x, y) in enumerate(placed) for p in ([(x, placed[n - 1][1])] if n else []) + [(x, y)]]
    drawn = [
        Markup(
            '<svg y="8" height="{}" width="100%" viewBox="0 0 100 100" preserveAspectRatio="none">'
            '<path class="grid" d="M0 0H100M0 50H100M0 100H100"/><path class="area" d="{}L100 100L0 100Z"/>'
            '<path class="line" d="{}"/></svg>'
        ).format(plot, scale.path(placed), scale.path(placed)),
        Markup('<text x="0" y="{0}">{1}</text><text x="100%" y="{0}" text-anchor="end">{2}</text>').format(
            height - 4, write(low), write(high)
        ),
    ]
    if here is not None:
        x = min(max(scale.place(here, low, high), 0), 100)
        y = _at(points, here, steps=steps)
        drawn.append(
            Markup('<circle class="dot" cx="{}%" cy="{}" r="4.5"/>').format(
                scale.short(x), scale.short(8 + plot * (1 - y / 100))
            )
        )
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>').format(
        height, label, Markup("").join(drawn)
    )


def _at(points: Sequence[tuple[float, float]], value: float, *, steps: bool) -> float:
    """The curve's height at `value`; flat beyond its ends."""
    if value <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if value < x1:
            return y0 if steps or x1 == x0 else y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return points[-1][1]
