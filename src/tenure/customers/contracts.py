"""What other domains may hold of customers: rows to upsert, answers of upserts, finished rows for pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tenure.base.outbox import Fact
from tenure.customers.seats import Seat as Seat  # noqa: PLC0414
from tenure.customers.seats import seat_of

type Entity = Literal["account", "person"]
type AccountKind = Literal["account", "product_instance"]
type TraitType = Literal["number", "text", "boolean", "date", "list", "object"]
type TraitValue = str | int | float | bool | list["TraitValue"] | dict[str, "TraitValue"] | None
type Traits = Mapping[str, TraitValue]
type Outcome = Literal["created", "updated", "unchanged"]

CSM = "csm"


@dataclass(frozen=True, slots=True)
class AccountUpsert:
    """What a source says of an account. None = not said: what we know stays. A trait of None is deleted."""

    external_id: str
    name: str | None = None
    parent_external_id: str | None = None
    kind: AccountKind | None = None
    product: str | None = None
    started_on: date | None = None
    traits: Traits = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonUpsert:
    """What a source says of a person. None = not said: what we know stays. A trait of None is deleted."""

    external_id: str
    email: str | None = None
    name: str | None = None
    title: str | None = None
    started_on: date | None = None
    traits: Traits = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A person belongs to an account (ids of both), in a role, from a day until (excluding) another."""

    person: int
    account: int
    role: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OwnerLink:
    """A member owns an account in a role from a day on."""

    account: int
    member: int
    role: str = CSM
    since: date | None = None


@dataclass(frozen=True, slots=True)
class TraitChange:
    """The latest value of a trait changed; None = deleted. The history of these belongs in the lake."""

    entity: Entity
    id: int
    key: str
    value: TraitValue


@dataclass(frozen=True, slots=True)
class TraitConflict:
    """Values of a trait that do not have its type; they are kept as they came."""

    entity: Entity
    key: str
    expected: TraitType
    found: TraitType
    example: str
    rows: int


@dataclass(frozen=True, slots=True)
class ParentRefused:
    """A parent that was not set, and why; the account itself was written."""

    external_id: str
    parent_external_id: str
    reason: Literal["unknown_parent", "cycle"]


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """The answer to a bulk upsert: created + updated + unchanged = rows given, counted in their order.

    `ids` maps each external id to its id, whatever happened to it. An external id given twice is created
    (or updated) once and then updated or unchanged. `outcomes` has one for each row given, in order.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ids: Mapping[str, int] = field(default_factory=dict)
    trait_changes: tuple[TraitChange, ...] = ()
    conflicts: tuple[TraitConflict, ...] = ()
    parents_refused: tuple[ParentRefused, ...] = ()
    outcomes: tuple[Outcome, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The answer to bulk links: created + updated + unchanged = rows given; `outcomes` has them in order."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    outcomes: tuple[Outcome, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class TraitView:
    """A trait as it was learned from data."""

    entity: Entity
    key: str
    type: TraitType
    source: str
    conflicts: int
    conflict_example: str


@dataclass(frozen=True, slots=True)
class OwnerView:
    """Who owns an account in which role; `until` is None while it lasts."""

    role: str
    member: int
    name: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OwnerOutcome:
    """What became of one account when many were given an owner: who owned it `before` (a member, or None), and why it
    was refused."""

    account: int
    before: int | None
    outcome: Literal["changed", "same", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TraitOutcome:
    """What became of a trait of one account or person when a member changed it: what it was and what it was to be, and
    why it was refused."""

    id: int
    before: TraitValue
    after: TraitValue
    outcome: Literal["changed", "same", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OwnerOption:
    """A member who can own accounts."""

    member: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list."""

    id: int
    external_id: str
    name: str
    kind: AccountKind
    product: str
    parent: int | None
    parent_name: str
    started_on: date | None
    owner: int | None
    owner_name: str


@dataclass(frozen=True, slots=True)
class AccountHeader:
    """The head of an account's page. `survivor` is the account that it was merged into, if it was."""

    account: AccountRow
    traits: Traits
    children: int
    people: int
    survivor: int | None = None
    first_seen_at: datetime | None = field(default=None, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list of one account's people."""

    id: int
    external_id: str
    name: str
    email: str
    title: str
    role: str
    since: date | None


@dataclass(frozen=True, slots=True)
class MergeView:
    """Two records are the same: known from the day `on` until (excluding) `until`, None while it lasts.

    `number` grows with each merge and each undoing in the workspace.
    """

    id: int
    entity: Entity
    absorbed: int
    survivor: int
    on: date
    until: date | None
    number: int


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge as a page shows it: names as they are now, who made it, and when."""

    merge: MergeView
    absorbed_name: str
    absorbed_external_id: str
    survivor_name: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person with the accounts she belongs to, by name; `survivor` is who she was merged into, if she was."""

    person: PersonRow
    accounts: tuple[str, ...]
    survivor: int | None = None


@dataclass(frozen=True, slots=True)
class SaidSeat:
    """What a member (`by`, her name) said somebody is; `until` None while it stands."""

    seat: Seat
    by: str
    since: date
    until: date | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who belongs to an account. The person's `role` is the source's word; `said` what a member said, which
    stands over it."""

    person: PersonRow
    said: SaidSeat | None = None

    @property
    def seat(self) -> Seat:
        return self.said.seat if self.said else seat_of(self.person.role)

    @property
    def name(self) -> str:
        return self.person.name or self.person.email or self.person.external_id


@dataclass(frozen=True, slots=True)
class Belonging:
    """An account that somebody belongs to, or did until `until`: with the source's role and what members said, newest
    first."""

    account: int
    name: str
    role: str
    since: date | None
    until: date | None
    said: tuple[SaidSeat, ...] = ()

    @property
    def stands(self) -> SaidSeat | None:
        return next((each for each in self.said if each.until is None), None)

    @property
    def seat(self) -> Seat:
        return self.stands.seat if self.stands else seat_of(self.role)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Who somebody is: her record, with those merged into her (`records`, herself first), and where she belongs;
    `account_records` are these accounts with those merged into them."""

    person: PersonRow
    records: tuple[int, ...]
    accounts: tuple[Belonging, ...]
    account_records: tuple[int, ...]
    survivor: int | None
    first_seen_at: datetime
    traits: Traits = field(default_factory=dict)


@dataclass(frozen=True)
class RoleSaid(Fact):
    """A member said what a person is at an account, or (`role` None) took it back."""

    person: int
    account: int
    role: str | None
    by: int


@dataclass(frozen=True)
class MergeMade(Fact):
    """Two records became one, or two again (`undone`); by a member, or None for the command line."""

    merge: int
    entity: Entity
    absorbed: int
    survivor: int
    undone: bool
    by: int | None


@dataclass(frozen=True)
class OwnerChanged(Fact):
    """Somebody gave an account another owner in a role; None = nobody. Members by id; `by` None is the product."""

    account: int
    role: str
    before: int | None
    after: int | None
    by: int | None
