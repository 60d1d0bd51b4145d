"""A task as lists show it, in finished strings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.tasks import rules
from tenure.tasks.contracts import Kind, Priority, State, TaskView
from tenure.tasks.words import repeats
from tenure.tenants.queries import as_of_day

KEPT = {
    "open": ("Promise", "accent"), "overdue": ("Promise", "accent"), "kept": ("Kept", "good"),
    "kept late": ("Kept late", "warning"), "broken": ("Broken", "bad"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row. `due_tone` is bad for what is past its day, warning for today; `kept` is the badge of a promise: its
    words and tone. `end` is where it is finished."""

    id: int
    href: str
    title: str
    account: str
    account_href: str
    due: str
    due_tone: str
    assignee: str
    high: bool
    low: bool
    repeats: str
    items: str
    kept: tuple[str, str]
    state: State
    finished: str
    end: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows whose days stand together: `Overdue`, `Today`."""

    label: str
    rows: tuple[TaskRow, ...]


def rows(request: TeamRequest, tasks: Iterable[TaskView]) -> list[TaskRow]:
    """Finished rows. No query."""
    today = as_of_day(request.workspace)
    return [_row(request, each, today) for each in tasks]


def groups(request: TeamRequest, tasks: Sequence[TaskView]) -> list[Group]:
    """The rows of open tasks, which are in the order of their days, under what their days are. No query."""
    today = as_of_day(request.workspace)
    return [
        Group(label, tuple(_row(request, each, today) for each in found))
        for label, found in groupby(tasks, key=lambda each: _when(each, today))
    ]


def due_shown(due: date | None, today: date) -> str:
    """`Today`, `Tomorrow`, `3 days ago`, `Thu 9 May`, `9 May 2026`; nothing without a day."""
    if due is None:
        return ""
    if due < today or (due - today).days < 2:
        return formats.capital(formats.relative_day(due, today))
    if due < today + timedelta(days=7):
        return f"{due:%a} {formats.short_day(due)}"
    return formats.short_day(due) if due.year == today.year else formats.day(due)


def due_tone(task: TaskView, today: date) -> str:
    """How a day is coloured: what is past or today; only while the task is open."""
    if task.due is None or not task.is_open or task.due > today:
        return ""
    return "bad" if task.due < today else "warning"


def kept(task: TaskView, today: date) -> tuple[str, str]:
    """The badge of a promise; empty for what is none."""
    if task.kind is not Kind.PROMISE:
        return "", ""
    return KEPT[rules.promise(task.state, due=task.due, finished_on=task.finished_on, today=today)]


def _when(task: TaskView, today: date) -> str:
    if task.due is None:
        return "Without a day"
    if task.due < today:
        return "Overdue"
    if task.due == today:
        return "Today"
    return "Next seven days" if task.due < today + timedelta(days=7) else "Later"


def _row(request: TeamRequest, task: TaskView, today: date) -> TaskRow:
    return TaskRow(
        id=task.id,
        href=to(request, "workspace:task", task=task.id),
        title=task.title,
        account=task.account,
        account_href=to(request, "workspace:account-tasks", account=task.account_id) if task.account_id else "",
        due=due_shown(task.due, today),
        due_tone=due_tone(task, today),
        assignee=task.assignee,
        high=task.priority is Priority.HIGH,
        low=task.priority is Priority.LOW,
        repeats=repeats(task.repeat),
        items=f"{task.items_done}/{task.items}" if task.items else "",
        kept=kept(task, today),
        state=task.state,
        finished=_finished(task),
        end=to(request, "workspace:task-endings", task=task.id),
    )


def _finished(task: TaskView) -> str:
    if task.finished_on is None:
        return ""
    by = f" by {task.finished_by}" if task.finished_by else ""
    return f"{task.state.label} {formats.day(task.finished_on)}{by}"
