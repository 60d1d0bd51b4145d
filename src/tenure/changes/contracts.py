"""What others may hold of change sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Status = Literal["changing", "done", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class Example:
    """An account with its owner before; `reason` says why it cannot be changed."""

    account: int
    name: str
    before: str
    same: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to `total` accounts: `same` have that owner already, `refused` cannot be changed, by
    reason. `mark` is that of these accounts and this owner, to be given back when it is confirmed."""

    total: int
    same: int
    refused: Mapping[str, int]
    examples: tuple[Example, ...]
    owner: str
    mark: str

    @property
    def changed(self) -> int:
        """How many accounts would get another owner."""
        return self.total - self.same - sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change set. `changed` counts those that got the owner by it, `undone` and `kept` what undoing did to them.
    `waits` for the worker; `died` says why its work stopped, and it can go on. `owner` is a name, or empty."""

    id: int
    by: str
    made_at: datetime
    owner: str
    status: Status
    total: int
    done: int
    same: int
    changed: int
    refused: int
    undone: int
    kept: int
    waits: bool
    died: str

    @property
    def busy(self) -> bool:
        """Whether something works on it right now."""
        return self.status in ("changing", "undoing") and not self.died


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of change sets, newest first, and the cursor of the next."""

    changes: tuple[ChangeView, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An account that was not changed, or not changed back, and why."""

    account: int
    external_id: str
    name: str
    reason: str
