"""What other packages may hold of the team's work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tenure.base.outbox import Fact


class Kind(StrEnum):
    """What an entry is about. All but a note are contacts with the customer."""

    NOTE = "note"
    CALL = "call"
    MEETING = "meeting"
    MAIL = "mail"
    CHAT = "chat"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_contact(self) -> bool:
        return self is not Kind.NOTE


class Flow(StrEnum):
    """Which part of the customer's way an entry belongs to."""

    ONBOARDING = "onboarding"
    ADOPTION = "adoption"
    SUPPORT = "support"
    RENEWAL = "renewal"
    EXPANSION = "expansion"
    RELATIONSHIP = "relationship"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class WorkType(StrEnum):
    """What the time went into: what a customer costs to serve is told apart by it."""

    ONBOARDING = "onboarding"
    TRAINING = "training"
    RELATIONSHIP = "relationship"
    COMMERCIAL = "commercial"
    SUPPORT = "support"
    SERVICES = "services"

    @property
    def label(self) -> str:
        return self.value.capitalize()


USUAL_MINUTES = {Kind.CALL: 30, Kind.MEETING: 60, Kind.MAIL: 10, Kind.CHAT: 10}
"""How long a contact took when nobody says: shown with a ≈."""
REASONS = (
    "Kick-off", "Check-in", "Training", "Business review", "Question", "Problem", "Escalation", "Renewal talk",
    "Expansion talk", "Feedback", "Follow-up", "Handover", "Bounced",
)  # fmt: skip
"""Offered while typing; another may be written."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as somebody writes it. `people` and `tags` are names (or e-mail addresses) as they were typed.

    Without `happened_at` it happened when it is written; a contact without `minutes` or `work_type` gets the usual.
    """

    kind: Kind = Kind.NOTE
    body: str = ""
    subject: str = ""
    happened_at: datetime | None = None
    reason: str = ""
    flow: Flow | None = None
    minutes: int | None = None
    work_type: WorkType | None = None
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody of an entry: a member of the team or a person of the account, by the name that was used."""

    id: int
    name: str
    is_member: bool
    took_part: bool
    mentioned: bool


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file at an entry; `bytes` its size, `media_type` by its content."""

    id: int
    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry, rendered. `key` orders entries of one moment among other things of a timeline; `revision` counts its
    edits. `minutes_usual`: nobody said how long it took, the usual for its kind stands."""

    id: int
    key: str
    account_id: int
    author_id: int
    author: str
    kind: Kind
    subject: str
    body: str
    html: str
    happened_at: datetime
    reason: str
    flow: Flow | None
    minutes: int | None
    minutes_usual: bool
    work_type: WorkType | None
    pinned: bool
    revision: int
    created_at: datetime
    edited_at: datetime | None
    edited_by: str
    people: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: all that is given must hold. `account` stands for those merged into it too; `words` is what
    somebody typed to search for; `since` and `until` are days (both included) in the workspace's time zone."""

    words: str = ""
    kind: Kind | None = None
    author: int | None = None
    tag: int | None = None
    flow: Flow | None = None
    account: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == EntryFilter()


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that a search found (its HTML is left out), with its account's name and pieces of its text:
    (text, whether it matched) in turn."""

    entry: EntryView
    account: str
    excerpt: tuple[tuple[str, bool], ...]
    title: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Newest first; `next` is the cursor of the following page, if any."""

    rows: tuple[Found, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What an entry said until it was edited, and by whom it was. `fields` are its other fields, as text."""

    subject: str
    body: str
    html: str
    until: datetime
    edited_by: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag; a retired one stays on entries and is offered no more."""

    id: int
    name: str
    retired: bool
    entries: int = 0


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A text to begin an entry with. One without an id is ready-made and not yet the workspace's own."""

    id: int | None
    name: str
    kind: Kind
    flow: Flow | None
    work_type: WorkType | None
    subject: str
    body: str
    retired: bool = False


@dataclass(frozen=True)
class EntryWritten(Fact):
    """A member wrote an entry on an account's timeline."""

    entry: int
    account: int
    by: int
    kind: str
    minutes: int | None
    work_type: str


@dataclass(frozen=True)
class EntryEdited(Fact):
    """A member changed an entry; what it said before is kept."""

    entry: int
    account: int
    by: int


@dataclass(frozen=True)
class MemberMentioned(Fact):
    """A member was mentioned in an entry for the first time."""

    entry: int
    account: int
    member: int
    by: int


@dataclass(frozen=True)
class PersonMentioned(Fact):
    """A person of the account was mentioned in an entry for the first time."""

    entry: int
    account: int
    person: int
    by: int


@dataclass(frozen=True)
class EntryPinned(Fact):
    """An entry became its account's handover note, or is it no more."""

    entry: int
    account: int
    by: int
    pinned: bool
