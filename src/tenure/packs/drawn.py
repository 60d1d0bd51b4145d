"""The charts of a pack: the month's bridge, MRR and NRR over two years, how long customers stay."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from tenure.base import written
from tenure.packs import rules
from tenure.packs.document import Bar, Bridge, Course, Lifetimes, Point, Year
from tenure.reports.contracts import Board
from tenure.revenue.contracts import Month, Staying
from tenure.revenue.contracts import Year as Twelve
from tenure.subscriptions.contracts import MOVEMENTS

MONTHS = 24
TWELVE = 12
LABELS = 6
TONES = {"opening": "total", "mrr": "total", "fx": "plain"}


def bridge(board: Board) -> Bridge | None:
    """From what there was to what there is; None before there was anything."""
    if not any(bar.amount_minor for bar in board.waterfall):
        return None
    opening, *moves, last = board.waterfall
    levels = list(accumulate((bar.amount_minor for bar in moves), initial=opening.amount_minor))
    floor = rules.floor_of(levels)
    top = max(levels) - floor or 1

    def at(level: int) -> float:
        return max(0.0, (level - floor) / top)

    steps = [
        Bar(bar.label, _signed(bar.amount_minor, board.currency), at(before), at(after),
            TONES.get(bar.kind) or ("good" if bar.amount_minor > 0 else "bad"))
        for bar, before, after in zip(moves, levels, levels[1:], strict=False)
    ]  # fmt: skip
    ends = [
        Bar(name, written.minor(bar.amount_minor, board.currency, 0), 0.0, at(level), "total")
        for name, bar, level in (
            (f"MRR before {board.month:%B}", opening, levels[0]), (f"MRR after {board.month:%B}", last, levels[-1]),
        )
    ]  # fmt: skip
    shown = [ends[0], *steps, ends[1]]
    about = "Each bar begins where the last one ended."
    if floor:
        about += f" The axis begins at {written.minor(floor, board.currency, 0)}, so that movements can be seen."
    return Bridge(
        headline=_moved(opening.amount_minor, last.amount_minor, board),
        about=about,
        said="; ".join(f"{bar.label}: {bar.shown}" for bar in shown),
        bars=tuple(shown),
    )


def _moved(before: int, after: int, board: Board) -> str:
    now = written.minor(after, board.currency, 0)
    if not before or before == after:
        return f"MRR was {now} at the end of {board.month:%B}"
    share = written.percent(abs(after - before) / before, 1)
    return f"MRR {rules.rose(after, before)} by {share} to {now} in {board.month:%B}"


def year(months: Sequence[Month], currency: str) -> Year | None:
    """The movements of twelve months; None before there were any."""
    shown = months[-TWELVE:]
    sums = {name: sum(getattr(month, name) for month in shown) for name in MOVEMENTS}
    if not any(sums.values()):
        return None
    came, went = sum(month.came_in for month in shown), sum(month.went_out for month in shown)
    return Year(
        headline=f"{written.minor(came, currency, 0)} came in, {written.minor(went, currency, 0)} went out",
        about=f"Movements of MRR in the last {written.count(len(shown), 'month')}: new, expansion and reactivation"
        " against contraction and churn. FX is rates of exchange alone. Trailing.",
        heads=("Month", "Before", *(name.capitalize() if name != "fx" else "FX" for name in MOVEMENTS), "MRR", "Lost"),
        rows=tuple(_row(f"{month.month:%b %Y}", month, currency) for month in reversed(shown)),
        total=(
            "Together", written.minor(shown[0].opening, currency, 0),
            *(_signed(sums[name], currency) for name in MOVEMENTS), written.minor(shown[-1].mrr, currency, 0),
            written.number(sum(month.lost for month in shown)),
        ),
    )  # fmt: skip


def _row(name: str, month: Month, currency: str) -> tuple[str, ...]:
    opening, mrr = (written.minor(each, currency, 0) for each in (month.opening, month.mrr))
    moves = (_signed(getattr(month, each), currency) for each in MOVEMENTS)
    return (name, opening, *moves, mrr, written.number(month.lost) if month.lost else "–")


def _signed(amount: int, currency: str) -> str:
    return written.signed(amount, currency, 0) if amount else "–"


def courses(board: Board, months: Sequence[Month]) -> tuple[Course, ...]:
    """MRR and NRR over two years; what was never known is left out."""
    mrr = [(month.month, float(month.mrr)) for month in months[-MONTHS:]]
    nrr = list(board.reading("nrr").series[-MONTHS:])
    return tuple(each for each in (_mrr(mrr, board), _nrr(nrr, board)) if each)


def _mrr(series: list[tuple[date, float]], board: Board) -> Course | None:
    values = [value for _, value in series]
    if not any(values):
        return None
    marks = rules.scale(values, from_zero=True)
    shown = [written.minor(round(value), board.currency, 0) for value in values]
    first, last = shown[0], shown[-1]
    span = written.count(len(series), "month")
    return Course(
        headline=f"MRR: {first} to {last} in {span}",
        about="Monthly recurring revenue at the end of each month, at that day’s rates of exchange. Trailing.",
        said=f"MRR at the end of each month: {first} in {_short(series[0][0])}, {last} in {_short(series[-1][0])}",
        ticks=rules.ticks(marks, [rules.axis_money(mark, board.currency) for mark in marks]),
        points=_points([day for day, _ in series], rules.heights(values, marks[0], marks[-1]), shown),
        mark=None,
        filled=True,
    )


def _nrr(series: list[tuple[date, float | None]], board: Board) -> Course | None:
    known = [value for _, value in series if value is not None]
    if not known:
        return None
    marks = rules.scale([*known, 1.0], from_zero=False)
    shown = [written.percent(value, 1) for _, value in series]
    above = known[-1] > 1
    return Course(
        headline=f"NRR over twelve months: {written.percent(known[-1], 1)}",
        about="What customers of twelve months before pay, as a share of what they paid then, month by month. "
        + ("Above the dashed line they grow more than is lost. Trailing." if above else
           "Below the dashed line more is lost than they grow. Trailing."),
        said=f"NRR of the twelve months up to each month, last {written.percent(known[-1], 1)}",
        ticks=rules.ticks(marks, [written.percent(mark) for mark in marks]),
        points=_points([day for day, _ in series], rules.heights([v for _, v in series], marks[0], marks[-1]), shown),
        mark=(1.0 - marks[0]) / (marks[-1] - marks[0]),
        filled=False,
    )  # fmt: skip


def _points(days: Sequence[date], at: Sequence[float | None], shown: Sequence[str]) -> tuple[Point, ...]:
    """Every sixth month has its name, counted from the last."""
    last = len(days) - 1
    return tuple(
        Point(height, _short(day) if (last - n) % LABELS == 0 else "", text)
        for n, (day, height, text) in enumerate(zip(days, at, shown, strict=True))
    )


def _short(month: date) -> str:
    return f"{month:%b %Y}"


def lifetimes(staying: Staying, twelve: Twelve) -> Lifetimes | None:
    """How long customers stay; None where nobody has been seen for a month."""
    if len(staying.points) < 2:
        return None
    points = staying.points[: staying.horizon + 1]
    seen = tuple(point.survival for point in points)
    after = next((n for n in (24, 12) if n < len(seen)), len(seen) - 1)
    half = written.count(staying.median, "month") if staying.median is not None else "Not yet"
    stats = [
        ("Half have left after", half, "Trailing" if staying.median is not None else "More than half are still here"),
        ("Customers seen", written.number(staying.customers), f"{written.number(staying.lost)} of them left"),
        ("Logo churn, twelve months", written.percent(twelve.logo_churn, 1),
         f"{written.number(twelve.lost)} of {written.count(twelve.customers, 'customer')} · trailing"),
    ]  # fmt: skip
    if staying.expected is not None and staying.between is not None:
        low, high = staying.between
        stats.append((
            f"Expected in {staying.horizon // 12} years", f"{staying.expected:.1f} months",
            f"{low:.1f} to {high:.1f}, of who comes now · leading",
        ))  # fmt: skip
    return Lifetimes(
        headline=f"{written.percent(seen[after])} of customers stay longer than {written.count(after, 'month')}",
        about="By months since they first paid." + (f" {staying.why}" if staying.why else ""),
        said=f"The share of customers that stays: {written.percent(seen[after])} after {after} months",
        ticks=rules.ticks((0.0, 0.25, 0.5, 0.75, 1.0), ("0 %", "25 %", "50 %", "75 %", "100 %")),
        seen=seen,
        seen_low=tuple(point.low for point in points),
        seen_high=tuple(point.high for point in points),
        curve=staying.curve,
        low=staying.low,
        high=staying.high,
        stats=tuple(stats),
    )
