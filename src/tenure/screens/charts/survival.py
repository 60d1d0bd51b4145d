"""How many stay: what was seen as steps with its interval, and what a model says of later as a line with its own."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from tenure.screens.charts import scale

TALL = 220
_PLOT = TALL - 42


def survival(
    seen: Sequence[tuple[float, float, float]], model: Sequence[tuple[float, float, float]], *, label: str, unit: str
) -> Markup:
    """Both are (share, low, high), 0–1, of ages 0, 1, 2 …; `unit` names an age ("month")."""
    last = max(len(seen), len(model), 2) - 1
    shapes = [Markup('<path class="grid" d="M0 {0}H100"/>').format(each) for each in (0, 25, 50, 75, 100)]
    if model:
        shapes.append(_band("survival-later", _line([low for _, low, _ in model], last), _line(_highs(model), last)))
    if seen:
        shapes.append(_band("survival-band", _steps([low for _, low, _ in seen], last), _steps(_highs(seen), last)))
    if model:
        line = scale.path(_line([share for share, _, _ in model], last))
        shapes.append(Markup('<path class="survival-model" d="{}"/>').format(line))
    if seen:
        shapes.append(Markup('<path class="line" d="{}"/>').format(scale.path(_steps([s for s, _, _ in seen], last))))
    plot = Markup(
        '<svg y="18" height="{}" width="100%" viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>'
    ).format(_PLOT, Markup("").join(shapes))
    texts = [
        Markup('<text class="halo" x="0" y="{}">{} %</text>').format(
            scale.short(18 + (100 - each) / 100 * _PLOT - 4), each
        )
        for each in (0, 50, 100)
    ]
    texts += scale.ages(last, unit, TALL)
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}{}</svg>').format(
        TALL, label, plot, Markup("").join(texts)
    )


def _highs(points: Sequence[tuple[float, float, float]]) -> list[float]:
    return [high for _, _, high in points]


def _line(shares: Sequence[float], last: int) -> list[tuple[float, float]]:
    return [(100 * age / last, 100 * (1 - share)) for age, share in enumerate(shares)]


def _steps(shares: Sequence[float], last: int) -> list[tuple[float, float]]:
    """Level until the next age, then down."""
    placed = _line(shares, last)
    return [
        placed[0],
        *(p for before, (x, y) in pairwise(placed) for p in ((x, before[1]), (x, y))),
    ]


def _band(name: str, low: list[tuple[float, float]], high: list[tuple[float, float]]) -> Markup:
    return Markup('<path class="{}" d="{}Z"/>').format(name, scale.path([*low, *reversed(high)]))
