"""What other domains hold of definitions: kinds they register, documents they read."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel

from tenure.base.outbox import Fact
from tenure.base.refusals import Problem, Refusal

type State = Literal["draft", "published", "archived"]
KEY_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
"""What a key looks like; it is also the name of a file."""

type Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `schema` is what one must look like; `check` finds what a schema cannot see.

    `check` gets the key and the typed body, runs inside the workspace and answers what is wrong, with `where` as a
    path such as `dimensions.0.weight`. `refers` names the documents of the same kind that a body speaks of: files are
    applied in that order. `reserved` are keys that no document has: they are addresses of pages.
    """

    name: str
    schema: type[BaseModel]
    check: Callable[[str, BaseModel], Sequence[Problem]] | None = None
    refers: Callable[[Body], Collection[str]] | None = None
    reserved: frozenset[str] = frozenset()

    def problems(self, key: str, body: BaseModel) -> tuple[Problem, ...]:
        """What a schema cannot see: of the key, then of the body."""
        taken = (Problem(f"{key!r} is an address of the product; choose another key"),) if key in self.reserved else ()
        return (*taken, *(self.check(key, body) if self.check else ()))


@dataclass(frozen=True, slots=True)
class PublishedDefinition:
    """A document in force: its key, its version, and its body as the kind's schema."""

    kind: str
    key: str
    version: int
    body: BaseModel
    published_at: datetime


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a document. Its number is 1, 2, 3 …; a draft carries the number it will have.

    `revision` counts how often a draft was saved: whoever saves again says the one she saw.
    """

    kind: str
    key: str
    version: int
    state: State
    body: Body
    author: str
    created_at: datetime
    published_at: datetime | None
    note: str
    revision: int = 1
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two bodies; `before` or `after` is None where there was, or is, nothing."""

    path: str
    before: object
    after: object


@dataclass(frozen=True)
class DefinitionPublished(Fact):
    """A version of a document came into force."""

    kind: str
    key: str
    version: int


@dataclass(frozen=True)
class DefinitionArchived(Fact):
    """A document went out of force."""

    kind: str
    key: str


class WrongDocument(Refusal):
    """A document that its kind does not accept; the problems say where and what is expected."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "wrong_document"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Called by `tenure.config.registrations`, once a kind."""
    _kinds[kind.name] = kind


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order of their registration: a kind may speak of those before it."""
    return tuple(_kinds.values())


def kind_named(name: str) -> Kind:
    """The kind; refuses one that nobody registered."""
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(_kinds)
        raise WrongDocument(f"There is no kind of definition called {name!r}. The kinds are: {known}.") from None
