"""A scorecard of forty measures on 78 Mondays of the past: a few questions over a date spine, against one for each day
alone."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.machine import Line, Report, measure, peak_memory_gb
from benchmarks.world import Size, opened
from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.health import backtest, jobs
from tenure.health.backtest import rows
from tenure.health.belief import Setting, setting
from tenure.health.card import ActiveCard, activate
from tenure.health.scorecard import CardMeasure, Dimension, Knot, LinearCurve, Profile, Scorecard
from tenure.measures.queries import facts, published

MONDAYS, MEASURES, APART = 78, 40, 10
SECONDS, MEMORY_GB, RATIO = 30.0, 3.0, 0.2


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """The whole record, with its intervals; and its rows day by day, for every eighth of the days."""
    world = opened(home, Size(accounts, events, months))
    report = Report(f"Back-test of {MONDAYS} Mondays, {accounts:,} accounts, {events:,} events over {months} months")
    with tenancy.workspace(world.view.id):
        jobs.definitions_stage(StageRun(world.view.id, world.view.slug, world.as_of, (), history=True))
        given, last = setting(world.view.slug), world.as_of - timedelta(days=backtest.HORIZON)
        card = forty(given, world.as_of)
        given = replace(given, card=card)
        days = rows.weekly(last - timedelta(weeks=MONDAYS), last)[-MONDAYS:]
        person_days = sum(file.rows for file in world.lake.snapshot("usage_person_day").files)
        read = len([name for name in card.columns if name in given.known.versions])
        report.add(Line("measures read", read, "", target=MEASURES, note=f"{person_days:,} person-days"))
        found = []
        ours = measure(lambda: found.append(backtest.backtest(given, known=world.as_of, first=days[0])), repeat=repeat)
        used = f"{ours.median_processor:.1f} s of processor; {found[-1].dates} dates, {found[-1].rows:,} rows"
        report.add(Line("the record", ours.median, "s", target=SECONDS, note=used))
        report.add(Line("peak memory", peak_memory_gb(), "GB", target=MEMORY_GB))

        def collected(days: list[date]) -> int:
            tables = rows.collect(given, [card], days, horizon=backtest.HORIZON, outcome="churn", known=world.as_of)
            return int(tables[0].num_rows)

        counts: list[int] = []
        some = days[:: max(1, len(days) // APART)][:APART]
        together = measure(lambda: counts.append(collected(days)), repeat=repeat)
        apart = measure(lambda: counts.append(sum(collected([day]) for day in some)), repeat=1)
        assert collected(some) == counts[-1], "not the same rows"
        whole = apart.median * len(days) / len(some)
        ratio = together.median / whole
        report.add(Line("its rows", together.median, "s", note=f"{together.median_processor:.1f} s of processor"))
        report.add(
            Line("as many separate runs", whole, "s", note=f"{len(some)} of {len(days)} runs took {apart.median:.1f} s")
        )
        report.add(Line("ratio", ratio, "x", target=RATIO, ratio=ratio))
    return report


def forty(given: Setting, as_of: date) -> ActiveCard:
    """A card of forty different measures, each on a line between what a tenth of the customers are below and above."""
    known = facts(entity="account", as_of=as_of)
    kept = [found for key in published() if key in known.column_names and (found := _card_measure(key, known[key]))]
    assert len(kept) >= MEASURES, f"the data gives {len(kept)} measures that differ between accounts"
    profile = Profile(key="default", dimensions=(Dimension(key="all", measures=tuple(kept[:MEASURES])),))
    body = Scorecard(profiles=(profile,))
    return activate(key="forty", version=1, body=body, catalogue=given.catalogue, versions=given.known.versions)


def _card_measure(key: str, column: pa.ChunkedArray) -> CardMeasure | None:
    """None for a measure that is the same of everybody."""
    values = column.drop_null().cast(pa.float64()).to_numpy()
    if not len(values):
        return None
    low, high = (float(value) for value in np.quantile(values, (0.1, 0.9)))
    if low == high:
        low, high = float(values.min()), float(values.max())
    if low == high:
        return None
    knots = (Knot(at=low, points=0), Knot(at=high, points=100))
    return CardMeasure(measure=key, curve=LinearCurve(kind="linear", knots=knots))
