"""The summary of the present day as a file, and its stage of the cycle; of a past day as it is asked for."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tenure.base import clock, kept
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.past import Part
from tenure.health import current, queries
from tenure.health.current import State
from tenure.health.population.summary import Population, summarised
from tenure.tenants.queries import here

EVERY = timedelta(minutes=10)
_KEPT = kept.DayDocument("population.json", Population)


def population(day: date) -> Population:
    """All customers on a day; of the present one as it was up to ten minutes ago. Refuses with `NoScores`."""
    slug = here().slug
    found = _KEPT.of_day(slug, day)
    if found is not None:
        return found
    return _of_past(slug, _Made(queries.state_as_of(day)))


@dataclass(frozen=True, slots=True)
class Offer:
    """A field that puts customers into a few groups: its column, what expressions call it, and its label."""

    column: str
    name: str
    label: str


def offered(day: date) -> tuple[Offer, ...] | None:
    """What customers can be told apart by, segments left out; None before the first scores."""
    try:
        found = population(day).groupings
    except queries.NoScores:
        return None
    known = queries.catalogue()
    names = {each.column: known.name_of(each) for each in known.fields if each.level in ("raw", "measure")}
    return tuple(Offer(each.key, names[each.key], each.label) for each in found if each.key in names)


class _Made:
    """A state, equal to another that was made at the same moment."""

    __slots__ = ("key", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.key = (state.as_of, state.made_at, state.scorecard, state.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Made) and bool(self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=8)
def _of_past(slug: str, made: _Made) -> Population:
    return _summarised(made.state)


def _summarised(state: State) -> Population:
    found = queries.scorecard()
    bands = [(band.key, band.start) for band in found[2].bands_ascending()] if found else []
    return summarised(state, queries.catalogue(), bands, clock.now())


def stage(run: StageRun) -> StageReport:
    """Sum up again when the day, the scorecard or ten minutes have passed."""
    state = current.latest(run.slug)
    if state is None:
        return StageReport(0, "no scores yet")
    last = _KEPT.get(run.slug)
    same = last and (last.as_of, last.scorecard, last.version) == (state.as_of, state.scorecard, state.version)
    if last and same and not (run.full or run.history) and clock.now() - last.made_at < EVERY:
        return StageReport()
    found = _summarised(queries.state())
    _KEPT.put(run.slug, found)
    return StageReport(found.scored)


def keep_day(slug: str, day: date) -> None:
    """The summary of a day that is over."""
    _KEPT.put(slug, _summarised(queries.state_as_of(day)), day)


PAST = Part("population", keep_day)
STAGE = Stage("population", stage)
