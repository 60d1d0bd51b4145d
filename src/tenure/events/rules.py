"""Which files to merge: pure decisions, no I/O."""

from collections.abc import Sequence
from datetime import date

from tenure.events.adapters.delta import DataFile

OPEN_FILES = 40
"""Files of the running day a partition may have before they are merged."""
SETTLED_FILES = 8
"""Files of earlier days a partition may have before all of them are merged into one."""
WORTH_IT = 0.1
"""Small files that hold this share of the largest one's rows are merged into it, not only with one another."""


def files_to_merge(files: Sequence[DataFile], *, today: date) -> list[list[DataFile]]:
    """Groups of one partition's files, each to be rewritten as one sorted file.

    Files that know something of `today` are left alone until there are many of them: roll-ups replace theirs in
    every cycle. Settled ones end as one large file, with a few small ones beside it while late rows trickle in.
    """
    ordered = sorted(files, key=lambda file: (-file.rows, file.path))
    running = [file for file in ordered if file.may_hold("known_day", today, date.max)]
    settled = [file for file in ordered if file not in running]
    groups = []
    if len(running) > OPEN_FILES:
        groups.append(running)
    if len(settled) > 1:
        largest, small = settled[0], settled[1:]
        if len(settled) > SETTLED_FILES or sum(file.rows for file in small) >= WORTH_IT * largest.rows:
            groups.append(settled)
    return groups
