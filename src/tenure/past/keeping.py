"""A day that is over is kept, and what is kept of it is given up once something came that was known by then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tenure.base import kept, past
from tenure.base.past import Part
from tenure.customers.queries import merged
from tenure.events.queries import known_since, look, open_lake, versions
from tenure.health import queries as health
from tenure.past.contracts import Mark

MOST = 24
"""So many days are kept at most, two years of months; beyond that the one made first goes."""
TRIES = 3
_MARK = kept.Document("mark.json", Mark)


@dataclass(slots=True)
class _Registry:
    parts: tuple[Part, ...] = field(default=())


_registry = _Registry()


def register(parts: Iterable[Part]) -> None:
    """Set what is kept of a day, each after those that it reads. Called once at start."""
    _registry.parts = tuple(parts)


def is_kept(slug: str, day: date) -> bool:
    """Whether all of a day is kept, and fits the fields and segments there are."""
    return _MARK.get(slug, day) is not None and all(part.stands(slug, day) for part in _registry.parts)


def keep(slug: str, day: date) -> None:
    """Keep a day; of one that is, make again what does not fit any more. Begins anew where something came meanwhile
    that was known by then."""
    if _MARK.get(slug, day) is not None:
        for part in _registry.parts:
            if not part.stands(slug, day):
                part.make(slug, day)
        return
    lake = open_lake(slug)
    for _ in range(TRIES):
        seen = versions(lake)
        with past.made(slug, day):
            for part in _registry.parts:
                part.make(slug, day)
            _MARK.put(slug, _mark_of(day), day)
        if known_since(lake, seen) > day:
            break
        past.drop(slug, day)
    _give_up_oldest(slug, day)


def look_again(slug: str) -> int:
    """Give up the days of which something came since, or that were made from another configuration; how many."""
    seen = look(open_lake(slug), "past")
    given_up = [day for day in past.days(slug) if seen.since <= day or _MARK.get(slug, day) != _mark_of(day)]
    for day in given_up:
        past.drop(slug, day)
    seen.done()
    past.sweep(slug)
    return len(given_up)


def _mark_of(day: date) -> Mark:
    return Mark(day, *health.believed_by(day), merged().known_by(day))


def _give_up_oldest(slug: str, day: date) -> None:
    others = sorted((made, each) for each, made in past.days(slug).items() if each != day)
    for _, each in others[: max(0, len(others) + 1 - MOST)]:
        past.drop(slug, each)
