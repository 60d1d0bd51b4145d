"""Full recomputation, the same from raw events, a cycle in which one account in a hundred changed, and pandas."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks import generator
from benchmarks.machine import Line, Report, Timing, measure, peak_memory_gb, reset_peak_memory
from benchmarks.rollup import ROLLUPS
from benchmarks.world import Size, World, opened
from tenure.base import tenancy
from tenure.base.cycle import StageResult, StageRun, run_cycle
from tenure.events import actions, jobs
from tenure.events.adapters import delta
from tenure.health import jobs as health
from tenure.health.belief import setting, stored_days
from tenure.measures import published


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """Build the world when it is missing, then measure."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Recomputation for {accounts:,} accounts over {events:,} events and {months} months")
    with tenancy.workspace(world.view.id):
        health.definitions_stage(_stage(world, history=True))
        count = len(published.of_entity(published.published(), "account"))
        report.add(Line("measures published", count, ""))
        ours = _full(world, repeat, report)
        _rival(home, world, ours, report)
        with patch.object(health, "history_days", return_value=()):
            _changed(world, repeat, report)
        _from_raw(world, ours, report)
    return report


def _full(world: World, repeat: int, report: Report) -> Timing:
    """Facts, scores, current state, and one day of scores that was not written before."""
    days = _unscored(world)
    given = setting(world.view.slug)

    def work() -> None:
        health.refresh(given, world.as_of, full=True)
        health.fill(given, [next(days)])

    reset_peak_memory()
    ours = measure(work, repeat=repeat)
    report.add(Line("full recomputation, roll-ups standing", ours.median, "s", target=60.0, note=_used(ours)))
    report.add(Line("its peak memory", peak_memory_gb(), "GB", target=4.0))
    return ours


def _rival(home: Path, world: World, ours: Timing, report: Report) -> None:
    """The pandas script in a process of its own, on the same files."""
    first = (world.as_of - timedelta(days=168)).isoformat()[:7]
    lake = world.lake
    months = {month for month in lake.months("usage_person_day") if month >= first}
    given = {
        "as_of": world.as_of.isoformat(),
        "out": str(home / "rival"),
        "person_days": _files(world, "usage_person_day", months),
        "account_days": _files(world, "usage_account_day", None),
        "records": [f"{lake.uri('events')}/{path}" for path in lake.relation("events", classes={"record"}).files],
    }
    question = home / "rival.json"
    question.write_text(json.dumps(given))
    script = Path(__file__).with_name("rival_pandas.py")
    answer = subprocess.run([sys.executable, str(script), str(question)], check=True, capture_output=True, text=True)
    told = json.loads(answer.stdout)
    ratio = ours.median / told["seconds"]
    note = f"{told['peak_gb']:.1f} GB, {told['processor']:.1f} s of processor"
    report.add(Line("a pandas script, roll-ups standing", told["seconds"], "s", note=note))
    report.add(Line("ratio to pandas", ratio, "x", ratio=ratio))


def _files(world: World, table: str, months: set[str] | None) -> list[str]:
    return [f"{world.lake.uri(table)}/{path}" for path in world.lake.relation(table, months=months).files]


def _changed(world: World, repeat: int, report: Report) -> None:
    """Events of one account in a hundred arrive; the whole cycle until their new state is in place.

    The worker of a young workspace also fills its history, some days a round, and builds everybody anew after each.
    To be called as in one that has its history.
    """
    started = time.perf_counter()
    run_cycle(_stage(world))
    report.add(Line("the cycle before, all accounts once", time.perf_counter() - started, "s"))
    draw, results = np.random.default_rng(5), list[tuple[StageResult, ...]]()
    some = max(1, world.size.accounts // 100)
    timings = []
    for number in range(repeat):
        chosen = draw.choice(world.size.accounts, size=some, replace=False) + 1
        rows = generator.usage(
            world.people,
            month=np.array([world.as_of], "datetime64[D]"),
            rows=some * 24,
            seed=90 + number,
            accounts=chosen,
        )
        actions.append(
            world.lake, "events", rows, writer="bench-changes", run=world.lake.snapshot("events").version + 1
        )
        timings.append(measure(lambda: results.append(run_cycle(_stage(world))), repeat=1))
    cycle = Timing(tuple(t.wall[0] for t in timings), tuple(t.processor[0] for t in timings))
    stages = ", ".join(f"{result.stage} {result.seconds:.2f}" for result in results[-1])
    report.add(Line("a cycle with 1 % of the accounts changed", cycle.median, "s", target=5.0, note=stages))


def _from_raw(world: World, ours: Timing, report: Report) -> None:
    """The same from raw events: roll-ups made anew before."""
    for table in ROLLUPS:
        shutil.rmtree(world.lake.uri(table))
    delta.forget(world.lake.root)
    rolled = measure(lambda: jobs.roll_up(world.lake), repeat=1)
    jobs.maintain(world.lake, today=world.as_of)
    report.add(
        Line("from raw events: roll-ups and recomputation", rolled.median + ours.median, "s", note=_used(rolled))
    )


def _stage(world: World, *, history: bool = False) -> StageRun:
    return StageRun(world.view.id, world.view.slug, world.as_of, (world.as_of,), history=history)


def _unscored(world: World) -> Iterator[date]:
    """Days before as-of that have no scores yet, newest first."""
    scored, day = stored_days(world.lake), world.as_of
    while True:
        day -= timedelta(days=1)
        if day not in scored:
            yield day


def _used(timing: Timing) -> str:
    return f"{timing.median_processor:.1f} s of processor"
