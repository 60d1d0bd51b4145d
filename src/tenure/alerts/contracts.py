"""What other domains may hold of alerts: the document of a rule, alerts as pages show them, figures, facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tenure.alerts.document import (
    ADMINS,
    KIND,
    AlertRule,
    AlertType,
    BandMove,
    Begins,
    DateNear,
    MeasureMove,
    Priority,
    ReviewOpens,
    SegmentMove,
    SourceTrouble,
    When,
)
from tenure.alerts.rules import Answers, Worth
from tenure.base.outbox import Fact
from tenure.tasks.contracts import TaskView

__all__ = [
    "ADMINS", "DEFAULT_BUDGET", "KIND", "PRIORITIES", "TYPES", "AlertClosed", "AlertOpened", "AlertRule",
    "AlertType", "AlertView", "Answered", "Answers", "BandMove", "Begins", "ChangeView", "Closings", "DateNear",
    "Evidence", "Group", "ListedRule", "MeasureMove", "Outcome", "Priority", "RankedTask", "ReviewOpens", "SegmentMove",
    "Shown", "SourceTrouble", "TrialResult", "TrialView", "When", "Whose", "Worth",
]  # fmt: skip

DEFAULT_BUDGET = 10
TYPES: Mapping[AlertType, str] = {
    "risk": "Risk", "lifecycle": "Lifecycle", "expansion": "Expansion", "objective": "Objective",
    "activity": "Activity",
}  # fmt: skip
PRIORITIES: Mapping[Priority, str] = {"urgent": "Urgent", "high": "High", "normal": "Normal", "low": "Low"}


class Outcome(StrEnum):
    """What came of an alert, said by whoever closes it."""

    SUCCESS = "success"
    NO_EFFECT = "no_effect"
    FALSE_ALARM = "false_alarm"
    NOT_RELEVANT = "not_relevant"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def meaning(self) -> str:
        """What the word says, for those who choose."""
        return _MEANINGS[self]

    @property
    def is_right(self) -> bool:
        """Whether the alert was right: what it claimed was so, and somebody's concern."""
        return self in (Outcome.SUCCESS, Outcome.NO_EFFECT)


_MEANINGS = {
    Outcome.SUCCESS: "It was so, and what we did helped",
    Outcome.NO_EFFECT: "It was so, and nothing we did changed it",
    Outcome.FALSE_ALARM: "It was not so",
    Outcome.NOT_RELEVANT: "It was so, but nobody had to know",
}


class Shown(StrEnum):
    """Which alerts a page shows."""

    OPEN = "open"
    DIGEST = "held"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Closings:
    """What came of closed alerts: how many of each outcome, and the seconds from opening to closing of all together."""

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    seconds: float = 0.0

    def __add__(self, other: "Closings") -> "Closings":
        both = {each: self.of(each) + other.of(each) for each in Outcome}
        return Closings({each: n for each, n in both.items() if n}, self.seconds + other.seconds)

    def of(self, outcome: Outcome) -> int:
        """How many were closed so."""
        return self.outcomes.get(outcome, 0)

    @property
    def closed(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    @property
    def right(self) -> int:
        """Those that were right."""
        return sum(n for each, n in self.outcomes.items() if each.is_right)

    @property
    def days(self) -> float | None:
        """From opening to closing, in the mean; None of nothing."""
        return self.seconds / 86_400 / self.closed if self.closed else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a field said when the alert opened: its key, its words, its value in plain JSON (days as ISO text)."""

    key: str
    label: str
    unit: str
    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert. `account` None: it is about `subject`, a source of events. `worth` multiplies to `value_minor`."""

    id: int
    account: int | None
    account_name: str
    subject: str
    rule: str
    rule_version: int
    type: AlertType
    reason: str
    priority: Priority
    owner: int | None
    owner_name: str
    for_admins: bool
    state: Shown
    holds: bool
    due_on: date
    opened_on: date
    opened_at: datetime
    last_seen_on: date
    times_seen: int
    evidence: tuple[Evidence, ...]
    worth: Worth
    mrr_known: bool
    value_minor: int
    snoozed_until: date | None
    snooze_reason: str
    task: int | None
    outcome: Outcome | None
    closed_at: datetime | None
    closed_by: str
    revision: int


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose inbox: a member's, with the alerts for admins where she is one; or what is nobody's."""

    member: int
    admin: bool = False
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class RankedTask:
    """A task that is due, with what it is worth; `mrr_known` False: the usual MRR stands in."""

    view: TaskView
    worth: Worth
    mrr_known: bool

    @property
    def value_minor(self) -> int:
        return self.worth.value_minor


@dataclass(frozen=True, slots=True)
class Group:
    """All of an account (or one thing of none) in the queue, the most valuable first."""

    alerts: tuple[AlertView, ...]
    tasks: tuple[RankedTask, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A line of an alert's history."""

    kind: str
    at: datetime
    by: str
    note: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What an action on several alerts did: under which name it can be taken back, and those that it left as they
    were because somebody else had changed them since."""

    batch: str
    changed: int
    missed: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule in force as a list shows it. `opened` counts 30 days; `precision` is the share of right ones with its 95 %
    interval, None before anything was closed; `broken` says why it cannot be read any more."""

    key: str
    version: int
    body: AlertRule
    standing: int
    opened: int
    answers: Answers
    precision: tuple[float, float, float] | None
    muted_until: date | None
    muted_because: str
    proposed: bool
    surely: float
    broken: str


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a rule would have done on the Mondays of the past. `moves` are alerts by week (`first` is the first Monday);
    `judged` of them lie long enough back to know; `right` of these came true within 90 days, and of all customers on
    those Mondays the share `base`. Both None for types of which nobody can say it."""

    first: date
    moves: tuple[int, ...]
    csms: int
    per_csm_week: float
    holding: int
    judged: int
    right: int | None
    base: float | None
    asked: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial: under way, refused, or with its result."""

    id: int
    key: str
    body: Mapping[str, object]
    asked_at: datetime
    under_way: bool
    result: TrialResult | None
    refused: str
    seconds: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class AlertOpened(Fact):
    """An alert came into an inbox, or into the digest (`held`)."""

    alert: int
    account: int | None
    rule: str
    owner: int | None
    held: bool


@dataclass(frozen=True)
class AlertClosed(Fact):
    """Somebody closed an alert with an outcome."""

    alert: int
    account: int | None
    rule: str
    outcome: str
    by: int
