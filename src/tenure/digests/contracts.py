"""What other packages may hold of digests: what a section is, and who makes one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tenure.tenants.contracts import MemberView


class Rhythm(StrEnum):
    """How often a member gets her digest."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Choice:
    """When a member gets her digest: at an hour of her clock, daily on her working days (Monday is 0), or weekly on one
    weekday. `zone` is an IANA name, the workspace's where empty."""

    rhythm: Rhythm = Rhythm.OFF
    hour: int = 8
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    weekday: int = 0
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a digest is made: `day` by her clock in `zone`, `until` the last day it looks ahead to, `since` the day
    of the one before; `as_of` the day that scores are of."""

    member: MemberView
    day: date
    until: date
    since: date
    zone: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, where it is (an address within the workspace, such as `accounts/7/`), and what else is known of it."""

    text: str
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest. `more` counts lines that were left out; `path` leads to all of them."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0
    path: str = ""


type Provider = Callable[[Reader], Section | None]
"""Makes a section, or None where there is nothing to say. Called inside the reader's workspace."""


@dataclass(frozen=True, slots=True)
class Digest:
    """All sections that have something to say."""

    reader: Reader
    weekly: bool
    sections: tuple[Section, ...]
