"""How figures are written in a pack, and at what heights they are drawn. Pure."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from tenure.base import money, written
from tenure.packs.document import Change, Tick, Tone
from tenure.reports.contracts import Metric, Unit

SHADES = (0.0, 0.5, 0.75, 0.9, 1.0)
"""From which share on a cell is a shade darker: closer together where most is left, as that is where cohorts differ."""
FLAT = 4
"""A bridge whose sums are so many times what moved shows nothing of it from 0 on: its axis begins higher."""


def figure(unit: Unit, value: float | None, currency: str) -> str:
    """A metric's value as the pages write it."""
    if value is None:
        return written.UNKNOWN
    if unit == "money":
        return written.minor(round(value), currency, 0)
    if unit == "share":
        return written.percent(value, 1)
    return written.number(value, 1 if unit in ("ratio", "points") else 0)


def change(metric: Metric, now: float | None, then: float | None, currency: str) -> Change:
    """From then to now: points of a share, an amount, or a plain number; good or bad by what is better."""
    if now is None or then is None:
        return Change("", "plain")
    moved = now - then
    if metric.unit == "share":
        shown = written.delta(moved * 100, 1, " pts")
    elif metric.unit == "money":
        amount = written.minor(abs(round(moved)), currency, 0)
        shown = amount if not round(moved) else ("+" if moved > 0 else written.MINUS) + amount
    else:
        shown = written.delta(moved, 1 if metric.unit in ("ratio", "points") else 0)
    return Change(shown, "plain" if shown[:1] not in f"+{written.MINUS}" else _tone(metric, moved))


def _tone(metric: Metric, moved: float) -> Tone:
    return "good" if (moved > 0) == (metric.better == "up") else "bad"


def target(metric: Metric, value: float | None, currency: str) -> str:
    """`≥ 105.0 %`, `≤ 2.0 %`; empty without one."""
    if value is None:
        return ""
    return f"{'≥' if metric.better == 'up' else '≤'} {figure(metric.unit, value, currency)}"


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


def shade(share: float | None) -> int:
    """0 for nothing left, to 5."""
    return bisect_right(SHADES, share) if share else 0


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
