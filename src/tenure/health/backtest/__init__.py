"""The record of a scorecard: what it said on every day of the past, against what came after."""

from tenure.health.backtest.record import (
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

__all__ = [
    "HORIZON",
    "OUTCOMES",
    "Comparison",
    "Miss",
    "NothingToTest",
    "Outcome",
    "Record",
    "backtest",
    "compare",
    "of_workspace",
]
