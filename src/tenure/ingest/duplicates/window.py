"""Which messages were seen before, within the last 30 days of receipt.

What was remembered reaches the filters when it is next asked for, whichever process wrote it.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tenure.base import paths
from tenure.ingest.duplicates import pieces
from tenure.ingest.duplicates.filters import SMALLEST, Filter, Hashes, halves, probes
from tenure.ingest.hashing import digests

DAYS = 30
GROWTH = 1.25
"""Room in a growing day's filter, by the hashes it is made of. More would be memory that waits; less makes it anew more
often, and each time reads the day."""


class _Known:
    """A day's filter, and the newest piece it holds."""

    def __init__(self, room: int) -> None:
        self.filter = Filter(room)
        self.upto = 0


_filters: dict[tuple[str, int, date], _Known] = {}
_lock = threading.RLock()


def digest(workspace: int, message_id: str) -> bytes:
    """The 128-bit hash of a message of a workspace."""
    return digests(workspace, [message_id])[0]


def seen_before(workspace: int, hashes: Sequence[bytes], *, today: date) -> set[bytes]:
    """Those of the hashes that were remembered on one of the last 30 days before `today`, or since."""
    rows = np.flatnonzero(known(workspace, halves(b"".join(hashes)), today=today))
    return {hashes[row] for row in rows.tolist()}


def known(workspace: int, hashes: Hashes, *, today: date) -> NDArray[np.bool_]:
    """`seen_before`, as which of the hashes."""
    seen = np.zeros(len(hashes), bool)
    if not len(hashes):
        return seen
    looked_for = probes(hashes)
    with _lock:
        for day in pieces.days(workspace):
            if day.day < today - timedelta(days=DAYS):
                continue
            rows = _filter(workspace, day, growing=day.day >= today - timedelta(days=1)).affirms(looked_for)
            if len(rows):
                seen[rows[pieces.holding(workspace, day.day, hashes[rows])]] = True
    return seen


def remember(workspace: int, by_day: Mapping[date, Sequence[bytes]], *, run: int) -> None:
    """Remember hashes not seen before, by their day of receipt."""
    keep(workspace, {day: halves(b"".join(hashes)) for day, hashes in by_day.items()}, run=run)


def keep(workspace: int, by_day: Mapping[date, Hashes], *, run: int) -> None:
    """`remember`, of hashes as numbers."""
    for day, hashes in by_day.items():
        if len(hashes):
            pieces.add(workspace, day, run, hashes)


def forget(workspace: int, *, run: int) -> None:
    """What a run remembered that died: it is decided again, and its messages are new."""
    pieces.drop_run(workspace, run)


def drop_before(day: date) -> int:
    """Drop the days before `day`; how many."""
    with _lock:
        old = pieces.drop_before(day)
        for key in [key for key in _filters if key[2] < day]:
            del _filters[key]
    return len(old)


def rows_held() -> int:
    """How many hashes the window holds."""
    return pieces.held()


def _filter(workspace: int, day: pieces.Day, *, growing: bool) -> Filter:
    """The day's filter with all that was written; made anew when it is too full, or too large for a day gone by."""
    known = _filters.get((_place(), workspace, day.day))
    if known is not None and not growing and known.filter.room > max(day.hashes, SMALLEST):
        known = None
    if known is None or day.hashes > known.filter.room:
        known = None
        _filters.pop((_place(), workspace, day.day), None)  # before the next: both at once would be twice the memory
        known = _Known(int(GROWTH * day.hashes) if growing else day.hashes)
        _filters[_place(), workspace, day.day] = known
    if known.upto < day.newest:
        for hashes in pieces.after(workspace, day.day, known.upto):
            known.filter.add(hashes)
        known.upto = day.newest
    return known.filter


def _place() -> str:
    return str(paths.home())
