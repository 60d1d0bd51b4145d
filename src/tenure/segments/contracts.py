"""What other domains may hold of segments: the document, members, moves, and the facts that are stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tenure.base.outbox import Fact
from tenure.segments.document import KIND, Bucket, Entity, FrozenFrom, Segment, Shape, Tier

__all__ = [
    "KIND", "Bucket", "Entity", "FrozenFrom", "ListedSegment", "MemberPage", "Membership", "Move", "Segment",
    "SegmentMoved", "Shape", "SizePoint", "Tier",
]  # fmt: skip


@dataclass(frozen=True)
class SegmentMoved(Fact):
    """Accounts (or people, as `entity` says) entered or left a segment, at most 1,000 a fact. `redefined` when this
    came of a new version of the segment (or its first), not of anything a customer did: who reacts to customers leaves
    those out."""

    segment: str
    version: int
    entered: tuple[int, ...]
    left: tuple[int, ...]
    redefined: bool
    entity: Entity = "account"


@dataclass(frozen=True, slots=True)
class SizePoint:
    """How many a segment had on a day."""

    day: date
    size: int


@dataclass(frozen=True, slots=True)
class ListedSegment:
    """A segment as a list shows it. `size` None: nothing was computed yet, or it cannot be read any more (`broken`
    says why); `everybody` is how many accounts (or people) there are. `change_30d` is against the
    last known day at least 30 days ago, None without one."""

    key: str
    version: int
    body: Segment
    size: int | None
    everybody: int
    change_30d: int | None
    course: tuple[SizePoint, ...]
    broken: str


@dataclass(frozen=True, slots=True)
class Move:
    """An account or person (`member`) entered (or left) a segment: the first day it was in (or not in).
    `redefined`: with a new version."""

    day: date
    member: int
    entered: bool
    version: int
    redefined: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members: rows of the day's state with the columns asked for, and the cursor of the next page."""

    rows: tuple[Mapping[str, object], ...]
    next: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """An account or person and a segment: whether it is in (None: unknown), and since which day it was, None where the
    history does not reach back so far."""

    key: str
    name: str
    inside: bool | None
    since: date | None
    tier: Tier | None
