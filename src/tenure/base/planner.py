"""What the database's query planner knows of the tables."""

import time

from django.db import connection

EVERY_S = 3600.0
SAMPLED = 400  # rows of an index that are looked at: thousandths of a second, whatever the size


_looked: list[float] = []


def look_again(*, now: bool = False) -> None:
    """Once an hour in a process, or `now`: let SQLite see how selective its indexes are.

    Without, it takes that of the workspace, which holds every row.
    PostgreSQL looks by itself.
    """
    if connection.vendor == "sqlite" and (now or not _looked or time.monotonic() - _looked[-1] > EVERY_S):
        _looked[:] = [time.monotonic()]
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={SAMPLED}")
            cursor.execute("ANALYZE")
