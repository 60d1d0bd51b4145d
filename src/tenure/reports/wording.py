"""How metrics are written: values, changes, targets. For pages, sentences and documents alike."""

from tenure.base import written
from tenure.base.money import exponent
from tenure.reports.contracts import Metric


def write(metric: Metric, value: float | None, currency: str) -> str:
    """`103.2 %`, `$12,400`, `4.6`, `77.1`."""
    if value is None:
        return written.UNKNOWN
    match metric.unit:
        case "share":
            return written.percent(value, 1)
        case "money":
            return written.minor(round(value), currency, 0)
        case "count":
            return written.number(value, 0)
        case _:
            return written.number(value, 1)


def change(metric: Metric, now: float | None, then: float | None, currency: str) -> str:
    """What happened between two values: `+1.4 points`, `−$300`, `±0`; empty where one is unknown."""
    if now is None or then is None:
        return ""
    match metric.unit:
        case "share":
            return written.delta((now - then) * 100, 1, " points")
        case "money":
            by = round(now - then)
            return written.signed(by, currency, 0) if by else "±0"
        case _:
            return written.delta(now - then, 1)


def entered(metric: Metric, target: float | None, currency: str) -> str:
    """A target as it is typed: percent and whole money without their signs."""
    if target is None:
        return ""
    scaled = target * 100 if metric.unit == "share" else target / 10 ** exponent(currency)
    value = scaled if metric.unit in ("share", "money") else target
    return f"{value:.4f}".rstrip("0").rstrip(".")


def target(metric: Metric, value: float | None, currency: str) -> str:
    """A target as it is shown: `95 %`, `$12,000`, `4`; empty without one."""
    if value is None or metric.unit == "money":
        return "" if value is None else write(metric, value, currency)
    return entered(metric, value, currency) + (" %" if metric.unit == "share" else "")


def read(metric: Metric, number: float, currency: str) -> float:
    """What was typed, as metrics are kept: shares of 1, minor units."""
    if metric.unit == "share":
        return number / 100
    return float(round(number * 10 ** exponent(currency))) if metric.unit == "money" else number


def unit(metric: Metric, currency: str) -> str:
    """What stands beside the field of a target."""
    return {"share": "%", "money": currency, "points": "points of 100"}.get(metric.unit, "")
