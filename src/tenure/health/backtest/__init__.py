"""The record of a scorecard: what it said on every day of the past, against what came after."""

from tenure.health.backtest.record import Miss, NothingToTest, Record, backtest, of_workspace
from tenure.health.backtest.rows import OUTCOMES, Outcome

__all__ = ["OUTCOMES", "Miss", "NothingToTest", "Outcome", "Record", "backtest", "of_workspace"]
