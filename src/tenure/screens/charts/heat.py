"""A heat map's row: a cell a week, darker where there was more."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from tenure.screens.charts import scale

STEPS = 5
"""Steps of colour above nothing: more cannot be told apart."""
_WIDE, _TALL = 10, 20


def step(value: float, top: float) -> int:
    """0 for nothing, else 1 to `STEPS`: equal parts of 0 to `top`."""
    if value <= 0 or top <= 0:
        return 0
    return min(max(math.ceil(value / top * STEPS - 1e-9), 1), STEPS)


def heat(cells: Sequence[tuple[float, str]]) -> Markup:
    """Cells (amount ≥ 0, what it says in words), oldest first, against the row's largest amount. Decoration beside a
    table that says the same; `data-controller="heat"` around the rows reads the words out."""
    top = max((amount for amount, _ in cells), default=0.0)
    drawn = [
        Markup('<rect class="heat-{}" x="{}" y="0.5" width="{}" height="{}" rx="1"><title>{}</title></rect>').format(
            step(amount, top), scale.short(n * _WIDE + 0.5), _WIDE - 1, _TALL - 1, said
        )
        for n, (amount, said) in enumerate(cells)
    ]
    return Markup(
        '<svg class="heat" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(len(cells) * _WIDE, _TALL, Markup("").join(drawn))
