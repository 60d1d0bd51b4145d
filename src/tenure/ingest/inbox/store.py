"""The port of the inbox: the same verbs on SQLite (its own file, one writer thread) and on PostgreSQL."""

from collections.abc import Collection
from functools import cache
from typing import Protocol

from msgspec.structs import replace

from tenure.base import clock
from tenure.ingest.inbox import statements
from tenure.ingest.inbox.contracts import Row, Values, Waiting
from tenure.ingest.inbox.router import ALIAS, alias

CLAIM_ROWS = 5_000
CLAIM_BYTES = 64 * 2**20
"""A run's bodies are in memory at once: this bounds them, whatever the batches' sizes."""


class Adapter(Protocol):
    """What a database must offer."""

    def store(self, row: Row) -> None: ...
    def change(self, statement: str, values: Values) -> int: ...
    def rows(self, statement: str, values: Values) -> list[Row]: ...
    def body(self, row: int) -> bytes: ...
    def waiting(self, workspace_id: int) -> Waiting: ...
    def workspaces(self) -> list[int]: ...


def _adapter() -> Adapter:
    if alias() == ALIAS:
        from tenure.ingest.inbox import sqlite

        return sqlite.adapter()
    from tenure.ingest.inbox import postgres

    return postgres.ADAPTER


@cache
def prepare() -> None:
    """Make the inbox's table where it is missing, once a process, after the product's own migrations."""
    if alias() == ALIAS:
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", "inbox", database=ALIAS, verbosity=0, interactive=False)
        connections[ALIAS].close()


def store(row: Row) -> None:
    """Keep the row; returns once it is on disk. Refuses with `Busy` or `Full`, then it is not kept."""
    _adapter().store(row)


def claim(workspace_id: int, run: int, limit_events: int, *, asked: Collection[int] = ()) -> list[Row]:
    """Give the oldest unclaimed batches to `run`, committed before this returns; all rows of the run.

    At least one batch, then more while they begin within `limit_events` events. Calling again adds to the run: ask
    `of_run` first. Rows in `asked` come without their bodies: somebody reads them already.
    """
    values = (workspace_id, run, clock.now(), workspace_id, CLAIM_ROWS, limit_events, CLAIM_BYTES)
    adapter = _adapter()
    if not adapter.change(statements.CLAIM, values):
        return []
    if not asked:
        return of_run(workspace_id, run)
    return [
        row if row.id in asked else whole(row)
        for row in adapter.rows(statements.HEADS_OF_RUN, (b"", workspace_id, run))
    ]


def whole(row: Row) -> Row:
    """The row with its body, which is never empty."""
    return row if row.body else replace(row, body=_adapter().body(row.id))


def of_run(workspace_id: int, run: int) -> list[Row]:
    """What the run has claimed and not done, in the order of receipt."""
    return _adapter().rows(statements.OF_RUN, (workspace_id, run))


def peek(workspace_id: int, after: int, limit: int) -> list[Row]:
    """The oldest `limit` rows that no run has claimed, of those with an id greater than `after`."""
    return _adapter().rows(statements.UNCLAIMED, (workspace_id, after, limit))


def done(workspace_id: int, run: int) -> int:
    """Forget the run's rows: all of it is stored elsewhere. How many there were; a second time 0."""
    forgotten = _adapter().change(statements.DONE, (workspace_id, run))
    _adapter().change(statements.UNCLAIM, (workspace_id, run))
    return forgotten


def leave() -> None:
    """Close what the thread, which ends, holds open."""
    if alias() == ALIAS:
        from tenure.ingest.inbox import sqlite

        sqlite.adapter().leave()


def waiting(workspace_id: int) -> Waiting:
    """What of the workspace is acknowledged and not yet drained, claimed or not."""
    return _adapter().waiting(workspace_id)


def workspaces() -> list[int]:
    """The workspaces of which something waits."""
    return _adapter().workspaces()
