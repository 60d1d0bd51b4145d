"""The window in which a message counts once: hashes of (workspace, message id), by day of receipt."""

from tenure.ingest.duplicates.window import (
    DAYS,
    digest,
    digests,
    drop_before,
    forget,
    remember,
    rows_held,
    seen_before,
)

__all__ = ["DAYS", "digest", "digests", "drop_before", "forget", "remember", "rows_held", "seen_before"]
