"""What others may hold of change sets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from tenure.customers.contracts import TraitValue
from tenure.tenants.contracts import MemberView
from tenure.traits.contracts import TraitEdit

type Status = Literal["changing", "done", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class OwnerEdit:
    """Another owner, a member by her number; None for nobody."""

    member: int | None


@dataclass(frozen=True, slots=True)
class SpreadEdit:
    """Owners out of a pool: `plan` says which account goes to which member, in a role; the others found no room.
    `what` names the role as people read it."""

    pool: str
    role: str
    what: str
    plan: tuple[tuple[int, int], ...]


type Edit = OwnerEdit | SpreadEdit | TraitEdit
"""What is changed, and to what, for all accounts of a change."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one account: what it had before, and why it was refused."""

    account: int
    before: TraitValue
    outcome: Literal["changed", "same", "refused"]
    reason: str = ""


class Kind(Protocol):
    """A change as it is made of many accounts; the owner is one kind, a trait another. Values are the accounts' own:
    the number of a member, what a trait is."""

    @property
    def edit(self) -> Edit:
        """What it was made of, as it may be made."""

    @property
    def what(self) -> str:
        """What changes: `Owner`, `Plan tier`, `Tags`."""

    @property
    def title(self) -> str:
        """The change in a few words: `Owner → Ben`."""

    def standing(self, accounts: Collection[int]) -> Mapping[int, TraitValue]:
        """What those of the accounts have that have anything."""

    def then(self, account: int, value: TraitValue) -> TraitValue:
        """What comes of it."""

    def refused(self, accounts: Collection[int]) -> Mapping[int, str]:
        """Those of the accounts that this change cannot be made of, with why."""

    def written(self, values: Sequence[TraitValue]) -> list[str]:
        """Values as people read them; nothing is empty."""

    def make(self, accounts: Sequence[int], *, by: MemberView, on: date) -> list[Outcome]:
        """Change at most 1,000 accounts."""

    def undo(self, before: Mapping[int, TraitValue], *, by: MemberView, on: date) -> list[Outcome]:
        """Give accounts back what they had, those of them that still are as the change left them."""


@dataclass(frozen=True, slots=True)
class Example:
    """An account with what it has and what it would have; `reason` says why it cannot be changed."""

    account: int
    name: str
    before: str
    after: str
    same: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to `total` accounts: `same` are so already, `refused` cannot be changed, by reason.
    `before` tells what those have that change, the commonest first. `mark` is that of these accounts and this change,
    to be given back when it is confirmed."""

    total: int
    same: int
    refused: Mapping[str, int]
    before: tuple[tuple[str, int], ...]
    examples: tuple[Example, ...]
    what: str
    title: str
    mark: str

    @property
    def changed(self) -> int:
        """How many accounts would change."""
        return self.total - self.same - sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change set. `changed` counts those that it changed, `undone` and `kept` what undoing did to them. `waits` for
    the worker; `died` says why its work stopped, and it can go on."""

    id: int
    by: str
    made_at: datetime
    title: str
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
