"""The board of all months, worked out: figures, movements, sentences, and which months were corrected since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa

from tenure.base import clock
from tenure.base.months import first_day, months_back
from tenure.health import population
from tenure.reports import answers, changes, snapshots, standing, usual, wording
from tenure.reports.contracts import Bar, Figure, Row, Sentence
from tenure.reports.matrix import YEAR, Matrix, matrix, of_months
from tenure.reports.metrics import METRICS, OF_FACTS, OF_LEDGER
from tenure.reports.models import Snapshot
from tenure.revenue import payers
from tenure.revenue import queries as revenue
from tenure.revenue.acquisition import referrals
from tenure.revenue.contracts import Month
from tenure.revenue.groups import FieldGroups, by_column
from tenure.subscriptions.contracts import MOVEMENTS
from tenure.tenants.queries import here

SHOWN = 37
"""Three years and the month that runs: two to look at, each with its year before."""
WITHOUT_LEDGER = 13
TOLD = 13
"""So many months have sentences: the newest."""

type Figures = Mapping[date, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class Told:
    """A month: its figures by metric, its movements, what changed, and which accounts were corrected since it was
    reported, with how many there are."""

    month: date
    figures: Mapping[str, Figure]
    waterfall: tuple[Bar, ...]
    sentences: tuple[Sentence, ...] = ()
    corrected: tuple[Row, ...] = ()
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """All months, oldest first, as known at a day. The last is that day's own, and scores are known of it alone: those
    of months that are over are in the snapshots."""

    as_of: date
    made_at: datetime
    months: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """What is read of a day: every month of the ledger, the ledger and its matrix, who pays by what is known of them
    (None of a past day), and the figures of each month that is told."""

    as_of: date
    every: Sequence[Month]
    ledger: pa.Table
    rows: Matrix
    payers: pa.Table | None
    figures: Figures


def months(slug: str, as_of: date) -> Months:
    """Every month up to a day's, oldest first."""
    every = revenue.retention_shown(as_of).total.months
    running = first_day(as_of)
    shown = [each.month for each in every[-SHOWN:]] or [
        months_back(running, n) for n in range(WITHOUT_LEDGER - 1, -1, -1)
    ]
    ledger = revenue.ledger(as_of)
    rows = matrix(ledger, first=months_back(shown[0], YEAR), last=shown[-1])
    paying = payers.of_present(as_of)
    referred = answers.referred(paying, referrals(), ledger, every) if paying is not None else {}
    promoters = answers.promoters(slug, shown, as_of)
    figures: dict[date, dict[str, Figure]] = {month: {} for month in shown}
    for at, each in enumerate(every, start=1):
        if each.month in figures:
            figures[each.month] = of_months(every[:at]) | rows.year(each.month).figures()
    for told_by, key in ((referred, "referred"), (promoters, "promoters")):
        for month, figure in told_by.items():
            if month in figures:
                figures[month][key] = figure
    figures[running] = figures.get(running, {}) | standing.of_day(as_of)
    return Months(as_of, every, ledger, rows, paying, figures)


def told(slug: str, read: Months) -> Known:
    """What the board says of each of these months."""
    figures = complete(read.figures, read.as_of)
    by_month = {each.month: each for each in read.every}
    sentences = _sentences(slug, read, figures)
    corrected = _corrected(slug, read)
    found = []
    for month, its in read.figures.items():
        rows, count = corrected.get(month, ((), 0))
        bars = waterfall(by_month[month]) if month in by_month else ()
        found.append(Told(month, its, bars, sentences.get(month, ()), rows, count))
    return Known(read.as_of, clock.now(), tuple(found))


def complete(figures: Figures, as_of: date) -> dict[date, dict[str, Figure]]:
    """Figures with those of scores and facts, as they were written down for the months that were over. One query.
    Scores of a day are not rewritten: so a past day may read what was written down later."""
    found = {month: dict(its) for month, its in figures.items()}
    for row in Snapshot.objects.filter(month__in=found, metric__in=OF_FACTS, month__lt=first_day(as_of)):
        found[row.month].setdefault(row.metric, Figure(row.value, row.numerator, row.denominator))
    for month, its in found.items():
        its["health_change"] = standing.changed(its.get("health"), found.get(months_back(month, 1), {}).get("health"))
    return found


def waterfall(month: Month) -> tuple[Bar, ...]:
    """From what there was to what there is; movements that did not happen are left out."""
    moves = ((name, getattr(month, name)) for name in MOVEMENTS)
    return (
        Bar("Opening", month.opening, "opening"),
        *(Bar("FX" if name == "fx" else name.capitalize(), amount, name) for name, amount in moves if amount),
        Bar("MRR", month.mrr, "mrr"),
    )


def _sentences(slug: str, read: Months, figures: Figures) -> dict[date, tuple[Sentence, ...]]:
    places = {each.month: at for at, each in enumerate(read.every, start=1)}
    newest = [month for month in list(figures)[-TOLD:] if month in places]
    courses = {month: _health(figures, month) for month in newest}
    moved = snapshots.moves(slug, (month for month in newest if changes.health_is_news(courses[month])), read.as_of)
    common = replace(changes.Past(read.as_of, read.every, read.rows, _groupings(read), (), {}, here().currency))
    return {
        month: changes.sentences_of(
            replace(common, months=read.every[: places[month]], health=courses[month], moved=moved.get(month, {}))
        )
        for month in newest
    }


def _health(figures: Figures, month: date) -> list[float | None]:
    course = [months_back(month, n) for n in range(usual.MONTHS + 1, -1, -1)]
    return [figures.get(each, {}).get("health", Figure(None)).value for each in course]


def _groupings(read: Months) -> tuple[FieldGroups, ...]:
    """The customers by each field that puts them into a few groups, as on the page of all customers' health."""
    if read.payers is None:
        return ()
    accounts = read.payers["id"].to_numpy()
    return tuple(
        FieldGroups(each.name, each.label, accounts, by_column(read.payers[each.column].combine_chunks()))
        for each in population.offered(read.as_of) or ()
        if each.column in read.payers.column_names
    )


def _corrected(slug: str, read: Months) -> dict[date, tuple[tuple[Row, ...], int]]:
    """Of each month that was reported otherwise than it is known now, the accounts that were corrected."""
    currency = here().currency
    since: dict[date, date] = {}
    for row in Snapshot.objects.filter(month__in=read.figures, metric__in=OF_LEDGER, as_of__lt=read.as_of):
        now = read.figures[row.month].get(row.metric, Figure(None))
        if restated(row.metric, row.value, now.value, currency):
            since[row.month] = min(row.as_of, since.get(row.month, row.as_of))
    return {
        month: snapshots.corrected(slug, month, reported_on=day, as_of=read.as_of, now=read.ledger)
        for month, day in since.items()
    }


def restated(metric: str, reported: float | None, now: float | None, currency: str) -> bool:
    """Whether a figure is written otherwise than it was reported."""
    if reported is None or now is None or metric not in METRICS:
        return False
    write = (wording.write(METRICS[metric], each, currency) for each in (reported, now))
    return len(set(write)) > 1
