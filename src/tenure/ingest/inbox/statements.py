"""The inbox's SQL, for both databases. `{p}` is the mark of a parameter: `?` on SQLite, `%s` on PostgreSQL."""

INSERT = """
INSERT INTO ingest_batch (workspace_id, events, size, received_at, key_id, trust, kind, source, body)
VALUES ({p}, {p}, {p}, {p}, {p}, {p}, {p}, {p}, {p})
"""

# Which batches does a run take? The oldest that no run has, until they hold enough events or bytes; at least one.
CLAIM = """
UPDATE ingest_batch SET run = {p}, claimed_at = {p}
WHERE id IN (
    SELECT id
    FROM (
        SELECT
            id,
            SUM(events) OVER (ORDER BY id) - events AS events_before,
            SUM(size) OVER (ORDER BY id) - size AS bytes_before
        FROM (
            SELECT id, events, size
            FROM ingest_batch
            WHERE workspace_id = {p} AND run IS NULL
            ORDER BY id
            LIMIT {p}
        ) AS oldest
    ) AS summed
    WHERE events_before < {p} AND bytes_before < {p}
)
"""

OF_RUN = """
SELECT id, workspace_id, events, size, received_at, key_id, trust, kind, source, body
FROM ingest_batch
WHERE workspace_id = {p} AND run = {p}
ORDER BY id
"""

# The same without the bodies, in whose place the first parameter stands.
HEADS_OF_RUN = """
SELECT id, workspace_id, events, size, received_at, key_id, trust, kind, source, {p} AS body
FROM ingest_batch
WHERE workspace_id = {p} AND run = {p}
ORDER BY id
"""

BODY = "SELECT body FROM ingest_batch WHERE id = {p}"

# What will be claimed next, after a row?
UNCLAIMED = """
SELECT id, workspace_id, events, size, received_at, key_id, trust, kind, source, body
FROM ingest_batch
WHERE workspace_id = {p} AND run IS NULL AND id > {p}
ORDER BY id
LIMIT {p}
"""

DONE = "DELETE FROM ingest_batch WHERE workspace_id = {p} AND run = {p}"

WAITING = "SELECT COUNT(*), COALESCE(SUM(events), 0), MIN(received_at) FROM ingest_batch WHERE workspace_id = {p}"

WORKSPACES = "SELECT DISTINCT workspace_id FROM ingest_batch ORDER BY workspace_id"


def marked(text: str, mark: str) -> str:
    """The statement with the database's own marks for parameters."""
    return text.format(p=mark)
