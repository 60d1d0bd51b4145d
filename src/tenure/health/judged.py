"""How often people were right, as of the workspace's day: kept in a file, since it takes a second and changes with the
day alone: only words that are 90 days old are judged."""

from dataclasses import dataclass
from datetime import date

from tenure.base import kept
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.health import current, hand
from tenure.health.judging import Report
from tenure.health.pulse import reading
from tenure.tenants.queries import here


@dataclass(frozen=True, slots=True)
class Reports:
    """On scores set by hand, and on pulses, by what was known on a day."""

    day: date
    hands: Report
    pulses: Report


_KEPT = kept.Document("judged.json", Reports)


def reports(day: date) -> Reports:
    """By what was known on a day: of the present one from the file, of another one made now, which takes a second."""
    found = _KEPT.get(here().slug)
    return found if found is not None and found.day == day else _made(day)


def _made(day: date) -> Reports:
    return Reports(day, hand.report(day), reading.report(day))


def stage(run: StageRun) -> StageReport:
    """Judge again when a day begins."""
    state = current.latest(run.slug)
    if state is None:
        return StageReport(0, "no scores yet")
    found = _KEPT.get(run.slug)
    if found is not None and found.day == state.as_of and not (run.full or run.history):
        return StageReport()
    made = _made(state.as_of)
    _KEPT.put(run.slug, made)
    return StageReport(made.hands.all.said + made.pulses.all.said)


STAGE = Stage("judgements", stage)
