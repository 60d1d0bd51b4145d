"""Reads of reports: the executive board of a month, and two months side by side."""

from collections.abc import Mapping, Sequence
from datetime import date

from tenure.base import money
from tenure.base.refusals import Invalid
from tenure.reports import kept, rules, sentences, wording, working
from tenure.reports.contracts import Board, Figure, Goal, Leads, Metric, Reading, Restated, Sentence
from tenure.reports.matrix import before
from tenure.reports.metrics import OF_LEDGER, TREE
from tenure.reports.models import MetricGoal, Snapshot
from tenure.reports.usual import MOST
from tenure.reports.working import Figures, Told
from tenure.tenants.queries import here

CHOICE = 25
"""Months that can be chosen: two years and the one that runs."""


def board(as_of: date, month: date | None = None) -> Board:
    """The board of a month (its first day) as known at `as_of`; without `month` of the last one that is over. Refuses
    with `Invalid` a month there is nothing of. Three database queries."""
    view, known = here(), kept.known(as_of)
    months = tuple(told.month for told in reversed(known.months))[:CHOICE]
    chosen = month or (months[1] if len(months) > 1 else months[0])
    if chosen not in months:
        raise Invalid(
            f"There is nothing of {chosen:%B %Y}. Choose a month from {months[-1]:%B %Y} to {months[0]:%B %Y}."
        )
    told = next(each for each in known.months if each.month == chosen)
    figures, goals = working.complete({each.month: each.figures for each in known.months}, as_of), _goals()
    restated = _restated(told, as_of, view.currency)
    readings = tuple(_reading(each, figures, chosen, goals.get(each.key), restated.get(each.key)) for each in TREE)
    return Board(
        as_of=as_of,
        month=chosen,
        running=chosen == as_of.replace(day=1),
        months=months,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        readings=readings,
        waterfall=told.waterfall,
        sentences=(*_missed(readings, view.currency), *told.sentences)[:MOST],
    )


def _reading(metric: Metric, figures: Figures, month: date, goal: Goal | None, restated: Restated | None) -> Reading:
    def value(at: date) -> Figure:
        return figures.get(at, {}).get(metric.key, Figure(None))

    now, stands = value(month), goal or Goal(metric.key, None, None, "", 0)
    series = tuple((each, value(each).value) for each in sorted(figures) if each <= month)
    return Reading(
        metric=metric,
        value=now.value,
        numerator=now.numerator,
        denominator=now.denominator,
        before=value(before(month, 1)).value,
        year_ago=value(before(month, 12)).value,
        series=series[-CHOICE:],
        goal=stands,
        standing=rules.standing(metric, now.value, stands.target),
        progress=rules.progress(metric, now.value, stands.target),
        missed_since=rules.missed_since(metric, series, stands.target),
        leads=_leads(metric, month),
        restated=restated,
    )


def _restated(told: Told, as_of: date, currency: str) -> Mapping[str, Restated]:
    """What the month was reported as, of each metric that is known otherwise now."""
    rows = Snapshot.objects.filter(month=told.month, metric__in=OF_LEDGER, as_of__lt=as_of).exclude(value=None)
    return {
        row.metric: Restated(row.value or 0.0, row.as_of, told.corrected, told.corrections)
        for row in rows
        if working.restated(row.metric, row.value, told.figures.get(row.metric, Figure(None)).value, currency)
    }


def _missed(readings: Sequence[Reading], currency: str) -> list[Sentence]:
    """A sentence for each target that is missed, the longest missed first."""
    missed = [each for each in readings if each.standing == "missed" and each.missed_since]
    missed.sort(key=lambda each: (each.missed_since or date.max, each.progress or 0.0))
    return [_missed_one(each, currency) for each in missed]


def _missed_one(reading: Reading, currency: str) -> Sentence:
    metric, since = reading.metric, reading.missed_since
    assert since is not None
    months = sum(1 for month, _ in reading.series if month >= since)
    value, target = (wording.write(metric, each, currency) for each in (reading.value, reading.target))
    text = sentences.missed(metric, value, target, f"{since:%B %Y}", months)
    return Sentence(text, metric.key, (), 0, reading.leads, float(months))


def _leads(metric: Metric, month: date) -> Leads:
    if metric.key == "new_mrr":
        return Leads("movements", {"month": f"{month:%Y-%m}", "kind": "new"})
    if metric.key in ("health", "health_change", "healthy", "at_risk"):
        return Leads("health")
    return Leads("measures" if metric.key in ("adoption", "promoters") else "retention")


def _goals() -> Mapping[str, Goal]:
    rows = MetricGoal.objects.select_related("owner__user")
    return {
        row.metric: Goal(
            row.metric, row.target, row.owner_id, (row.owner.user.name or row.owner.user.email) if row.owner else "",
            row.revision,
        )
        for row in rows
    }  # fmt: skip


def goals() -> Mapping[str, Goal]:
    """What each metric is held against, and who answers for it; those of which somebody said something. One query."""
    return _goals()


def missed_by(member: int, as_of: date) -> tuple[Reading, ...]:
    """The readings of the last month that is over that miss their target and that a member answers for."""
    if not MetricGoal.objects.filter(owner=member).exclude(target=None).exists():
        return ()
    return tuple(each for each in board(as_of).readings if each.goal.owner == member and each.standing == "missed")
