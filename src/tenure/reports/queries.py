"""Reads of reports: the executive board of a month, and two months side by side."""

from collections.abc import Mapping
from datetime import date

from tenure.base import money
from tenure.base.refusals import Invalid
from tenure.reports import kept, rules, standing
from tenure.reports.contracts import Board, Figure, Goal, Leads, Metric, Reading
from tenure.reports.kept import Known
from tenure.reports.matrix import before
from tenure.reports.metrics import OF_FACTS, TREE
from tenure.reports.models import MetricGoal, Snapshot
from tenure.tenants.queries import here

CHOICE = 25
"""Months that can be chosen: two years and the one that runs."""

type Figures = Mapping[date, Mapping[str, Figure]]


def board(as_of: date, month: date | None = None) -> Board:
    """The board of a month (its first day) as known at `as_of`; without `month` of the last one that is over. Refuses
    with `Invalid` a month there is nothing of. Two database queries."""
    view, known = here(), kept.known(as_of)
    months = tuple(told.month for told in reversed(known.months))[:CHOICE]
    chosen = month or (months[1] if len(months) > 1 else months[0])
    if chosen not in months:
        raise Invalid(
            f"There is nothing of {chosen:%B %Y}. Choose a month from {months[-1]:%B %Y} to {months[0]:%B %Y}."
        )
    told = next(each for each in known.months if each.month == chosen)
    figures, goals = figures_of(known), _goals()
    return Board(
        as_of=as_of,
        month=chosen,
        running=chosen == as_of.replace(day=1),
        months=months,
        currency=view.currency,
        minor_units=10 ** money.exponent(view.currency),
        readings=tuple(_reading(each, figures, chosen, goals.get(each.key)) for each in TREE),
        waterfall=told.waterfall,
        sentences=told.sentences,
    )


def figures_of(known: Known) -> Figures:
    """All figures of all months: the ledger's as known now, those of scores and facts as they were written down when
    the month was over."""
    found = {told.month: dict(told.figures) for told in known.months}
    for row in Snapshot.objects.filter(month__in=found, metric__in=OF_FACTS, as_of__lte=known.as_of):
        found[row.month].setdefault(row.metric, Figure(row.value, row.numerator, row.denominator))
    for month, figures in found.items():
        then = found.get(before(month, 1), {})
        figures["health_change"] = standing.changed(figures.get("health"), then.get("health"))
    return found


def _reading(metric: Metric, figures: Figures, month: date, goal: Goal | None) -> Reading:
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
    )


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
