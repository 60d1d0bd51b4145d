"""The inbox's SQL, for both databases. `{p}` is the mark of a parameter: `?` on SQLite, `%s` on PostgreSQL."""

INSERT = """
INSERT INTO ingest_batch (workspace_id, events, size, received_at, key_id, trust, kind, source, body)
VALUES {rows}
"""
_ROW = "({p}, {p}, {p}, {p}, {p}, {p}, {p}, {p}, {p})"

# Which batches does a run take? The oldest that no run has, until they hold enough events or bytes; at least one.
CLAIM = """
INSERT INTO ingest_claim (workspace_id, run, claimed_at, id)
SELECT {p}, {p}, {p}, id
FROM (
    SELECT
        id,
        SUM(events) OVER (ORDER BY id) - events AS events_before,
        SUM(size) OVER (ORDER BY id) - size AS bytes_before
    FROM (
        SELECT b.id, b.events, b.size
        FROM ingest_batch AS b
        WHERE b.workspace_id = {p} AND NOT EXISTS (SELECT 1 FROM ingest_claim AS c WHERE c.id = b.id)
        ORDER BY b.id
        LIMIT {p}
    ) AS oldest
) AS summed
WHERE events_before < {p} AND bytes_before < {p}
"""

OF_RUN = """
SELECT b.id, b.workspace_id, b.events, b.size, b.received_at, b.key_id, b.trust, b.kind, b.source, b.body
FROM ingest_claim AS c
JOIN ingest_batch AS b ON b.id = c.id
WHERE c.workspace_id = {p} AND c.run = {p}
ORDER BY b.id
"""

# The same without the bodies, in whose place the first parameter stands.
HEADS_OF_RUN = """
SELECT b.id, b.workspace_id, b.events, b.size, b.received_at, b.key_id, b.trust, b.kind, b.source, {p} AS body
FROM ingest_claim AS c
JOIN ingest_batch AS b ON b.id = c.id
WHERE c.workspace_id = {p} AND c.run = {p}
ORDER BY b.id
"""

BODY = "SELECT size, body FROM ingest_batch WHERE id = {p}"

# What will be claimed next, after a row?
UNCLAIMED = """
SELECT b.id, b.workspace_id, b.events, b.size, b.received_at, b.key_id, b.trust, b.kind, b.source, b.body
FROM ingest_batch AS b
WHERE b.workspace_id = {p} AND b.id > {p} AND NOT EXISTS (SELECT 1 FROM ingest_claim AS c WHERE c.id = b.id)
ORDER BY b.id
LIMIT {p}
"""

# First the batches: a claim without one claims nothing, and goes with the next `done`.
DONE = """
DELETE FROM ingest_batch WHERE id IN (SELECT c.id FROM ingest_claim AS c WHERE c.workspace_id = {p} AND c.run = {p})
"""
UNCLAIM = "DELETE FROM ingest_claim WHERE workspace_id = {p} AND run = {p}"

WAITING = "SELECT COUNT(*), COALESCE(SUM(events), 0), MIN(received_at) FROM ingest_batch WHERE workspace_id = {p}"

WORKSPACES = "SELECT DISTINCT workspace_id FROM ingest_batch ORDER BY workspace_id"


def inserting(rows: int) -> str:
    """`INSERT` of so many rows at once, to be marked."""
    return INSERT.replace("{rows}", ", ".join([_ROW] * rows))


def marked(text: str, mark: str) -> str:
    """The statement with the database's own marks for parameters."""
    return text.format(p=mark)
