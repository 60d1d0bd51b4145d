"""Bars: amounts over days or classes, the distribution of a measure, and a single proportion."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale


def bars(
    values: Sequence[tuple[str, float]],
    *,
    label: str,
    height: int = 140,
    write: Callable[[float], str] = formats.compact,
    marked: int | None = None,
) -> Markup:
    """One bar a pair (name, amount ≥ 0); names stand under the first, the middle and the last. `marked` is accented."""
    if not values:
        return Markup("")
    width = 100 / len(values)
    plot = height - 36
    top = max(amount for _, amount in values) or 1
    shapes = [Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(16 + plot)]
    hits = []
    for n, (name, amount) in enumerate(values):
        tall = max(amount / top * plot, 1.5 if amount else 0)
        quiet = marked is not None and n != marked
        shapes.append(_bar(n * width, width, tall, bottom=16 + plot, quiet=quiet))
        hits.append(_hit(n * width, width, plot + 16, f"{write(amount)} · {name}"))
    return Markup(
        '<svg class="chart" height="{}" role="img" aria-label="{}">{}<g aria-hidden="true">{}</g>{}</svg>'
    ).format(height, label, Markup("").join(shapes), Markup("").join(hits), _names(values, width, height))


def _bar(left: float, width: float, tall: float, *, bottom: int, quiet: bool) -> Markup:
    gap = min(width * 0.2, 0.6)
    return Markup('<rect class="{}" x="{}%" width="{}%" y="{}" height="{}" rx="1.5"/>').format(
        "bar bar-quiet" if quiet else "bar",
        scale.short(left + gap / 2),
        scale.short(width - gap),
        scale.short(bottom - tall),
        scale.short(tall),
    )


def _hit(left: float, width: float, tall: int, said: str) -> Markup:
    """The strip that shows the amount while it is pointed at."""
    middle = left + width / 2
    return Markup(
        '<g class="hit"><rect x="{}%" width="{}%" y="0" height="{}"/>'
        '<text class="value halo" x="{}%" y="11" text-anchor="{}">{}</text></g>'
    ).format(scale.short(left), scale.short(width), tall, scale.short(middle), _anchor(middle), said)


def _names(values: Sequence[tuple[str, float]], width: float, height: int) -> Markup:
    """The first, the middle and the last; all of them when there are at most four."""
    last = len(values) - 1
    shown = {0: "start", last // 2: "middle", last: "end"} if last > 3 else dict.fromkeys(range(last + 1), "middle")
    return Markup("").join(
        Markup('<text x="{}%" y="{}" text-anchor="{}">{}</text>').format(
            {"start": 0, "middle": scale.short((n + 0.5) * width), "end": 100}[anchor], height - 4, anchor, values[n][0]
        )
        for n, anchor in shown.items()
    )


def _anchor(percent: float) -> str:
    return "start" if percent < 12 else "end" if percent > 88 else "middle"


def distribution(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    label: str,
    here: float | None = None,
    height: int = 140,
    write: Callable[[float], str] = formats.compact,
) -> Markup:
    """How many lie in each class `edges[n] ≤ value < edges[n + 1]`; the class that holds `here` is accented."""
    if len(edges) != len(counts) + 1:
        raise ValueError("A distribution has one edge more than classes.")
    marked = None
    if here is not None and counts:
        inside = [n for n in range(len(counts)) if edges[n] <= here < edges[n + 1]]
        marked = inside[0] if inside else (len(counts) - 1 if here >= edges[-1] else 0)
    named = [(f"{write(edges[n])}–{write(edges[n + 1])}", float(size)) for n, size in enumerate(counts)]
    return bars(named, label=label, height=height, write=lambda v: formats.number(v, 0), marked=marked)


def meter(share: float, *, label: str, tone: str = "", wide: bool = False) -> Markup:
    """One proportion, 0–1, as a thin bar. `tone` is a band's key or empty."""
    width = max(0.0, min(share, 1.0)) * 100
    css = "meter meter-wide" if wide else "meter"
    fill = f"fill fill-{tone}" if tone else "fill"
    return Markup(
        '<svg class="{}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="track" width="100" height="6"/><rect class="{}" width="{}" height="6"/></svg>'
    ).format(css, label, fill, scale.short(width))
