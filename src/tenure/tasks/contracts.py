"""What other packages may hold of tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Literal

from tenure.base.outbox import Fact
from tenure.work.contracts import WorkType

type OriginKind = Literal["hand", "note", "alert", "meeting", "handoff", "api", "template", "recurrence"]
type Unit = Literal["daily", "weekly", "monthly"]
type When = Literal["overdue", "today", "week", "later", "undated"]


class Kind(StrEnum):
    """What we have to do, or what somebody promised the customer."""

    TASK = "task"
    PROMISE = "promise"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class State(StrEnum):
    """Where a task stands. Dropped: it will not be done, with the reason."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Priority(IntEnum):
    """How much it matters; of those due on one day the higher comes first."""

    HIGH = 1
    NORMAL = 2
    LOW = 3

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a task comes from, as a name: `key` is that of the note's line, the alert, the meeting. Of a note's line
    and of the API there is one task a key."""

    kind: OriginKind = "hand"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often it comes again: every working day, every `every` weeks, every `every` months."""

    unit: Unit
    every: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What a member may say of a task. `assignee` and `promised_to` are ids: a member's, a person's."""

    title: str
    detail: str = ""
    kind: Kind = Kind.TASK
    due: date | None = None
    assignee: int | None = None
    priority: Priority = Priority.NORMAL
    promised_to: int | None = None
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask(TaskDraft):
    """A task as it is made; `items` are the lines of its checklist."""

    account: int | None = None
    origin: Origin = Origin()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task. `account` and the names of people are texts, empty where there is none; `revision` counts its edits."""

    id: int
    account_id: int | None
    account: str
    title: str
    detail: str
    kind: Kind
    state: State
    priority: Priority
    due: date | None
    assignee_id: int | None
    assignee: str
    promised_to_id: int | None
    promised_to: str
    origin: Origin
    repeat: Repeat | None
    created_at: datetime
    created_by_id: int | None
    created_by: str
    finished_at: datetime | None
    finished_by: str
    finished_on: date | None
    reason: str
    """Why it was dropped."""
    minutes: int | None
    work_type: WorkType | None
    revision: int
    items: int = 0
    items_done: int = 0

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of a task's checklist."""

    id: int
    text: str
    done: bool
    done_by: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What somebody did to a task: (what, before, after) in words."""

    at: datetime
    by: str
    action: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks: all that is given must hold. `assignees` None is everybody; `when` counts from `today`."""

    today: date
    assignees: tuple[int, ...] | None = None
    when: When | None = None
    kind: Kind | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class TasksPage:
    """A page of tasks and the cursor of the next."""

    rows: tuple[TaskView, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks a member has: all, past their day, due within seven days, promises among them."""

    open: int = 0
    overdue: int = 0
    week: int = 0
    promises: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which the team works: weekdays (Monday is 0) without the holidays."""

    working: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One task of a template: its day is so many working days after the start."""

    title: str
    after_days: int = 0
    kind: Kind = Kind.TASK
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskTemplateView:
    """Tasks that are made together, from a day of start."""

    id: int | None
    name: str
    steps: tuple[Step, ...]
    retired: bool = False


@dataclass(frozen=True)
class TaskAdded(Fact):
    """Somebody has something to do."""

    task: int
    account: int | None
    assignee: int | None
    kind: str
    origin: str
    by: int | None


@dataclass(frozen=True)
class TaskFinished(Fact):
    """It is done, or dropped."""

    task: int
    account: int | None
    kind: str
    state: str
    origin: str
    origin_key: str
    by: int | None
    minutes: int | None = None
    work_type: str = ""


@dataclass(frozen=True)
class TaskReassigned(Fact):
    """Somebody else has it now."""

    task: int
    account: int | None
    before: int | None
    assignee: int | None
    by: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """The time a task took, as it is said when it is finished."""

    minutes: int | None = None
    work_type: WorkType | None = None
