"""Invented accounts for the page of components."""

from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from tenure.screens import charts, formats
from tenure.screens.charts.waterfall import total as total_bar
from tenure.screens.workspace.accounts.items import Card, File, Item


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sample list."""

    name: str
    owner: str
    score: str
    band: str
    band_label: str
    change: float | None
    mrr: str
    reason: str
    history: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """A line of the sample waterfall."""

    label: str
    note: str
    amount_shown: str
    bar: Markup
    href: str


def _history(start: float, step: float) -> tuple[float | None, ...]:
    return tuple(max(2.0, min(98.0, start + step * n + (n * 37 % 11 - 5) * 0.7)) for n in range(90))


ROWS = (
    Row("Northwind Traders", "Ana Ortiz", "31", "risk", "At risk", -18.0, "$4,200",
        "People active fell from 14 to 5 in 28 days", _history(72, -0.46)),
    Row("Halvorsen Logistics", "Ben Achebe", "58", "watch", "Watch", -3.0, "$1,150",
        "12 tickets open, the oldest for 19 days", _history(64, -0.07)),
    Row("Étoile Cosmétiques", "Ana Ortiz", "86", "healthy", "Healthy", 4.0, "$9,800", "Seats used 96 %",
        _history(70, 0.18)),
    Row("Quill & Sons", "", "—", "unknown", "Unknown", None, "$0", "Coverage 30 %: no usage delivered yet", ()),
)  # fmt: skip

_FALL = (
    charts.Step("People active", -27.0, "fell from 14 to 5 in 28 days", "#waterfall"),
    charts.Step("Open tickets", -18.0, "12 open, 4 a month ago", "#waterfall"),
    charts.Step("Seats used", -9.0, "48 % of 50 seats", "#waterfall"),
    charts.Step("Payment", -3.0, "an invoice is 6 days late", "#waterfall"),
    charts.Step("Override by Ana Ortiz", 4.0, "new champion confirmed, until 14 Feb", "#waterfall"),
)


def falling() -> tuple[Fall, ...]:
    """The sample score's reasons with their bars."""
    bars = charts.waterfall(_FALL)
    return tuple(
        Fall(step.label, step.note, formats.delta(step.amount, 0), bar, step.href)
        for step, bar in zip(_FALL, bars, strict=True)
    )


def total() -> Fall:
    """The line that the reasons add up to."""
    score = 100 + sum(step.amount for step in _FALL)
    return Fall("Score", "", formats.number(score, 0), total_bar(score, "watch"), "")


ENTRY = Item(
    at=datetime(2024, 12, 31, 8, 40, tzinfo=UTC),
    key="entry-1",
    icon="phone",
    tone="accent",
    title=Markup('<strong>Ana Ortiz</strong> logged a call: <span class="timeline-subject">Champion leaves</span>'),
    time="08:40",
    card=Card(
        id=1,
        href="#time",
        html=Markup(
            '<p>Called <span class="mention">@Mia Wolf</span>: the champion leaves in March. '
            "Next: meet her successor.</p>"
        ),
        meta=("Check-in", "Relationship", "≈ 30 min"),
        people=(("Mia Wolf", False),),
        tags=("Risk",),
        files=(File("agenda.pdf", "84 KB", "#time"),),
        edited="edited 2 Jan 2025, 09:12",
        edit_href="#time",
    ),
)
