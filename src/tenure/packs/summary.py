"""The first pages of a pack: the three pillars with their metrics, what changed and why, what each figure means."""

from collections.abc import Mapping, Sequence

from tenure.packs import rules
from tenure.packs.document import Line, Meaning, Pillar
from tenure.reports import wording
from tenure.reports.contracts import PILLARS, Board, Reading, Sentence

COURSE = 13
TOLD = 5
_LEDGER = "Movements of MRR, from subscriptions"
_SCORES = "Scores at the end of the month"
SOURCES: Mapping[str, str] = {
    "health": _SCORES, "health_change": _SCORES, "healthy": _SCORES, "at_risk": _SCORES,
    "adoption": "Use of the product in the 84 days before",
    "referred": "Movements of MRR, the source of accounts",
    "promoters": "Answers to NPS surveys",
}  # fmt: skip
CHARTS = (
    Meaning("Cohort", "trailing", "Customers who first paid in a quarter, and the share of them that pays after so many"
            " quarters; who left and came back counts", _LEDGER),
    Meaning("How long customers stay", "trailing", "The share that stays beyond a month: Kaplan and Meier’s estimate"
            " (1958); a lifetime ends when a customer first leaves", _LEDGER),
    Meaning("Expected months", "leading", "What one who comes now will pay of the months ahead: the"
            " shifted-beta-geometric model of Fader and Hardie (2007)", "Fitted to the lifetimes seen"),
)  # fmt: skip


def pillars(board: Board) -> tuple[Pillar, ...]:
    """Each with its first metric, whose course is drawn, and all of them."""
    found = []
    for key, name in PILLARS.items():
        readings = [each for each in board.readings if each.metric.pillar == key and _told_of(each)]
        if readings:
            lines = tuple(_line(each, board.currency) for each in readings)
            found.append(Pillar(name, lines[0], _course(readings[0]), lines))
    return tuple(found)


def _told_of(reading: Reading) -> bool:
    """What nothing is known of, and nobody has set a target for, is left out."""
    return reading.value is not None or reading.target is not None


def unknown(board: Board) -> list[str]:
    """The metrics that are left out."""
    return [each.metric.label for each in board.readings if not _told_of(each)]


def _line(reading: Reading, currency: str) -> Line:
    metric = reading.metric
    return Line(
        label=metric.label,
        kind=metric.tells,
        shown=wording.write(metric, reading.value, currency),
        month=rules.change(metric, reading.value, reading.before, currency),
        year=rules.change(metric, reading.value, reading.year_ago, currency),
        target=rules.target(metric, reading.target, currency),
        standing=reading.standing if reading.standing in ("met", "missed") else "",
        tone={"met": "good", "missed": "bad"}.get(reading.standing, "plain"),
        owner=reading.owner,
    )


def _course(reading: Reading) -> tuple[float | None, ...]:
    values = [value for _, value in reading.series[-COURSE:]]
    known = [value for value in values if value is not None]
    return rules.heights(values, min(known), max(known)) if len(known) > 1 else ()


def headline(board: Board) -> str:
    """The month in a sentence: what became of the first metric that is known."""
    for reading in board.readings:
        if reading.value is not None and reading.before is not None:
            now = wording.write(reading.metric, reading.value, board.currency)
            moved = rules.rose(reading.value, reading.before)
            return f"{reading.metric.label} {moved} {'at' if moved == 'stayed' else 'to'} {now} in {board.month:%B}"
    return f"{rules.named(board.month)} at a glance"


def told(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """What changed and why, the largest change first; a sentence names the accounts behind it."""
    return tuple(each.text for each in sentences[:TOLD])


def meanings(board: Board) -> tuple[Meaning, ...]:
    """What every figure of the pack means and comes from."""
    metrics = (each.metric for each in board.readings if _told_of(each))
    return (
        *(Meaning(each.label, each.tells, each.words, SOURCES.get(each.key, _LEDGER)) for each in metrics), *CHARTS,
    )  # fmt: skip
