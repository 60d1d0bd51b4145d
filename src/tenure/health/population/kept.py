"""The summary of the present day as a file, and its stage of the cycle; of a past day as it is asked for."""

import os
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec

from tenure.base import clock, paths, tenancy
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.health import current, queries
from tenure.health.current import State
from tenure.health.population.summary import Population, summarised
from tenure.tenants.queries import workspace_by_id

EVERY = timedelta(minutes=10)


def population(day: date) -> Population:
    """All customers on a day; of the present one as it was up to ten minutes ago. Refuses with `NoScores`."""
    slug = workspace_by_id(tenancy.current_workspace_id()).slug
    kept = _kept(slug)
    if kept is not None and kept.as_of == day:
        return kept
    return _of_past(slug, _Made(queries.state_as_of(day)))


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


def _path(slug: str) -> Path:
    return paths.home() / "current" / slug / "population.json"


def _kept(slug: str) -> Population | None:
    try:
        mark = _path(slug).stat()
    except FileNotFoundError:
        return None
    return _read(_path(slug), mark.st_ino, mark.st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, _inode: int, _changed: int) -> Population | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Population)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def stage(run: StageRun) -> StageReport:
    """Sum up again when the day, the scorecard or ten minutes have passed."""
    state = current.latest(run.slug)
    if state is None:
        return StageReport(0, "no scores yet")
    kept = _kept(run.slug)
    same = kept and (kept.as_of, kept.scorecard, kept.version) == (state.as_of, state.scorecard, state.version)
    if kept and same and not (run.full or run.history) and clock.now() - kept.made_at < EVERY:
        return StageReport()
    found = _summarised(queries.state())
    part = _path(run.slug).with_suffix(f".{os.getpid()}.part")
    part.write_bytes(msgspec.json.encode(found))
    part.replace(_path(run.slug))
    return StageReport(found.scored)


STAGE = Stage("population", stage)
