"""What other packages may hold of the team's work."""

from dataclasses import dataclass
from datetime import datetime

from tenure.base.outbox import Fact


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note, rendered. `key` orders notes of one moment among other entries of a timeline."""

    id: int
    key: str
    account_id: int
    author_id: int
    author: str
    body: str
    html: str
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class EarlierBody:
    """What a note said until it was edited."""

    body: str
    until: datetime


@dataclass(frozen=True)
class NoteWritten(Fact):
    """A member wrote a note on an account."""

    note: int
    account: int
    by: int


@dataclass(frozen=True)
class NoteEdited(Fact):
    """The author changed a note; what it said before is kept."""

    note: int
    account: int
    by: int
