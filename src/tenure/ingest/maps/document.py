"""The source map: a document that tells what somebody's files are, so that they can be imported."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tenure.ingest.maps.columns import AccountReference, Key, Part, Words, several
from tenure.ingest.maps.roles import (
    Accounts,
    Churn,
    Events,
    Invoices,
    Memberships,
    Owners,
    People,
    Role,
    SubscriptionChanges,
    Subscriptions,
    Surveys,
    Tickets,
    TraitHistory,
)

NULL_WORDS: Words = ("", "null", "none", "n/a", "na", "nan", "-", "\\n")
TRUE_WORDS: Words = ("true", "t", "yes", "y", "1", "on")
FALSE_WORDS: Words = ("false", "f", "no", "n", "0", "off")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True)
class Way:
    """Through a file to an account: the role whose rows are meant, the field and column of its key."""

    role: str
    field: str
    column: str
    account: AccountReference | None


def _way(role: str, field: str, column: str | None, account: AccountReference | None) -> Way | None:
    return Way(role, field, column, account) if column is not None and column != "*" else None


class Entry(Part):
    """One kind of file, and what its rows are: one role or several."""

    file: str = Field(description="name of the file under PATH; `usage_*.csv` takes all parts")
    format: Literal["csv", "jsonl", "parquet"] | None = Field(None, description="by default: by the file's name")
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    encoding: str | None = Field(None, description="by default: UTF-8, else detected")
    header: Words = Field((), description="names of the columns of a CSV that has no header line")
    skip_lines: int = Field(0, ge=0, description="lines before the header")

    accounts: Accounts | None = None
    people: People | None = None
    memberships: Memberships | None = None
    owners: Owners | None = None
    traits: TraitHistory | None = None
    events: Annotated[tuple[Events, ...], BeforeValidator(several)] = ()
    subscriptions: Subscriptions | None = None
    subscription_changes: SubscriptionChanges | None = None
    invoices: Invoices | None = None
    tickets: Tickets | None = None
    surveys: Surveys | None = None
    churn: Churn | None = None

    @model_validator(mode="after")
    def _some_role(self) -> Self:
        if not any(True for _ in self.roles()):
            raise ValueError(f"expected at least one of: {', '.join(ROLES)}")
        if len(self.events) > 1 and any(event.name.constant is None for event in self.events):
            raise ValueError("several events in one row: expected a constant name in each")
        names = [event.name.constant for event in self.events if event.name.constant is not None]
        if len(names) != len(set(names)):
            raise ValueError("several events in one row: expected different names")
        return self

    def roles(self) -> Iterator[tuple[str, Role]]:
        """The roles of this file's rows, with a name that stays: part of the ids of what they state."""
        for name in ROLES:
            if name == "events":
                for event in self.events:
                    yield (f"events.{event.name.constant}" if len(self.events) > 1 else "events"), event
            elif (role := getattr(self, name)) is not None:
                yield name, role

    def way(self) -> Way | None:
        """How other files reach an account through this one; None when its rows have no single key column.

        A row that is several things is known by the most particular: a subscription before its account.
        """
        for name, role in sorted(self.roles(), key=lambda item: isinstance(item[1], Accounts | People)):
            match role:
                case Accounts():
                    return _way(name, "key", role.key.column, AccountReference(**role.key.model_dump()))
                case People():
                    return _way(name, "key", role.key.column, role.account)
                case Memberships():
                    return _way(name, "person", role.person.column, role.account)
                case Owners() | TraitHistory():
                    continue
                case _:
                    if len(role.key) == 1:
                        return _way(name, "key0", role.key[0], role.account)
        return None


class SourceMap(Part):
    """A source map. Defaults first, then what each file is."""

    source: str = Field(description="short name of where the files come from; part of the ids of what they state")
    title: str = ""
    timezone: str | None = Field(None, description="zone of times that name none; the workspace's by default")
    currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="ISO 4217; the workspace's by default")
    dates: Words = Field(("iso",), min_length=1, description="date formats, tried in order")
    decimal: Literal[".", ","] = "."
    null_words: Words = NULL_WORDS
    true_words: Words = TRUE_WORDS
    false_words: Words = FALSE_WORDS
    files: dict[str, Entry] = Field(min_length=1)

    @field_validator("source")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not _SLUG.fullmatch(value):
            raise ValueError("expected up to 60 of: small letters, digits, `-` and `_`")
        return value

    @field_validator("dates", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        return several(value)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("expected an IANA time zone such as Europe/Berlin")
        return value

    @model_validator(mode="after")
    def _ways_lead_somewhere(self) -> Self:
        for name, entry in self.files.items():
            if not _SLUG.fullmatch(name):
                raise ValueError(f"files.{name}: expected a name of small letters, digits, `-` and `_`")
            for role_name, role in entry.roles():
                reference = None if isinstance(role, Accounts) else role.account
                if reference is not None and reference.via is not None:
                    self._check_way(f"files.{name}.{role_name}.account.via", reference.via, seen=(name,))
        return self

    def _check_way(self, where: str, via: str, *, seen: Words) -> None:
        entry = self.files.get(via)
        if entry is None:
            raise ValueError(
                f"{where}: there is no entry `{via}` under files; expected one of: {', '.join(self.files)}"
            )
        if via in seen:
            raise ValueError(f"{where}: the way goes round in a circle: {' → '.join((*seen, via))}")
        way = entry.way()
        if way is None:
            raise ValueError(f"{where}: `{via}` has no single key column that another file could name")
        if way.account is None:
            raise ValueError(f"{where}: `{via}` does not say which account a row belongs to")
        if way.account.via is not None:
            self._check_way(where, way.account.via, seen=(*seen, via))

    def zone(self, workspace: str) -> str:
        """The zone of times that name none."""
        return ZoneInfo(self.timezone or workspace).key


ROLES = (
    "accounts",
    "people",
    "memberships",
    "owners",
    "traits",
    "events",
    "subscriptions",
    "subscription_changes",
    "invoices",
    "tickets",
    "surveys",
    "churn",
)

__all__ = ["Entry", "Key", "SourceMap"]
