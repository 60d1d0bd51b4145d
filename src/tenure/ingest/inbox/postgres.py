"""The inbox on PostgreSQL: a table of the product's database, which commits waiting sessions together itself."""

from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from tenure.ingest.inbox import statements
from tenure.ingest.inbox.contracts import Busy, Full, Row, Trust, Values, Waiting
from tenure.ingest.inbox.packing import packed, unpacked

DISK_FULL = "53100"
RETRY_AFTER_S = 5
_INSERT = statements.marked(statements.inserting(1), "%s")


class Postgres:
    """Each thread uses its own connection of Django's."""

    def store(self, row: Row) -> None:
        values = (
            row.workspace_id, row.events, len(row.body), row.received_at, row.key_id, row.trust, row.kind, row.source,
            packed(row.body),
        )  # fmt: skip
        try:
            self._insert(values)
        except (InterfaceError, OperationalError) as error:
            if getattr(error.__cause__, "sqlstate", None) == DISK_FULL:
                raise Full("The disk of the database is full. Make room; clients will send again.") from error
            raise Busy("The database cannot be reached; send again.", retry_after=RETRY_AFTER_S) from error

    def _insert(self, values: Values) -> None:
        """Insert; once more on a new connection when the old one had been cut while nobody used it."""
        try:
            self.change(_INSERT, values)
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            self.change(_INSERT, values)

    def change(self, statement: str, values: Values) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statements.marked(statement, "%s"), list(values))
            return int(cursor.rowcount)

    def rows(self, statement: str, values: Values) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(statements.marked(statement, "%s"), list(values))
            return [_row(found) for found in cursor.fetchall()]

    def body(self, row: int) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(statements.marked(statements.BODY, "%s"), [row])
            size, kept = cursor.fetchone()
        return unpacked(kept, size)

    def waiting(self, workspace_id: int) -> Waiting:
        with connection.cursor() as cursor:
            cursor.execute(statements.marked(statements.WAITING, "%s"), [workspace_id])
            batches, events, oldest = cursor.fetchone()
        return Waiting(batches, int(events), oldest)

    def workspaces(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(statements.WORKSPACES)
            return [found[0] for found in cursor.fetchall()]


def _row(found: tuple[int, int, int, int, datetime, int, Trust, str, str, memoryview]) -> Row:
    row_id, workspace_id, events, size, received_at, key_id, trust, kind, source, body = found
    return Row(
        id=row_id, workspace_id=workspace_id, key_id=key_id, trust=trust, kind=kind, source=source,
        received_at=received_at, body=unpacked(body, size), events=events,
    )  # fmt: skip


ADAPTER = Postgres()
