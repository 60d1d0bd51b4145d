"""Renewals due: the text-book form of `sql/renewals_due.sql`, and the copy of its rows for pages beside the ledger's.

A term is due on the day it ends. `term_ends` of `rules.py` says which days those are; a subscription keeps the term
it was in when it ended, or when the end was moved to a later day. Slow on purpose: one account, a few years.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from tenure.base import kept
from tenure.base.months import months_back
from tenure.subscriptions.contracts import RENEWALS_DUE, KeptRenewals
from tenure.subscriptions.rules import DAY, Calendar, Terms, paid, term_ends

NAME = "renewals_due.arrow"
MONTHS = 25
"""So many months are kept for pages, the last of them that of the day."""
_AS_OF = b"as_of"

type Key = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Due:
    """What an account paid on the day before for terms that end on `due_on`, and what it pays then in their place."""

    due_on: date
    before: int
    after: int


def renewals_due(calendar: Calendar) -> list[Due]:
    """The renewals due up to the calendar's last day, of an account whose money is all in one currency."""
    days = list(calendar)
    pays = {day: paid(calendar[day]) for day in days}
    agreed = _agreed(days, pays)
    taken: set[Key] = set()
    found: defaultdict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (due_on, key), last in sorted(agreed.items()):
        after = pays[due_on][key].mrr_minor if key in pays[due_on] else None
        if key not in pays[due_on]:
            for start in _starts(pays, key, last + DAY, due_on):
                if start not in taken:
                    taken.add(start)
                    after = (after or 0) + ((pays[due_on].get(start[1]) or Terms()).mrr_minor or 0)
        before = pays[last][key].mrr_minor
        if before:
            was = found[due_on]
            found[due_on] = was[0] + before, was[1] + (after or 0)
    return [Due(day, *amounts) for day, amounts in sorted(found.items())]


def _agreed(days: Sequence[date], pays: Mapping[date, Mapping[str, Terms]]) -> dict[Key, date]:
    """Each term end that came due, with the last day on which it was agreed."""
    since: dict[str, date] = {}
    ahead: dict[tuple[date, str], date | None] = {}
    for day in days:
        since = {key: since.get(key, day) for key in pays[day]}
        for key, terms in pays[day].items():
            ahead[day, key] = next((end for end in term_ends(terms, since[key]) if end > day), None)
    found: dict[Key, date] = {}
    for (day, key), end in ahead.items():
        if end is None or end > days[-1]:
            continue
        later = ahead.get((day + DAY, key), end) if key in pays[day + DAY] else None
        if day + DAY == end or later is None or later > end:
            found[end, key] = day
    return found


def _starts(pays: Mapping[date, Mapping[str, Terms]], but: str, first: date, last: date) -> Iterator[Key]:
    """The other subscriptions that begin to be paid between two days, with the day."""
    for day, now in pays.items():
        if first <= day <= last:
            yield from ((day, key) for key in now if key != but and key not in pays.get(day - DAY, {}))


def first_kept(as_of: date) -> date:
    """The first day of the months that are kept."""
    return months_back(as_of, MONTHS - 1)


def kept_due(slug: str, as_of: date | None = None) -> KeptRenewals | None:
    """What was kept last, or of a day; mapped, not read; None where nothing was."""
    return kept.read(_path(slug), _read) if as_of is None else kept.of_day(slug, as_of, NAME, _read)


def keep(
    slug: str, rows: pa.Table, *, as_of: date, accounts: Collection[int] | None = None, is_over: bool = False
) -> None:
    """Put `rows` in the place of those of `accounts` (None: of all). Does nothing where others are kept as of another
    day: the cycle makes all anew. `is_over`: of a day that is, beside the present."""
    if accounts is not None:
        before = kept_due(slug)
        if before is None or before.as_of != as_of:
            return
        theirs = pc.is_in(before.rows["account"], value_set=pa.array(sorted(accounts), pa.int64()))
        rows = pa.concat_tables([before.rows.filter(pc.invert(theirs)), rows])
    described = RENEWALS_DUE.with_metadata({_AS_OF: as_of.isoformat().encode()})

    def write(path: Path) -> None:
        with ipc.new_file(path, described) as file:
            file.write_table(rows.select(RENEWALS_DUE.names).cast(described))

    kept.replace(_path(slug, as_of if is_over else None), write)


def _path(slug: str, day: date | None = None) -> Path:
    return kept.folder(slug, day) / NAME


def _read(path: Path) -> KeptRenewals:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    return KeptRenewals(date.fromisoformat(table.schema.metadata[_AS_OF].decode()), table)
