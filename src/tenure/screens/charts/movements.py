"""From one amount to another by what came and went: a bar a movement, each beginning where the last one ended."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from tenure.screens.charts import scale

AIR = 0.12
"""Of what moved: so much lies below the lowest level, so that the bars of the two ends can be seen to go on."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The bars, 100 wide, and where their axis begins: 0, or more where movements would be too small to see."""

    bars: tuple[Markup, ...]
    begins: float


def movements(first: float, moves: Sequence[float], last: float) -> Fall:
    """`first` + Σ `moves` = `last`: the bar of the first, one for each move, that of the last."""
    levels = [first]
    for amount in moves:
        levels.append(levels[-1] + amount)
    low, high = min(*levels, last), max(*levels, last)
    span = high - low
    begins = _round(low - span * AIR, span) if span and low > span else min(0.0, low)
    ends = high if high > begins else begins + 1
    drawn = [_bar(begins, first, begins, ends, "accent")]
    drawn += [
        _bar(before, after, begins, ends, "good" if after >= before else "bad") for before, after in pairwise(levels)
    ]
    return Fall((*drawn, _bar(begins, last, begins, ends, "accent")), begins)


def _round(level: float, span: float) -> float:
    """A round number at or below a level, no farther from it than half a tenth-power of the span."""
    step = float(10.0 ** math.floor(math.log10(span))) / 2
    return max(0.0, math.floor(level / step) * step)


def _bar(start: float, end: float, low: float, high: float, tone: str) -> Markup:
    left, right = sorted(scale.place(each, low, high) for each in (start, end))
    width = max(right - left, 0.6)
    return Markup(
        '<svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="14"/><rect class="{}" x="{}" width="{}" height="14"/></svg>'
    ).format(tone, scale.short(min(left, 100 - width)), scale.short(width))
