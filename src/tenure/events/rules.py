"""Which files to merge: pure decisions, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
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
AT_ONCE = 8
"""Files of the running day that are merged into one: at least so many, so that no row is written again each time."""
WORTH_IT = 0.1
"""Loose files that hold this share of the partition's settled rows are worth clustering it again."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Files of a partition to be written again, sorted, as so many, each with accounts of its own."""

    files: Sequence[DataFile]
    parts: int


def merges(files: Sequence[DataFile], *, today: date) -> list[Merge]:
    """What of one partition's files is worth merging.

    Files that know something of `today` are left alone until there are many of them: roll-ups replace theirs in
    every cycle. Then the smallest become one. Settled ones end as clustered files, `parts` of them, and a few loose
    ones while late rows trickle in.
    """
    running = [file for file in files if file.may_hold("known_day", today, date.max)]
    settled = [file for file in files if not file.may_hold("known_day", today, date.max)]
    found = []
    if len(running) > OPEN_FILES:
        found.append(Merge(_smallest(running), 1))
    if _worth_clustering(settled):
        found.append(Merge(settled, parts(sum(file.rows for file in settled))))
    return found


def _smallest(files: Sequence[DataFile]) -> list[DataFile]:
    """The smallest, and each larger one that has no more rows than those before it together: a row is written again
    only where its file at least doubles, so seldom, however many rows a day has. Size-tiered compaction, as in
    https://cassandra.apache.org/doc/latest/cassandra/managing/operating/compaction/stcs.html."""
    ordered = sorted(files, key=lambda file: (file.rows, file.path))
    chosen, rows = ordered[:AT_ONCE], sum(file.rows for file in ordered[:AT_ONCE])
    for file in ordered[AT_ONCE:]:
        if file.rows > rows:
            break
        chosen.append(file)
        rows += file.rows
    return chosen


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
