"""The metric tree and the month's movements as the executive page shows them."""

from dataclasses import dataclass

from markupsafe import Markup

from tenure.base.money import Money
from tenure.base.months import last_day
from tenure.reports import wording
from tenure.reports.contracts import PILLARS, Board, Leads, Reading, Restated, Row, Sentence
from tenure.reports.metrics import NORTH_STAR
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import query, to, with_query

LINE = 13
"""Months of a metric's line."""
_PAGES = {
    "retention": "workspace:retention", "movements": "workspace:retention-movements", "health": "workspace:population",
    "measures": "workspace:measures",
}  # fmt: skip
JOINER = "\u2060"
"""Keeps a sign with its amount at the end of a line."""
_LEADS = {
    "retention": "See retention", "movements": "See the movement", "health": "See health", "measures": "See measures",
}  # fmt: skip
_MOVED = frozenset({"retention", "health"})
"""Pages that show a day: of a month that is over they open as of its last."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account behind a number."""

    name: str
    href: str
    shown: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a month was reported as, and by whom it is another figure now."""

    said: str
    accounts: tuple[Account, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Node:
    """A metric with those below it, finished. `good`: whether the change is for the better, None where it is none."""

    key: str
    label: str
    badge: str
    tells: str
    words: str
    needs: str
    value: str
    href: str
    against: str
    change: str
    good: bool | None
    year_ago: str
    line: Markup
    target: str
    standing: str
    said: str
    meter: Markup
    owner: str
    edit: str
    correction: Correction | None
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """A line of the month's movements."""

    label: str
    shown: str
    bar: Markup
    href: str
    total: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the accounts behind it."""

    text: str
    href: str
    leads: str
    accounts: tuple[Account, ...]
    more: str


def href(request: TeamRequest, leads: Leads, board: Board) -> str:
    """Where a number opens."""
    if leads.page == "measures" and leads.asked:
        return to(request, "workspace:measure", **leads.asked)
    asked = dict(leads.asked)
    if leads.page in _MOVED and not board.running and not asked:
        asked = {"as_of": last_day(board.month).isoformat()}
    return with_query(request, _PAGES[leads.page], **asked)


def tree(request: TeamRequest, board: Board, against: Board) -> tuple[Node, ...]:
    """The metrics at the top, each with those that feed it."""
    return _below(request, board, against, None)


def _below(request: TeamRequest, board: Board, against: Board, key: str | None) -> tuple[Node, ...]:
    return tuple(_node(request, board, against, each) for each in board.below(key))


def _node(request: TeamRequest, board: Board, against: Board, reading: Reading) -> Node:
    metric, currency = reading.metric, board.currency
    then = against.reading(metric.key).value
    change = wording.change(metric, reading.value, then, currency)
    known = reading.value is not None
    return Node(
        key=metric.key,
        label=metric.label,
        badge=_badge(board, reading),
        tells=metric.tells,
        words=metric.words,
        needs="" if known else metric.needs,
        value=wording.write(metric, reading.value, currency),
        href=href(request, reading.leads, board) if known else "",
        against=wording.write(metric, then, currency) if then is not None else "",
        change=change,
        good=better(reading, then, change),
        year_ago=wording.write(metric, reading.year_ago, currency) if reading.year_ago is not None else "",
        line=charts.sparkline(
            [value for _, value in reading.series[-LINE:]], band="accent", low=None, high=None,
            label=f"{metric.label} in {LINE} months",
        ),
        target=wording.target(metric, reading.target, currency),
        standing=reading.standing,
        said=_standing(reading),
        meter=_meter(reading),
        owner=reading.owner,
        edit=f"{query(request, edit=metric.key)}#metric-{metric.key}",
        correction=_correction(request, board, reading, reading.restated) if reading.restated else None,
        below=_below(request, board, against, metric.key),
    )  # fmt: skip


def _badge(board: Board, reading: Reading) -> str:
    """The north star, or the pillar of a metric whose parent is of another."""
    metric = reading.metric
    if metric.key == NORTH_STAR:
        return "North star"
    above = board.reading(metric.parent).metric if metric.parent else None
    first = above is None or above.key == NORTH_STAR or above.pillar != metric.pillar
    return PILLARS[metric.pillar] if first else ""


def better(reading: Reading, then: float | None, change: str) -> bool | None:
    """Whether a change is for the better; None where nothing is seen to have changed."""
    if reading.value is None or then is None or not change or change.startswith("±"):
        return None
    return (reading.value > then) == (reading.metric.better == "up")


def _standing(reading: Reading) -> str:
    match reading.standing:
        case "met":
            return "on target"
        case "missed" if reading.missed_since:
            return f"missed since {reading.missed_since:%b %Y}"
        case "unknown":
            return "no data yet"
    return ""


def _meter(reading: Reading) -> Markup:
    if reading.progress is None:
        return Markup("")
    tone = "healthy" if reading.standing == "met" else "risk"
    said = f"{reading.metric.label}: {formats.percent(reading.progress)} of the way to its target"
    return charts.meter(reading.progress, label=said, tone=tone)


def _correction(request: TeamRequest, board: Board, reading: Reading, restated: Restated) -> Correction:
    metric, currency = reading.metric, board.currency
    reported, now = (wording.write(metric, each, currency) for each in (restated.reported, reading.value))
    why = (
        f"because {formats.count(restated.count, 'account')} {'was' if restated.count == 1 else 'were'} corrected"
        if restated.count
        else "because of what became known since"
    )
    said = f"Reported {reported} on {formats.day(restated.reported_on)}, now {now}: {why}."
    return Correction(said, accounts(request, restated.rows), _more(len(restated.rows), restated.count))


def accounts(request: TeamRequest, rows: tuple[Row, ...]) -> tuple[Account, ...]:
    """Accounts with where what they pay stands."""
    return tuple(
        Account(row.name, to(request, "workspace:account-money", account=row.account), row.shown) for row in rows
    )


def fall(request: TeamRequest, board: Board) -> tuple[tuple[Fall, ...], str]:
    """The month's movements, and where their axis begins, where that is not 0."""
    bars = board.waterfall
    if not bars:
        return (), ""
    amounts = [float(Money(bar.amount_minor, board.currency).major) for bar in bars]
    drawn = charts.movements(amounts[0], amounts[1:-1], amounts[-1])
    lines = []
    for bar, picture in zip(bars, drawn.bars, strict=True):
        total = bar.kind in ("opening", "mrr")
        write = formats.minor if total else formats.signed
        leads = Leads("movements", {"month": f"{board.month:%Y-%m}", "kind": bar.kind})
        lines.append(
            Fall(
                bar.label, write(bar.amount_minor, board.currency, 0), picture,
                "" if total else href(request, leads, board), total,
            )
        )  # fmt: skip
    return tuple(lines), formats.money(drawn.begins, board.currency, 0) if drawn.begins > 0 else ""


def told(request: TeamRequest, board: Board, sentence: Sentence) -> Told:
    """A sentence with where it leads and its accounts."""
    text = sentence.text.replace(formats.MINUS, formats.MINUS + JOINER)
    more = _more(len(sentence.rows), sentence.count)
    return Told(
        text, href(request, sentence.leads, board), _LEADS[sentence.leads.page], accounts(request, sentence.rows), more
    )


def _more(shown: int, count: int) -> str:
    return f"The {shown} with the greatest part, of {formats.number(count)}." if count > shown else ""
