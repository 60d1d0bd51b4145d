"""The form of a task: what it shows, and what somebody wrote into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tenure.base.refusals import Invalid, Problem
from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest
from tenure.tasks.contracts import Kind, NewTask, Priority, Repeat, TaskDraft, TaskView
from tenure.tasks.rules import read_repeat, written_repeat
from tenure.tasks.words import repeats
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members
from tenure.work.contracts import WorkType

NAMES = (
    "title", "detail", "kind", "due", "assignee", "priority", "promised_to", "repeat", "items", "account", "minutes",
    "reason",
)  # fmt: skip
KINDS = tuple((kind.value, kind.label) for kind in Kind)
PRIORITIES = tuple((str(int(each)), each.label) for each in Priority)
WORK_TYPES = (("", "Not said"), *((work.value, work.label) for work in WorkType))
_OFFERED = (
    Repeat("daily"), Repeat("weekly"), Repeat("weekly", 2), Repeat("monthly"), Repeat("monthly", 3),
    Repeat("monthly", 6), Repeat("monthly", 12),
)  # fmt: skip
MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class Form:
    """The texts of the controls, what is wrong with them by control, and what may be chosen."""

    values: Mapping[str, str]
    assignees: tuple[tuple[str, str], ...]
    people: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, ""))
    kinds: tuple[tuple[str, str], ...] = KINDS
    priorities: tuple[tuple[str, str], ...] = PRIORITIES
    repeats: tuple[tuple[str, str], ...] = ()


def empty(request: TeamRequest, account: int | None) -> Form:
    """A new task's, for oneself. Two queries with an account."""
    given = {"kind": Kind.TASK.value, "priority": str(int(Priority.NORMAL)), "assignee": str(request.member.id)}
    return Form(
        values={**dict.fromkeys(NAMES, ""), **given},
        assignees=_assignees(None),
        people=_people(account),
        repeats=_repeats(None),
    )


def of_task(task: TaskView, items: tuple[str, ...]) -> Form:
    """One that is edited."""
    return Form(
        values={
            **dict.fromkeys(NAMES, ""),
            "title": task.title,
            "detail": task.detail,
            "kind": task.kind.value,
            "due": task.due.isoformat() if task.due else "",
            "assignee": str(task.assignee_id or ""),
            "priority": str(int(task.priority)),
            "promised_to": task.promised_to,
            "repeat": written_repeat(task.repeat),
            "items": "\n".join(items),
            "revision": str(task.revision),
        },
        assignees=_assignees(task),
        people=_people(task.account_id) if task.kind is Kind.PROMISE else (),
        repeats=_repeats(task.repeat),
    )


def posted(form: Form, given: Mapping[str, str], problems: Invalid | None = None) -> Form:
    """The form as somebody sent it, with what is wrong."""
    wrong = dict(form.problems)
    for problem in problems.problems if problems else ():
        wrong[problem.where] = f"{wrong.get(problem.where, '')} {problem.message}".strip()
    sent = {name: given.get(name, form.values.get(name, "")) for name in form.values if name != "revision"}
    return replace(form, values={**form.values, **sent}, problems=wrong)


def draft(given: Mapping[str, str], *, account: int | None, now: TaskView | None = None) -> TaskDraft:
    """What was written; what the form did not ask for stays as it is `now`. Refuses with `Invalid` what cannot be
    read."""
    problems: list[Problem] = []
    standing = TaskDraft(title="") if now is None else draft_of(now)
    read = TaskDraft(
        title=given.get("title", standing.title),
        detail=given.get("detail", standing.detail),
        kind=_kind(given["kind"]) if "kind" in given else standing.kind,
        due=_day(given["due"], problems) if "due" in given else standing.due,
        assignee=_member(given["assignee"], problems) if "assignee" in given else standing.assignee,
        priority=_priority(given["priority"]) if "priority" in given else standing.priority,
        promised_to=_person(given["promised_to"], account, problems)
        if "promised_to" in given and given["promised_to"].strip() != (now.promised_to if now else "")
        else standing.promised_to,
        repeat=read_repeat(given["repeat"]) if "repeat" in given else standing.repeat,
    )
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return read


def new(given: Mapping[str, str], account: int | None) -> NewTask:
    """A new task as it was written; refuses as `draft`."""
    read = draft(given, account=account)
    return NewTask(
        account=account, title=read.title, detail=read.detail, kind=read.kind, due=read.due, assignee=read.assignee,
        priority=read.priority, promised_to=read.promised_to, repeat=read.repeat,
        items=tuple(given.get("items", "").splitlines()),
    )  # fmt: skip


def draft_of(task: TaskView) -> TaskDraft:
    """What the task says now."""
    return TaskDraft(
        title=task.title, detail=task.detail, kind=task.kind, due=task.due, assignee=task.assignee_id,
        priority=task.priority, promised_to=task.promised_to_id, repeat=task.repeat,
    )  # fmt: skip


def account_meant(text: str) -> int | None:
    """The account with this name or id; None for an empty text. Refuses with `Invalid` what means none, or several."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return None
    found = customers.find_accounts(wanted, limit=50)
    exact = [row.id for row in found if row.external_id.casefold() == wanted]
    exact = exact or [row.id for row in found if row.name.casefold() == wanted]
    if len(exact) == 1:
        return exact[0]
    said = "Several accounts have this name: give its id." if exact else "There is no account of this name or id."
    raise Invalid(said, [Problem(said, "account")])


def day_of(text: str) -> date | None:
    """A day as a form sends it; None for an empty text. Refuses with `Invalid` what is none."""
    problems: list[Problem] = []
    day = _day(text, problems)
    if problems:
        raise Invalid(problems[0].message, problems)
    return day


def member_of(text: str) -> int | None:
    """A member as a form sends her; None for nobody."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def workers() -> tuple[tuple[str, str], ...]:
    """(id, name) of who may have tasks. One query."""
    return tuple((str(one.id), one.label) for one in members(active_only=True) if one.may(Permission.WORK))


def _assignees(task: TaskView | None) -> tuple[tuple[str, str], ...]:
    """Who may have it; who has it now stays, whatever became of her."""
    found = (("", "Nobody yet"), *workers())
    if task and task.assignee_id and str(task.assignee_id) not in dict(found):
        return (*found, (str(task.assignee_id), task.assignee))
    return found


def _repeats(now: Repeat | None) -> tuple[tuple[str, str], ...]:
    offered = _OFFERED if now is None or now in _OFFERED else (*_OFFERED, now)
    return (("", "Once"), *((written_repeat(each), repeats(each)) for each in offered))


def _people(account: int | None) -> tuple[str, ...]:
    known = customers.names_of_people(account) if account is not None else {}
    return tuple(sorted({name or email for name, email in known.values() if name or email})[:MOST_PEOPLE])


def _person(text: str, account: int | None, problems: list[Problem]) -> int | None:
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return None
    known = customers.names_of_people(account) if account is not None else {}
    found = [person for person, said in known.items() if wanted in (said[0].casefold(), said[1].casefold())]
    if len(found) == 1:
        return found[0]
    said = "Several have this name: give the address." if found else "Nobody at the account has this name or address."
    problems.append(Problem(said, "promised_to"))
    return None


def _day(text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(f"{text!r} is not a date. Write it as 2026-01-31.", "due"))
        return None


def _kind(text: str) -> Kind:
    return Kind(text) if text in set(Kind) else Kind.TASK


def _priority(text: str) -> Priority:
    return Priority(int(text)) if text in dict(PRIORITIES) else Priority.NORMAL


def _member(text: str, problems: list[Problem]) -> int | None:
    found = member_of(text)
    if text and found is None:
        problems.append(Problem("Choose somebody from the list.", "assignee"))
    return found
