"""What stands in a timeline: one shape for entries of the team, events of the log and moves of what we believe."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.access import TeamRequest


@dataclass(frozen=True, slots=True)
class File:
    """A file at an entry, with where it is."""

    name: str
    size: str
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a member wrote: the finished parts of an entry. `pin_href` is where pinning is said, empty where the member
    may not; `people` are (name, whether of the team)."""

    id: int
    href: str
    html: Markup
    meta: tuple[str, ...] = ()
    people: tuple[tuple[str, bool], ...] = ()
    tags: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    edited: str = ""
    edit_href: str = ""
    pin_href: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. `key` orders things of one moment."""

    at: datetime
    key: str
    icon: str
    tone: str
    title: Markup
    time: str
    body: Markup = field(default_factory=Markup)
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The items of a day in the workspace's time zone."""

    label: str
    items: tuple[Item, ...]


def clock_of(request: TeamRequest, at: datetime) -> str:
    """The time of day; nothing for midnight, which files without a time have."""
    local = at.astimezone(ZoneInfo(request.workspace.timezone))
    return "" if local.time() == time() else local.strftime("%H:%M")


def midnight(request: TeamRequest, day: date) -> datetime:
    """When a day begins in the workspace's time zone."""
    return datetime.combine(day, time(), ZoneInfo(request.workspace.timezone))


def by_day(request: TeamRequest, items: Sequence[Item]) -> tuple[Day, ...]:
    """Items, newest first, under the days they happened on."""
    zone = ZoneInfo(request.workspace.timezone)
    by_day: dict[date, list[Item]] = {}
    for item in items:
        by_day.setdefault(item.at.astimezone(zone).date(), []).append(item)
    return tuple(Day(formats.day(day), tuple(of_day)) for day, of_day in by_day.items())
