"""What a note asks for becomes tasks, and the note shows which of it is done."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.tasks import actions, queries
from tenure.tasks.contracts import Kind, NewTask, Origin, TaskView
from tenure.tasks.notes import Line, edits, lines
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import members
from tenure.work.contracts import EntryView

_BOX = re.compile(r'<span class="todo">[☐☑]</span>')
_ASKS = re.compile(r"\[[ xX]\]|promise:", re.IGNORECASE)


def take_up(*, account: int, entry: int, before: str, after: str, by: MemberView) -> int:
    """Make tasks of the lines that are new in a text, reword those that say something else, finish and open again
    what was ticked and unticked; how many were made. In the caller's transaction; what is no task costs nothing."""
    if not (_ASKS.search(before) or _ASKS.search(after)) or not by.may(Permission.WORK):
        return 0
    team, people = _team(), _people(account)
    names = {*team, *people}
    pairs = edits(lines(before, names), lines(after, names))
    known = {view.origin.key: view for view in queries.of_note(entry)}
    made = 0
    for pair in pairs:
        old, new = pair.before, pair.after
        if new is None:
            continue
        task = known.get(f"{entry}:{old.key}") if old else known.get(f"{entry}:{new.key}")
        if task is None:
            task = queries.task(_add(account, entry, new, team, people, by))
            made += 1
        elif old and old.key != new.key and f"{entry}:{new.key}" not in known:
            actions.reword(task.id, title=new.title, key=f"{entry}:{new.key}", by=by)
        _tick(task, old, new, by)
    return made


def _tick(task: TaskView, old: Line | None, new: Line, by: MemberView) -> None:
    """Only what this edit ticked: a box that was left as it was says nothing of a task that was finished since."""
    if (old.done if old else False) == new.done:
        return
    if new.done:
        actions.finish(task.id, by=by)
    else:
        actions.reopen(task.id, by=by)


def _add(
    account: int, entry: int, line: Line, team: Mapping[str, MemberView], people: Mapping[str, int], by: MemberView
) -> int:
    """The first of the team who is named has it, else who wrote it."""
    meant = [team[name] for name in line.names if name in team and team[name].may(Permission.WORK)]
    to_whom = [people[name] for name in line.names if name in people and name not in team]
    new = NewTask(
        account=account, title=line.title, detail=line.detail, kind=line.kind, due=line.due,
        assignee=(meant[0] if meant else by).id,
        promised_to=to_whom[0] if to_whom and line.kind is Kind.PROMISE else None,
        origin=Origin("note", f"{entry}:{line.key}"),
    )  # fmt: skip
    return actions.add_task(new, by=by)


def _team() -> dict[str, MemberView]:
    """Members by what may follow an @: a name that two bear means nobody, their addresses do."""
    active = members(active_only=True)
    bear = Counter(one.label.casefold() for one in active)
    named = {one.label: one for one in active if bear[one.label.casefold()] == 1}
    return {**named, **{one.email: one for one in active}}


def _people(account: int) -> dict[str, int]:
    known = customers.names_of_people(account)
    bear = Counter(name.casefold() for name, _ in known.values())
    named = {name: person for person, (name, _) in known.items() if name and bear[name.casefold()] == 1}
    return {**named, **{email: person for person, (_, email) in known.items() if email}}


def with_tasks(request: TeamRequest, entries: Sequence[EntryView]) -> list[EntryView]:
    """The entries with each box of theirs leading to its task, ticked where that is done. No query where there are no
    boxes, else three."""
    asking = [entry for entry in entries if _BOX.search(entry.html)]
    if not asking:
        return list(entries)
    boxes = {entry.id: [line for line in lines(entry.body) if line.boxed] for entry in asking}
    keys = [f"{entry}:{line.key}" for entry, found in boxes.items() for line in found]
    tasks = queries.of_origin("note", keys)
    return [_linked(request, entry, boxes.get(entry.id, []), tasks) for entry in entries]


def _linked(request: TeamRequest, entry: EntryView, boxes: Sequence[Line], tasks: Mapping[str, TaskView]) -> EntryView:
    if len(_BOX.findall(entry.html)) != len(boxes):
        return entry
    found = iter(boxes)

    def link(match: re.Match[str]) -> str:
        task = tasks.get(f"{entry.id}:{next(found).key}")
        if task is None:
            return match[0]
        state = "open" if task.is_open else task.state.value
        return str(
            Markup('<a class="todo todo-{}" href="{}" aria-label="Task, {}: {}" title="Open the task">{}</a>').format(
                state, to(request, "workspace:task", task=task.id), state, task.title, "☐" if task.is_open else "☑"
            )
        )

    return replace(entry, html=_BOX.sub(link, entry.html))
