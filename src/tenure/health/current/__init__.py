"""A workspace's current state: facts, scores and reasons of every account as of its day, ready for lists."""

from tenure.health.current.evaluating import evaluate
from tenure.health.current.files import State, latest, traits, write
from tenure.health.current.listing import Owners, count, list_accounts, rows_by_id, select_ids

__all__ = [
    "Owners", "State", "count", "evaluate", "latest", "list_accounts", "rows_by_id", "select_ids", "traits", "write",
]  # fmt: skip
