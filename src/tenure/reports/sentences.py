"""What changed, in words. Pure: figures and names in, a sentence out."""

from collections.abc import Sequence

from tenure.base import written
from tenure.reports.contracts import Metric, Row

NAMED = 3
_MOVED = {
    "churn": "Churn took {amount} of MRR",
    "contraction": "Contraction took {amount} of MRR",
    "expansion": "Expansion added {amount} of MRR",
    "new": "New customers brought {amount} of MRR",
    "reactivation": "Customers who came back brought {amount} of MRR",
}


def movement(kind: str, amount: int, usual: float, currency: str, rows: Sequence[Row], count: int) -> str:
    """A movement of the month beyond the usual: “Churn took $5,494 of MRR, 3.2 times what is usual at this size
    ($1,700): Acme (−$3,000), Globex (−$1,500) and 2 more.”"""
    shown = written.minor(abs(amount), currency, 0)
    if kind == "fx":
        said = f"Rates of exchange {'added' if amount > 0 else 'took'} {shown} {'to' if amount > 0 else 'of'} MRR"
    else:
        said = _MOVED[kind].format(amount=shown)
    return f"{said}, {_against(abs(amount), usual, written.minor(round(usual), currency, 0))}{_names(rows, count)}."


def _against(amount: float, usual: float, shown: str) -> str:
    if not usual:
        return "where a usual month has nothing of it"
    times = amount / usual
    return f"{written.number(times, 1 if times < 10 else 0)} times what is usual at this size ({shown})"


def _names(rows: Sequence[Row], count: int) -> str:
    named = [f"{row.name} ({row.shown})" for row in rows[:NAMED]]
    more = count - len(named)
    if not named:
        return ""
    if more:
        return f": {', '.join(named)} and {more:,} more"
    return ": " + (f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0])


def nrr(then: float, now: float, usual: float) -> str:
    """“NRR fell 2.1 points to 103.2 %; a usual month moves it by 0.6.”"""
    return f"NRR {_points(now - then)} to {written.percent(now, 1)}; {_usually(usual * 100)}."


def group(label: str, value: str, part: float, change: float) -> str:
    """Which group did it: “Plan Basic did 86 % of it (−1.8 points).”"""
    points = f"{written.delta(part * 100, 1)} {'point' if _one(part * 100) else 'points'}"
    share = part / change
    if share > 1:
        return f"{label} {value} alone would have moved it by {points}; others made up for part of it."
    return f"{label} {value} did {written.percent(share)} of it ({points})."


def health(then: float, now: float, usual: float, rows: Sequence[Row], count: int) -> str:
    """“Average health fell 3.2 points to 61.4; a usual month moves it by 1.1. Most: Acme (−22), Globex (−18) and 40
    more.”"""
    said = f"Average health {_points((now - then) / 100)} to {written.number(now, 1)}; {_usually(usual)}."
    return f"{said} Most{_names(rows, count)}." if rows else said


def missed(metric: Metric, value: str, target: str, since: str, months: int) -> str:
    """“GRR has been below its target of 90 % since June 2026: now 87.4 %.”, or of a first month “falls below”."""
    side = "below" if metric.better == "up" else "above"
    its, were = ("their", "have been") if metric.plural else ("its", "has been")
    if months == 1:
        fell = ("fall" if metric.plural else "falls") if metric.better == "up" else "rise" if metric.plural else "rises"
        return f"{metric.label} {fell} {side} {its} target of {target} in {since}: {value}."
    return f"{metric.label} {were} {side} {its} target of {target} since {since}: now {value}."


def _usually(points: float) -> str:
    shown = written.number(points, 1)
    return "in a usual month it does not move" if shown in ("0", "0.0") else f"a usual month moves it by {shown}"


def _points(change: float) -> str:
    size = written.number(abs(change) * 100, 1)
    return f"{'rose' if change > 0 else 'fell'} {size} {'point' if _one(change * 100) else 'points'}"


def _one(points: float) -> bool:
    return written.number(abs(points), 1) == "1.0"
