"""The cycle: the stages that carry what customers did into what we believe, one after another.

Stages are registered in `tenure.config.registrations`; each is idempotent and may be run again.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from tenure.base import planner, tenancy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StageRun:
    """One run of the cycle in one workspace.

    `as_of` is the day believed to be today; `days` are the days to (re)compute, oldest first: usually only
    `as_of`, many when history is filled (`history` is then true). `full` asks for all accounts, not only
    those touched since the last run.
    """

    workspace_id: int
    slug: str
    as_of: date
    days: tuple[date, ...]
    history: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class StageReport:
    """What a stage did. `rows` counts its own unit (batches, pairs, accounts); `note` is for people."""

    rows: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A named step of the cycle."""

    name: str
    run: Callable[[StageRun], StageReport]


@dataclass(frozen=True, slots=True)
class StageResult:
    """A stage's report with its wall time."""

    stage: str
    rows: int
    seconds: float
    note: str = ""


@dataclass(slots=True)
class _Registry:
    stages: list[Stage] = field(default_factory=list)


_registry = _Registry()


def register_stages(stages: Iterable[Stage]) -> None:
    """Set the cycle's stages, in order. Called once at start."""
    _registry.stages = list(stages)


def run_cycle(run: StageRun) -> tuple[StageResult, ...]:
    """Run every stage inside the workspace; logs rows and seconds of each."""
    results = []
    with tenancy.workspace(run.workspace_id):
        for stage in _registry.stages:
            started = time.perf_counter()
            report = stage.run(run)
            seconds = time.perf_counter() - started
            log.info("%s: %s %d rows in %.2f s %s", run.slug, stage.name, report.rows, seconds, report.note)
            results.append(StageResult(stage.name, report.rows, seconds, report.note))
        planner.look_again(now=run.history)
    return tuple(results)
