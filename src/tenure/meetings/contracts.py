"""What other packages may hold of meetings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from tenure.base.outbox import Fact
from tenure.work.contracts import Kind


class State(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


KINDS = (Kind.MEETING, Kind.CALL)
"""What can be planned. Both are contacts by voice, which a cadence asks for."""


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A meeting as somebody plans it. `starts` is the time on the clocks of `zone` (the workspace's where empty);
    `people` are names or e-mail addresses of members and of people of the account, as typed. `message` is for the
    invited, `agenda` (Markdown) for the team alone. Where `every_weeks` is given it takes place so often: `times`."""

    title: str
    starts: datetime
    minutes: int = 30
    zone: str = ""
    kind: Kind = Kind.MEETING
    location: str = ""
    message: str = ""
    agenda: str = ""
    people: tuple[str, ...] = ()
    invites_people: bool = False
    every_weeks: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class GuestView:
    """Somebody who is asked to come. `invited`: an invitation went to her."""

    id: int
    name: str
    email: str
    is_member: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting. `starts_at` is in its own zone. Of a series it is the `number`th of `times`."""

    id: int
    account_id: int
    account: str
    organizer_id: int
    organizer: str
    organizer_email: str
    kind: Kind
    title: str
    starts_at: datetime
    minutes: int
    zone: str
    location: str
    message: str
    agenda: str
    invites_people: bool
    state: State
    entry_id: int | None
    held_at: datetime | None
    uid: str
    sequence: int
    recurs_at: datetime | None
    every_weeks: int
    times: int
    number: int
    revision: int
    guests: tuple[GuestView, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """So many minutes after its start: those of a night when clocks change last as long as others."""
        return (self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(self.starts_at.tzinfo)

    @property
    def of_series(self) -> bool:
        return self.recurs_at is not None


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A page of meetings; `next` is the cursor of the following one, if any."""

    rows: tuple[MeetingView, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """An account that is to be called: its touch tier asks for a contact every `every_days`. `last_on` is the day of
    the last call or meeting, None without one; `over` the days it is late by, None where there never was one."""

    account_id: int
    account: str
    tier: str
    every_days: int
    last_on: date | None
    over: int | None
    next_at: datetime | None = None


@dataclass(frozen=True)
class MeetingPlanned(Fact):
    """A member planned a meeting with an account; of a series it is the first."""

    meeting: int
    account: int
    by: int
    starts_at: datetime


@dataclass(frozen=True)
class MeetingChanged(Fact):
    """A meeting takes place at another time, place or with others."""

    meeting: int
    account: int
    by: int
    starts_at: datetime


@dataclass(frozen=True)
class MeetingCancelled(Fact):
    """A meeting was called off."""

    meeting: int
    account: int
    by: int


@dataclass(frozen=True)
class MeetingHeld(Fact):
    """A meeting took place; `entry` says what was said."""

    meeting: int
    account: int
    by: int
    entry: int
