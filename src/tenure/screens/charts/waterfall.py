"""The score as a fall from 100: one bar a reason, each beginning where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tenure.screens.charts import scale


@dataclass(frozen=True, slots=True)
class Step:
    """One line: `amount` in points (negative takes away), a sentence, and where to look further."""

    label: str
    amount: float
    note: str = ""
    href: str = ""


def waterfall(steps: Sequence[Step], *, start: float = 100.0) -> list[Markup]:
    """The bar of each step, as a stretched SVG 100 wide; the template puts labels and amounts beside it."""
    drawn = []
    at = start
    for step in steps:
        after = at + step.amount
        left, right = max(min(at, after), 0.0), min(max(at, after), 100.0)
        tone = "bad" if step.amount < 0 else "good" if step.amount > 0 else "plain"
        drawn.append(_bar(left, right, tone, edge=max(min(after, 100.0), 0.0)))
        at = after
    return drawn


def total(score: float, band: str) -> Markup:
    """The bar of the score itself, from 0."""
    return _bar(0, score, band, edge=None)


def _bar(left: float, right: float, tone: str, *, edge: float | None) -> Markup:
    width = max(right - left, 0.6)
    x = min(left, 100 - width)
    tick = "" if edge is None else Markup('<path class="step" d="M{0} 14V46"/>').format(scale.short(edge))
    return Markup(
        '<svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="14"/>{}<rect class="{}" x="{}" width="{}" height="14"/></svg>'
    ).format(tick, tone, scale.short(x), scale.short(width))
