"""Board packs, finished: what others may hold."""

from dataclasses import dataclass
from datetime import date, datetime

STEPS = ("Reading the month", "Setting the pages", "Keeping the file")


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack. `pages` are what each of its pages says first. `state`: waits, under way, ready or failed; `problem` says
    why it failed. `by` is empty where the schedule asked for it."""

    id: int
    month: date
    as_of: date
    by: str
    asked_at: datetime
    made_at: datetime | None
    sha256: str
    size: int
    pages: tuple[str, ...]
    lacks: str
    state: str
    step: int
    problem: str
    mailed: bool

    @property
    def busy(self) -> bool:
        """Whether it will be ready or failed later."""
        return self.state in ("waits", "under way")


@dataclass(frozen=True, slots=True)
class Plan:
    """When a pack is made and mailed: on the `nth` working day (Monday to Friday) or day of a month, from `hour` on."""

    active: bool = False
    working_day: bool = True
    nth: int = 2
    hour: int = 8
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Who gets packs by mail. `member` is None of an address outside; `left_at`: since when it wants none."""

    id: int
    member: int | None
    name: str
    address: str
    by: str
    added_at: datetime
    left_at: datetime | None
