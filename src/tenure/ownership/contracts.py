"""What others may hold of ownership: roles, pools, rules, days away, handoffs, books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tenure.base.outbox import Fact


class Method(StrEnum):
    """How a pool's next account finds its member."""

    LEAST_ACCOUNTS = "accounts"
    LEAST_REVENUE = "revenue"
    ROUND_ROBIN = "robin"

    @property
    def label(self) -> str:
        return _METHODS[self]


_METHODS = {
    Method.LEAST_ACCOUNTS: "Least accounts",
    Method.LEAST_REVENUE: "Least revenue",
    Method.ROUND_ROBIN: "Round robin",
}


class Check(StrEnum):
    """How an item of a handoff's checklist is done: by hand, or found in the data."""

    HAND = "hand"
    NOTE = "note"
    PROMISES = "promises"

    @property
    def label(self) -> str:
        return _CHECKS[self]


_CHECKS = {
    Check.HAND: "Ticked by hand",
    Check.NOTE: "Done when a handover note is pinned",
    Check.PROMISES: "Done when the new owner has read every open promise",
}


class State(StrEnum):
    """Where a handoff stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"

    @property
    def open(self) -> bool:
        """Whether it can still be done."""
        return self in (State.PROPOSED, State.ACCEPTED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role of owners; `own` was made by the workspace."""

    key: str
    label: str
    own: bool
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a member of a pool takes at most: accounts, and MRR in minor units; None is no limit."""

    member: int
    accounts: int | None = None
    mrr: int | None = None


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool with its members' capacities, by name."""

    id: int
    name: str
    role: str
    seats: tuple[Capacity, ...]
    retired: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleView:
    """An assignment rule; an empty segment is every customer and trial."""

    id: int
    role: str
    segment: str
    pool: int
    pool_name: str
    method: Method
    active: bool


@dataclass(frozen=True, slots=True)
class Load:
    """A member's book in a role: accounts and MRR in minor units."""

    accounts: int = 0
    mrr: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets an account, and why; without a member nobody does. `rule` is the one that decided, if any."""

    account: int
    member: int | None
    reason: str
    rule: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What assignment would do in a role: choices in the order of accounts, and books before and after."""

    role: str
    choices: tuple[Choice, ...]
    before: Mapping[int, Load]
    after: Mapping[int, Load]


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """A member is away, both days included. `covers` are who acts for her on those days, as far as it is known."""

    id: int
    member: int
    first: date
    last: date
    cover: int | None
    pool: int | None
    note: str = ""

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Away:
    """A member is away on a day: until when, and who acts for her, members by id (none: nobody)."""

    member: int
    until: date
    covers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a checklist. `done` says by whom and when, or what the data shows; empty while it is not."""

    id: int
    label: str
    check: Check
    required: bool
    done: bool = False
    done_by: str = ""
    done_at: datetime | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class HandoffView:
    """A handoff; members by id. `items` are empty in lists."""

    id: int
    account: int
    role: str
    giver: int
    taker: int
    held: int | None
    note: str
    state: State
    proposed_by: int
    proposed_at: datetime
    accepted_at: datetime | None
    returned_reason: str
    done_at: datetime | None
    done_by: int | None
    override: str
    tasks_moved: int


@dataclass(frozen=True)
class HandoffProposed(Fact):
    """An account is to go to another member in a role; she may accept it or return it."""

    handoff: int
    account: int
    role: str
    giver: int
    taker: int
    by: int


@dataclass(frozen=True)
class HandoffReturned(Fact):
    """The new owner gave it back, with a reason."""

    handoff: int
    account: int
    giver: int
    by: int


@dataclass(frozen=True)
class HandoffDone(Fact):
    """The account has its new owner in the role, with open tasks and promises. `override`: the gate was not waited
    for."""

    handoff: int
    account: int
    role: str
    giver: int
    taker: int
    by: int
    tasks_moved: int
    override: bool


@dataclass(frozen=True, slots=True)
class Book:
    """A member's book of business on a day; money in minor units of the workspace's currency. `most` is the largest
    number of accounts that a pool gives her, `most_mrr` the most MRR. `bands` counts accounts by band."""

    member: int
    accounts: int
    mrr: int
    at_risk: int
    at_risk_mrr: int
    renewals: int
    renewal_mrr: int
    bands: Mapping[str, int]
    most: int | None = None
    most_mrr: int | None = None
