"""A workspace's current state: what is believed of every account, and of every person, as of its day, ready for
lists."""

from tenure.health.current.evaluating import evaluate
from tenure.health.current.files import State, latest, of_day, traits, write
from tenure.health.current.listing import (
    Owners,
    count,
    count_by,
    how_many,
    known_values,
    list_rows,
    rows_by_id,
    select_ids,
    session,
)
from tenure.health.current.reaching import reached

__all__ = [
    "Owners", "State", "count", "count_by", "evaluate", "how_many", "known_values", "latest", "list_rows", "of_day",
    "reached", "rows_by_id", "select_ids", "session", "traits", "write",
]  # fmt: skip
