"""Which files to merge: pure decisions, no I/O."""

from collections.abc import Sequence
from datetime import date
from math import ceil

from tenure.events.adapters.delta import DataFile

FILE_ROWS = 500_000
"""Rows of a clustered file: small enough that one account's rows are found in a few milliseconds."""
CLUSTERED_FILES = 24
"""Clustered files of a partition, however large it is."""
LOOSE_FILES = 8
"""Files of earlier days that may lie beside the clustered ones."""
OPEN_FILES = 16
"""Files of the running day a partition may have. Together: at most 50 (one of each kind may be in the making)."""
WORTH_IT = 0.1
"""Loose files that hold this share of the partition's settled rows are worth clustering it again."""


def files_to_merge(files: Sequence[DataFile], *, today: date) -> list[list[DataFile]]:
    """Groups of one partition's files, each to be written again, sorted, as `parts(rows)` files.

    Files that know something of `today` are left alone until there are many of them: roll-ups replace theirs in
    every cycle. Settled ones end as clustered files, each with accounts of its own, and a few loose ones while late
    rows trickle in.
    """
    running = [file for file in files if file.may_hold("known_day", today, date.max)]
    settled = [file for file in files if not file.may_hold("known_day", today, date.max)]
    groups = []
    if len(running) > OPEN_FILES:
        groups.append(running)
    if _worth_clustering(settled):
        groups.append(settled)
    return groups


def parts(rows: int) -> int:
    """How many clustered files `rows` rows are split into, by account."""
    return max(1, min(CLUSTERED_FILES, ceil(rows / FILE_ROWS)))


def _worth_clustering(files: Sequence[DataFile]) -> bool:
    total = sum(file.rows for file in files)
    wanted = parts(total)
    if any(file.rows > 2 * total / wanted for file in files) and len(files) < wanted:
        return True
    loose = _loose(files)
    return len(files) > wanted + LOOSE_FILES or sum(file.rows for file in loose) >= max(1, WORTH_IT * total)


def _loose(files: Sequence[DataFile]) -> list[DataFile]:
    """Files whose accounts overlap those of a larger one."""
    clustered: list[DataFile] = []
    loose = []
    for file in sorted(files, key=lambda file: (-file.rows, file.path)):
        span = file.spans.get("account")
        if (span is None and clustered) or (span and any(other.may_hold("account", *span) for other in clustered)):
            loose.append(file)
        else:
            clustered.append(file)
    return loose
