"""Cohorts as curves: what is left of each at each age, the newest in the strongest colour, and of all together."""

from collections.abc import Sequence
from math import ceil

from markupsafe import Markup

from tenure.screens.charts import scale

TALL = 240
_PLOT = TALL - 42
_FAINT, _STRONG = 0.18, 0.85


def cohort_curves(
    cohorts: Sequence[tuple[str, Sequence[float | None]]], together: Sequence[float | None], *, label: str, unit: str
) -> Markup:
    """Each cohort is (its name, shares at ages 0, 1, 2 …), the oldest first; more than 1 where it grew. `together` are
    the shares of all. `unit` names an age ("month")."""
    last = max(len(together), 2) - 1
    known = [share for shares in (*(each for _, each in cohorts), together) for share in shares if share is not None]
    top = max(1.0, ceil(max(known, default=1.0) * 4) / 4)
    marks = (0.0, 1.0, top) if top > 1 else (0.0, 0.5, 1.0)
    shapes = [
        Markup('<path class="grid" d="M0 {}H100"/>').format(scale.short(100 - 100 * mark / top)) for mark in marks
    ]
    for place, (name, shares) in enumerate(cohorts):
        strength = _FAINT + (_STRONG - _FAINT) * place / max(1, len(cohorts) - 1)
        shapes.append(
            Markup('<path class="cohort-curve" stroke-opacity="{:.2f}" d="{}"><title>{}</title></path>').format(
                strength, _drawn(shares, last, top), name
            )
        )
    shapes.append(Markup('<path class="cohort-curve-all" d="{}"/>').format(_drawn(together, last, top)))
    plot = Markup(
        '<svg y="18" height="{}" width="100%" viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>'
    ).format(_PLOT, Markup("").join(shapes))
    return Markup('<svg class="chart" height="{}" role="img" aria-label="{}">{}{}</svg>').format(
        TALL, label, plot, Markup("").join([*_shares(marks, top), *scale.ages(last, unit, TALL)])
    )


def _drawn(shares: Sequence[float | None], last: int, top: float) -> str:
    placed = [
        (100 * age / last, None if share is None else 100 - 100 * share / top) for age, share in enumerate(shares)
    ]
    return "".join(scale.path(run) for run in scale.paths(placed))


def _shares(marks: Sequence[float], top: float) -> list[Markup]:
    return [
        Markup('<text class="halo" x="0" y="{}">{:.0f} %</text>').format(
            scale.short(18 + (1 - mark / top) * _PLOT - 4), mark * 100
        )
        for mark in marks
    ]
