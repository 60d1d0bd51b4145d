"""The document of a segment: who is in it, and what its members are entitled to where it is a touch tier."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

KIND = "segment"
MOST_MEMBERS = 5_000
RESERVED = frozenset({"new", "preview", "starters", "fields", "values"})
"""Keys that no segment has: they are addresses of pages."""

type Entity = Literal["account", "person"]
type Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
type Shape = Literal["dynamic", "static", "frozen", "random"]


class Strict(BaseModel):
    """Unknown names are refused; a document never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bucket(Strict):
    """A share of all accounts or people, drawn by a hash of each and the salt: the same ones for ever.

    Each has a place from 0 to 1 in its salt's order; members are those from `start` to `start + share`, so
    that buckets of one salt which do not overlap share nobody.
    """

    share: float = Field(gt=0, le=1)
    salt: Text
    start: float = Field(default=0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.start + self.share > 1 + 1e-9:
            raise ValueError("start and share add up to more than 1")
        return self


class FrozenFrom(Strict):
    """Where the members of a frozen segment come from: another segment, on a day."""

    segment: str
    day: date


class Tier(Strict):
    """A touch tier: how its accounts are looked after. `order` 1 is the closest touch; an account that is in several
    tiers has the first. `cadence_days` is the longest time between two contacts."""

    order: int = Field(ge=1, le=99)
    channels: tuple[Text, ...] = ()
    cadence_days: int | None = Field(default=None, ge=1, le=730)
    named_csm: bool = False
    support: Text | None = None


class Segment(Strict):
    """Accounts, or people, that belong together: by a condition, by name, or by chance. Exactly one of `where`,
    `members` (external ids, of people e-mail addresses too) and `bucket`."""

    name: Text
    entity: Entity = "account"
    description: str = Field(default="", max_length=2_000)
    where: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)] | None = None
    members: tuple[str, ...] | None = Field(default=None, max_length=MOST_MEMBERS)
    bucket: Bucket | None = None
    frozen_from: FrozenFrom | None = None
    tier: Tier | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(each is not None for each in (self.where, self.members, self.bucket)) != 1:
            raise ValueError("a segment has exactly one of where, members and bucket")
        if self.frozen_from is not None and self.members is None:
            raise ValueError("what is frozen has members")
        if self.tier is not None and self.entity != "account":
            raise ValueError("a touch tier is of accounts, not of people")
        return self

    @property
    def shape(self) -> Shape:
        """How it finds its members."""
        if self.where is not None:
            return "dynamic"
        if self.bucket is not None:
            return "random"
        return "frozen" if self.frozen_from is not None else "static"
