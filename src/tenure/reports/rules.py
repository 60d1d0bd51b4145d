"""How a metric stands against its target. Pure."""

from collections.abc import Sequence
from datetime import date

from tenure.reports.contracts import Metric, Standing

type Series = Sequence[tuple[date, float | None]]


def standing(metric: Metric, value: float | None, target: float | None) -> Standing:
    """Met where the value is at the target or on its better side."""
    if target is None:
        return "none"
    if value is None:
        return "unknown"
    return "met" if _meets(metric, value, target) else "missed"


def progress(metric: Metric, value: float | None, target: float | None) -> float | None:
    """How near the target is, 0 to 1: value ÷ target, or target ÷ value where less is better."""
    if value is None or target is None:
        return None
    if _meets(metric, value, target):
        return 1.0
    part, whole = (value, target) if metric.better == "up" else (target, value)
    return max(0.0, part / whole) if whole > 0 else 0.0


def missed_since(metric: Metric, series: Series, target: float | None) -> date | None:
    """The first of the months up to the last that all missed the target; None where the last did not."""
    since = None
    for month, value in reversed(series):
        if target is None or value is None or _meets(metric, value, target):
            break
        since = month
    return since


def _meets(metric: Metric, value: float, target: float) -> bool:
    return value >= target if metric.better == "up" else value <= target
