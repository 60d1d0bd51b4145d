"""The record of a scorecard: what it said on every day of the past, against what came after."""

from tenure.health.backtest.record import Miss, Record, backtest
from tenure.health.backtest.rows import OUTCOMES, Outcome

__all__ = ["OUTCOMES", "Miss", "Outcome", "Record", "backtest"]
