"""The record of a scorecard: what it said on every day of the past, against what came after."""

from tenure.health.backtest.kept import HORIZONS, Kept, Told, ask, latest, measures_tested, told
from tenure.health.backtest.measures import MeasureRecord, would_have_seen
from tenure.health.backtest.record import (
    ACCOUNTS_MOST,
    HORIZON,
    Comparison,
    Miss,
    NothingToTest,
    Record,
    backtest,
    compare,
    of_workspace,
)
from tenure.health.backtest.rows import OUTCOMES, Outcome
from tenure.health.backtest.verdict import Standing, standing

__all__ = [
    "ACCOUNTS_MOST",
    "HORIZON",
    "HORIZONS",
    "OUTCOMES",
    "Comparison",
    "Kept",
    "MeasureRecord",
    "Miss",
    "NothingToTest",
    "Outcome",
    "Record",
    "Standing",
    "Told",
    "ask",
    "backtest",
    "compare",
    "latest",
    "measures_tested",
    "of_workspace",
    "standing",
    "told",
    "would_have_seen",
]
