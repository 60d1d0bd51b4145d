"""Numbers to places: scales, round axis steps, paths with gaps."""

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup


def place(value: float, low: float, high: float) -> float:
    """Where `value` lies between `low` and `high`, as 0–100; 50 when they are equal."""
    return 50.0 if high == low else (value - low) / (high - low) * 100


def short(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round steps (1, 2, 2.5 or 5 × 10ⁿ) that cover `low`–`high`, about `wanted` of them."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(wanted, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first = math.floor(low / step)
    last = math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def bridged(points: Sequence[tuple[float, float | None]], gap: int) -> list[tuple[float, float | None]]:
    """The points without the unknown ones between two known that are at most `gap` places apart."""
    known = [n for n, (_, y) in enumerate(points) if y is not None]
    inside = {n for a, b in pairwise(known) if 1 < b - a <= gap for n in range(a + 1, b)}
    return [point for n, point in enumerate(points) if n not in inside]


def paths(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """The runs of known points, in order."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is not None:
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def path(run: Sequence[tuple[float, float]]) -> str:
    """SVG path data; a lone point becomes a short dash, so that it can be seen."""
    if len(run) == 1:
        x, y = run[0]
        return f"M{short(x - 0.5)} {short(y)}L{short(x + 0.5)} {short(y)}"
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in run)


def ages(last: int, unit: str, tall: int) -> list[Markup]:
    """The first, the middle and the last age under a chart `tall` pixels high; `unit` names an age ("month")."""
    return [
        Markup('<text x="{}%" y="{}" text-anchor="{}">{} {}</text>').format(
            short(100 * age / last), tall - 6, anchor, unit.capitalize(), age
        )
        for age, anchor in ((0, "start"), (last // 2, "middle"), (last, "end"))
    ]
