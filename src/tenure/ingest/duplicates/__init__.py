"""The window in which a message counts once: hashes of (workspace, message id), by day of receipt."""

from tenure.ingest.duplicates.filters import Hashes, halves
from tenure.ingest.duplicates.tables import leave
from tenure.ingest.duplicates.window import (
    DAYS,
    digest,
    drop_before,
    forget,
    keep,
    known,
    remember,
    rows_held,
    seen_before,
)

__all__ = [
    "DAYS", "Hashes", "digest", "drop_before", "forget", "halves", "keep", "known", "leave", "remember", "rows_held",
    "seen_before",
]  # fmt: skip
