"""What identity is told, what it knows, and what it decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.ingest.messages import Message

type Who = int | str
"""A person or an account: the id of one that is known, the external id of one to be made."""
type Trust = Literal["browser", "server"]
type ParkReason = Literal["no_account", "ambiguous_account"]


class Sender(Protocol):
    """The batch a message came with."""

    @property
    def trust(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def received_at(self) -> datetime: ...


type Said = tuple[Message, Sender]


type Names = tuple[str | None, str | None, str | None]
"""User id, anonymous id and account of a message."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What identity hears in a run: under which `names` anybody speaks, and the messages `telling` more.

    Of a hundred thousand messages these are a few thousand.
    """

    names: frozenset[Names]
    telling: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run has to look up, all at once."""

    users: frozenset[str]
    visitors: frozenset[str]
    groups: frozenset[str]
    emails: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What was known before the run, as far as it was asked for.

    `people` by external id, `users` by another user id, `visitors` by anonymous id, `emails` all who have the
    address, `names` the external ids of people found otherwise, `trait_keys` the traits there are by entity.
    """

    people: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[str, int] = field(default_factory=dict)
    visitors: Mapping[str, int] = field(default_factory=dict)
    emails: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    accounts: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    trait_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What identity does not take of a message: all of it, or with `partial` only what `path` names."""

    message: Message
    sender: Sender
    reason: str
    detail: str
    path: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run changes in who is who. Nothing here depends on the order of the messages.

    `users` and `visitors` say whom each user id and anonymous id of the run means; `joins` are those of them to be
    remembered, by kind; `links` puts people into accounts; `groupings` are the accounts that people named by `group`
    calls, and when.
    `said_at` is when the newest word on a person or account was said, by entity and external id.
    """

    people: Mapping[str, PersonUpsert]
    accounts: Mapping[str, AccountUpsert]
    users: Mapping[str, Who]
    visitors: Mapping[str, Who]
    joins: Mapping[tuple[str, str], Who]
    links: frozenset[tuple[Who, str]]
    groupings: Mapping[Who, tuple[tuple[datetime, str], ...]]
    said_at: Mapping[tuple[str, str], Said]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who everybody is, after the run's changes were written: ids only.

    `accounts_of` has the accounts of each person in question; `groupings` the accounts people named, by time.
    `moved` are the people of whom something waiting may now be attributed, `joined` the visitors.
    """

    users: Mapping[str, int]
    visitors: Mapping[str, int]
    groups: Mapping[str, int]
    accounts_of: Mapping[int, tuple[int, ...]]
    groupings: Mapping[int, tuple[tuple[datetime, int], ...]] = field(default_factory=dict)
    moved: frozenset[int] = frozenset()
    joined: frozenset[str] = frozenset()
