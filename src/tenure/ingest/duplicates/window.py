"""Which messages were seen before, within the last 30 days of receipt.

A hash that a run saw first counts as new for the same run again: a run that died may be repeated.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tenure.base import paths
from tenure.ingest.duplicates.filters import Filter, halves
from tenure.ingest.duplicates.tables import Tables, tables

DAYS = 30

_filters: dict[tuple[str, date], Filter] = {}
_lock = threading.RLock()


def digest(workspace: int, message_id: str) -> bytes:
    """The 128-bit hash of a message of a workspace."""
    return hashlib.blake2b(f"{workspace}\0{message_id}".encode(), digest_size=16).digest()


def seen_before(hashes: Sequence[bytes], *, run: int, today: date) -> set[bytes]:
    """Those of the hashes that another run remembered on one of the last 30 days before `today`, or since."""
    if not hashes:
        return set()
    asked, seen, where = halves(list(hashes)), set[bytes](), tables()
    with _lock:
        for day, held in where.held().items():
            if day < today - timedelta(days=DAYS) or not held:
                continue
            rows = _filter(where, day, held).affirms(asked)
            if len(rows):
                found = where.runs_of(day, [hashes[row] for row in rows.tolist()])
                seen.update(each for each, of_run in found.items() if of_run != run)
    return seen


def remember(by_day: Mapping[date, Sequence[bytes]], *, run: int) -> None:
    """Remember hashes by their day of receipt. Those remembered before keep the run that saw them first."""
    where = tables()
    with _lock:
        for day, hashes in by_day.items():
            if not hashes:
                continue
            before = where.held().get(day, 0)
            where.add(day, hashes, run)
            held = _filters.get((_place(), day))
            if held is not None and held.held == before:
                held.add(halves(list(hashes)))
                held.held = where.held()[day]


def drop_before(day: date) -> int:
    """Drop the tables of days before `day`, whole; how many."""
    where = tables()
    with _lock:
        old = [each for each in where.held() if each < day]
        for each in old:
            where.drop(each)
            _filters.pop((_place(), each), None)
    return len(old)


def rows_held() -> int:
    """How many hashes the window holds."""
    return sum(tables().held().values())


def _filter(where: Tables, day: date, held: int) -> Filter:
    """The day's filter, made anew when somebody else wrote or it is too full."""
    known = _filters.get((_place(), day))
    if known is not None and known.held == held and held <= known.room:
        return known
    made = Filter(max(2 * held, 1) if known is not None else held)
    for hashes in where.all_of(day):
        made.add(halves(hashes))
    made.held = held
    _filters[_place(), day] = made
    return made


def _place() -> str:
    return str(paths.home())
