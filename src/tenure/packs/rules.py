"""How figures are written in a pack, and at what heights they are drawn. Pure."""

import math
from collections.abc import Sequence
from datetime import date

from tenure.base import money, written
from tenure.packs.document import Change, Tick, Tone
from tenure.reports import wording
from tenure.reports.contracts import Metric

FLAT = 4
"""A bridge whose sums are so many times what moved shows nothing of it from 0 on: its axis begins higher."""


def change(metric: Metric, now: float | None, then: float | None, currency: str) -> Change:
    """From then to now: points of a share, an amount, or a plain number; good or bad by what is better."""
    if now is None or then is None:
        return Change("", "plain")
    moved = now - then
    if metric.unit == "share":
        shown = written.delta(moved * 100, 1, " pts")
    elif metric.unit == "money":
        shown = written.signed(round(moved), currency, 0)
    else:
        shown = written.delta(moved, 1 if metric.unit in ("ratio", "points") else 0)
    return Change(shown, "plain" if shown[:1] not in f"+{written.MINUS}" else _tone(metric, moved))


def _tone(metric: Metric, moved: float) -> Tone:
    return "good" if (moved > 0) == (metric.better == "up") else "bad"


def target(metric: Metric, value: float | None, currency: str) -> str:
    """`≥ 105.0 %`, `≤ 2.0 %`; empty without one."""
    if value is None:
        return ""
    return f"{'≥' if metric.better == 'up' else '≤'} {wording.write(metric, value, currency)}"


def heights(values: Sequence[float | None], low: float, high: float) -> tuple[float | None, ...]:
    """Values as shares of the way from low to high; all of one height lie in the middle."""
    if high <= low:
        return tuple(None if value is None else 0.5 for value in values)
    return tuple(None if value is None else (value - low) / (high - low) for value in values)


def scale(values: Sequence[float], *, from_zero: bool, steps: int = 4) -> tuple[float, ...]:
    """Round numbers around all of these, the lowest first: steps of 1, 2 or 5 times a power of ten."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    low = min(low, 0.0) if from_zero else low
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(n * step for n in range(first, last + 1))


def ticks(marks: Sequence[float], shown: Sequence[str]) -> tuple[Tick, ...]:
    """The marks of a scale at their heights."""
    span = marks[-1] - marks[0]
    return tuple(Tick((mark - marks[0]) / span, text) for mark, text in zip(marks, shown, strict=True))


def floor_of(levels: Sequence[int]) -> int:
    """Where the axis of a bridge begins, in the units of its levels: at 0, unless that hides what moved."""
    low, span = min(levels), max(levels) - min(levels)
    if low <= 0 or span <= 0 or low < FLAT * span:
        return 0
    step: int = 10 ** max(len(str(span)) - 1, 0)
    return max(0, (low - span) // step * step)


def axis_money(mark: float, currency: str) -> str:
    """A round amount in minor units, short: `$120k`."""
    symbol = written.SYMBOLS.get(currency, currency + " ")
    return f"{symbol}{written.compact(mark / 10 ** money.exponent(currency))}"


def named(month: date) -> str:
    """`October 2026`."""
    return f"{month:%B %Y}"


def said_day(day: date) -> str:
    """`2 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def rose(now: float, then: float) -> str:
    """A verb for what became of a figure."""
    return "rose" if now > then else "fell" if now < then else "stayed"
