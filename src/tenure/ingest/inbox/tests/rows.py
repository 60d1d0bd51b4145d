"""Rows to put into an inbox."""

from datetime import UTC, datetime

from tenure.ingest.inbox import Row

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def row(*, workspace: int = 1, body: bytes = b'{"batch":[]}', events: int = 1, at: datetime = NOON) -> Row:
    """A request of a server key."""
    return Row(
        workspace_id=workspace, key_id=7, trust="server", kind="batch", source="backend", received_at=at, body=body,
        events=events,
    )  # fmt: skip
