"""What others may hold of traits said by hand, and of tags."""

from dataclasses import dataclass
from typing import Literal

from tenure.customers.contracts import TraitType, TraitValue

TAGS = "tags"
"""The trait of an account, a list, that holds its tags."""

type Verb = Literal["put", "add", "remove"]


@dataclass(frozen=True, slots=True)
class TraitEdit:
    """A change of a trait, whatever it is of: `put` a value in its place (None: clear it), or `add` a text to a list,
    or `remove` it from one."""

    key: str
    verb: Verb
    value: TraitValue = None

    @classmethod
    def tag(cls, name: str, *, on: bool = True) -> "TraitEdit":
        """Put a tag on, or take it off."""
        return cls(TAGS, "add" if on else "remove", name)


@dataclass(frozen=True, slots=True)
class Editable:
    """A trait that members can change: how it is called, and its type."""

    key: str
    label: str
    type: TraitType


@dataclass(frozen=True, slots=True)
class AccountTagView:
    """A tag for accounts; a retired one stays where it is and is offered no more."""

    id: int
    name: str
    retired: bool
