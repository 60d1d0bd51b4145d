"""A scorecard on 78 Mondays of the past: a few questions over a date spine, against one for each day alone."""

from datetime import date, timedelta
from pathlib import Path

from benchmarks.machine import Line, Report, measure, peak_memory_gb
from benchmarks.world import Size, opened
from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.health import backtest, jobs
from tenure.health.backtest import rows
from tenure.health.belief import setting

MONDAYS = 78
SECONDS, MEMORY_GB, RATIO = 30.0, 3.0, 0.2


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """The whole record, with its intervals; and the rows for it day by day, once."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Back-test of {MONDAYS} Mondays, {accounts:,} accounts, {events:,} events over {months} months")
    with tenancy.workspace(world.view.id):
        jobs.definitions_stage(StageRun(world.view.id, world.view.slug, world.as_of, (), history=True))
        given, last = setting(world.view.slug), world.as_of - timedelta(days=backtest.HORIZON)
        days = rows.weekly(last - timedelta(weeks=MONDAYS), last)[-MONDAYS:]
        person_days = sum(file.rows for file in world.lake.snapshot("usage_person_day").files)
        found = []
        ours = measure(lambda: found.append(backtest.backtest(given, known=world.as_of, first=days[0])), repeat=repeat)
        used = f"{ours.median_processor:.1f} s of processor; {found[-1].dates} dates, {found[-1].rows:,} rows"
        report.add(Line("the record", ours.median, "s", target=SECONDS, note=f"{used}, {person_days:,} person-days"))
        report.add(Line("peak memory", peak_memory_gb(), "GB", target=MEMORY_GB))

        def collected(days: list[date]) -> int:
            assert given.card is not None
            cards = [given.card]
            tables = rows.collect(given, cards, days, horizon=backtest.HORIZON, outcome="churn", known=world.as_of)
            return int(tables[0].num_rows)

        counts = []
        together = measure(lambda: counts.append(collected(days)), repeat=repeat)
        apart = measure(lambda: counts.append(sum(collected([day]) for day in days)), repeat=1)
        assert len(set(counts)) == 1, f"Not the same rows: {counts}"
        ratio = together.median / apart.median
        report.add(Line("its rows", together.median, "s", note=f"{together.median_processor:.1f} s of processor"))
        report.add(Line("the same day by day", apart.median, "s", note=f"{apart.median_processor:.1f} s of processor"))
        report.add(Line("ratio", ratio, "x", target=RATIO, ratio=ratio))
    return report
