"""The record of a scorecard: what it said on every day of the past, against what came after."""

from tenure.health.backtest.record import HORIZON, Miss, NothingToTest, Record, backtest, of_workspace
from tenure.health.backtest.rows import OUTCOMES, Outcome

__all__ = ["HORIZON", "OUTCOMES", "Miss", "NothingToTest", "Outcome", "Record", "backtest", "of_workspace"]
