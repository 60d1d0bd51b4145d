"""Reads of reports: the executive board of a month, and two months side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.base import money
from tenure.base.months import first_day, months_back
from tenure.base.refusals import Invalid
from tenure.reports import kept, rules, sentences, wording, working
from tenure.reports.contracts import Board, Figure, Goal, Leads, Metric, Reading, Restated, Sentence
from tenure.reports.metrics import OF_LEDGER, TREE
from tenure.reports.models import MetricGoal, Snapshot
from tenure.reports.standing import ADOPTION
from tenure.reports.usual import MOST
from tenure.reports.working import Figures, Told
from tenure.tenants.queries import here

CHOICE = 25
"""Months that can be chosen: two years and the one that runs."""


MISSED = 2
"""Of the sentences so many at most tell of targets: what moved is told too."""


def board(as_of: date, month: date | None = None) -> Board:
    """The board of a month (its first day) as known at `as_of`; without `month` of the last one that is over. Refuses
    with `Invalid` a month there is nothing of. Three database queries."""
    return boards(as_of, [month])[0]


def boards(as_of: date, months: Sequence[date | None]) -> list[Board]:
    """The boards of several months. Three database queries in all."""
    known = kept.known(as_of)
    offered = tuple(told.month for told in reversed(known.months))[:CHOICE]
    newest = offered[1] if len(offered) > 1 else offered[0]
    chosen = [month or newest for month in months]
    for month in chosen:
        if month not in offered:
            raise Invalid(
                f"There is nothing of {month:%B %Y}. Choose a month from {offered[-1]:%B %Y} to {offered[0]:%B %Y}."
            )
    read = _Read(
        as_of, offered, {each.month: each for each in known.months},
        working.complete({each.month: each.figures for each in known.months}, as_of), goals(), _reported(chosen, as_of),
    )  # fmt: skip
    return [_board(read, month) for month in chosen]


@dataclass(frozen=True, slots=True)
class _Read:
    """What boards are made of."""

    as_of: date
    months: tuple[date, ...]
    told: Mapping[date, Told]
    figures: Figures
    goals: Mapping[str, Goal]
    reported: Mapping[tuple[date, str], Snapshot]


def _board(read: _Read, month: date) -> Board:
    view, told = here(), read.told[month]
    readings = tuple(_reading(each, read, month, view.currency) for each in TREE)
    missed = _missed(readings, view.currency)[:MISSED]
    return Board(
        as_of=read.as_of,
        month=month,
        running=month == first_day(read.as_of),
        months=read.months,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        readings=readings,
        waterfall=told.waterfall,
        sentences=(*missed, *told.sentences)[:MOST],
    )


def _reading(metric: Metric, read: _Read, month: date, currency: str) -> Reading:
    def value(at: date) -> Figure:
        return read.figures.get(at, {}).get(metric.key, Figure(None))

    now, stands = value(month), read.goals.get(metric.key) or Goal(metric.key, None, None, "", 0)
    series = tuple((each, value(each).value) for each in sorted(read.figures) if each <= month)
    return Reading(
        metric=metric,
        value=now.value,
        numerator=now.numerator,
        denominator=now.denominator,
        before=value(months_back(month, 1)).value,
        year_ago=value(months_back(month, 12)).value,
        series=series[-CHOICE:],
        goal=stands,
        standing=rules.standing(metric, now.value, stands.target),
        progress=rules.progress(metric, now.value, stands.target),
        missed_since=rules.missed_since(metric, series, stands.target),
        leads=_leads(metric, month),
        restated=_restated(metric, read, month, now, currency),
    )


def _reported(months: Sequence[date], as_of: date) -> Mapping[tuple[date, str], Snapshot]:
    """What these months were reported as before that day."""
    rows = Snapshot.objects.filter(month__in=months, metric__in=OF_LEDGER, as_of__lt=as_of)
    return {(row.month, row.metric): row for row in rows}


def _restated(metric: Metric, read: _Read, month: date, now: Figure, currency: str) -> Restated | None:
    row, told = read.reported.get((month, metric.key)), read.told[month]
    if row is None or row.value is None or not working.restated(metric.key, row.value, now.value, currency):
        return None
    return Restated(row.value, row.as_of, told.corrected, told.corrections)


def _missed(readings: Sequence[Reading], currency: str) -> list[Sentence]:
    """A sentence for each target that is missed, the longest missed first."""
    missed = [each for each in readings if each.standing == "missed" and each.missed_since]
    missed.sort(key=lambda each: (each.missed_since or date.max, each.progress or 0.0))
    return [_missed_one(each, currency) for each in missed]


def _missed_one(reading: Reading, currency: str) -> Sentence:
    metric, since = reading.metric, reading.missed_since
    assert since is not None
    months = sum(1 for month, _ in reading.series if month >= since)
    value, target = wording.write(metric, reading.value, currency), wording.target(metric, reading.target, currency)
    text = sentences.missed(metric, value, target, f"{since:%B %Y}", months)
    return Sentence(text, metric.key, (), 0, reading.leads, float(months))


def _leads(metric: Metric, month: date) -> Leads:
    if metric.key == "new_mrr":
        return Leads("movements", {"month": f"{month:%Y-%m}", "kind": "new"})
    if metric.key in ("health", "health_change", "healthy", "at_risk"):
        return Leads("health")
    if metric.key == "adoption":
        return Leads("measures", {"key": ADOPTION})
    return Leads("measures" if metric.key == "promoters" else "retention")


def goals() -> Mapping[str, Goal]:
    """What each metric is held against, and who answers for it; those of which somebody said something. One query."""
    rows = MetricGoal.objects.select_related("owner__user")
    return {
        row.metric: Goal(
            row.metric, row.target, row.owner_id, (row.owner.user.name or row.owner.user.email) if row.owner else "",
            row.revision,
        )
        for row in rows
    }  # fmt: skip


def missed_by(member: int, as_of: date) -> tuple[Reading, ...]:
    """The readings of the last month that is over that miss their target and that a member answers for."""
    if not MetricGoal.objects.filter(owner=member).exclude(target=None).exists():
        return ()
    return tuple(each for each in board(as_of).readings if each.goal.owner == member and each.standing == "missed")
