"""What came late: rows that were known by a day that is over, such as history that is loaded afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tenure.base import kept
from tenure.events.adapters import delta
from tenure.events.lake import Lake

_TABLES = ("events", "traits")


@dataclass(frozen=True, slots=True)
class _Looked:
    versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Look:
    """`since` is the first day by which anything was known that came since the last look; what was made of earlier days
    stands. `done` once all that was made of that day and later is given up."""

    slug: str
    name: str
    since: date
    versions: dict[str, int]
    is_new: bool

    def done(self) -> None:
        """The next look is at what comes from here on."""
        if self.is_new:
            _document(self.name).put(self.slug, _Looked(self.versions))


def look(lake: Lake, name: str) -> Look:
    """What came since the last look of this name; before the first, all of it."""
    now, last = versions(lake), _document(name).get(lake.slug)
    since = known_since(lake, last.versions) if last else date.min
    return Look(lake.slug, name, since, now, is_new=last is None or last.versions != now)


def versions(lake: Lake) -> dict[str, int]:
    """Those of the tables that tell what happened."""
    return {table: lake.snapshot(table).version for table in _TABLES}


def known_since(lake: Lake, seen: Mapping[str, int]) -> date:
    """The first day by which any row was known that came after these versions; the last day there is where none came,
    the first where that can no longer be told."""
    return min(_known_since(lake, table, seen.get(table, -1)) for table in _TABLES)


def _known_since(lake: Lake, table: str, version: int) -> date:
    newest = lake.snapshot(table)
    if newest.version == version:
        return date.max
    changes = delta.changes(newest.uri, after=version, upto=newest.version) if newest.version > version else None
    if changes is None:
        return date.min
    return min((date.fromisoformat(known_day) for known_day, _ in changes.pairs), default=date.max)


def _document(name: str) -> kept.Document[_Looked]:
    return kept.Document(f"{name}_looked.json", _Looked)
