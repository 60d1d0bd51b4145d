"""Writes of tasks. Who may call them at all is the pages' table of permissions; whose tasks one may take is here.

What is done to a task that somebody else has is audited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import IntegrityError, transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import members_of
from tenure.tasks.calendars import calendar
from tenure.tasks.checks import check_may_have, checked, checked_items
from tenure.tasks.contracts import (
    Kind,
    NewTask,
    Priority,
    Spent,
    State,
    TaskAdded,
    TaskDraft,
    TaskFinished,
    TaskReassigned,
)
from tenure.tasks.models import Task, TaskChange, TaskItem
from tenure.tasks.rules import LONGEST_MINUTES, LONGEST_REASON, NEVER, next_due, read_repeat, written_repeat
from tenure.tasks.words import Said
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here

MOST_AT_ONCE = 500
_FIELDS = ("title", "detail", "kind", "due", "assignee", "priority", "promised_to", "repeat")


class EditConflict(Conflict):
    """Somebody changed the task since it was opened."""

    code = "edit_conflict"


@transaction.atomic
def add_task(new: NewTask, *, by: MemberView | None) -> int:
    """Make a task; its id. Of a line of a note and of the API there is one a key: the second time it is the id of the
    first. `by` None is the product itself. Refuses with `Invalid` what is wrong, with `NotFound` an unknown account."""
    draft, items = checked(new, account=new.account), checked_items(new.items)
    if new.origin.kind in ("note", "api"):
        known = Task.objects.filter(origin_kind=new.origin.kind, origin_key=new.origin.key).first()
        if known is not None:
            return known.pk
    row = Task(
        account_id=new.account, created_at=clock.now(), created_by_id=by.id if by else None,
        origin_kind=new.origin.kind, origin_key=new.origin.key,
    )  # fmt: skip
    _fill(row, draft)
    _keep_new(row, items, by)
    return row.pk


@transaction.atomic
def edit_task(task: int, draft: TaskDraft, *, revision: int, by: MemberView, items: Sequence[str] | None = None) -> int:
    """Change a task, with `items` its checklist too; what it said before is kept. The new revision; the same again
    changes nothing. Lines of the checklist that stay as they are stay ticked.

    `revision` is the one that was opened: refuses with `EditConflict` when somebody has changed it since."""
    row = _locked(task)
    if row.revision != revision:
        raise EditConflict("Somebody changed this task while you had it open. Compare, and save again.")
    before, had = _said(row), row.assignee_id
    draft = checked(draft, account=row.account_id, assigned_to=had)
    if items is not None and _set_items(row, items, by):
        _audit(row, "task.checklist_changed", by)
    if draft.assignee != had:
        _check_may_take(had, by)
    _fill(row, draft)
    after = _said(row)
    changed = [name for name in _FIELDS if before[name] != after[name]]
    if not changed:
        return row.revision
    _note(row, "changed", by, {name: before[name] for name in changed}, {name: after[name] for name in changed})
    if had not in (None, by.id):
        record_audit(
            by=by, action="task.changed", object=f"task {row.pk}", before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )  # fmt: skip
    if row.assignee_id != had:
        outbox.add(TaskReassigned(row.pk, row.account_id, had, row.assignee_id, by.id))
    return row.revision


@transaction.atomic
def reword(task: int, *, title: str, key: str, by: MemberView) -> None:
    """The line of a note that it was made of says something else: it has its title and its key now. One that is done
    keeps its title."""
    row = _locked(task)
    row.origin_key = key
    before = row.title
    if row.state == State.OPEN.value and before != title:
        row.title = title
        _note(row, "changed", by, {"title": before}, {"title": title})
    else:
        row.save(update_fields=["origin_key"])


@transaction.atomic
def finish(task: int, *, by: MemberView, spent: Spent | None = None) -> int | None:
    """Say that it is done; the id of the next one where it repeats. Finishing it again changes nothing."""
    spent = spent or Spent()
    if spent.minutes is not None and not 0 < spent.minutes <= LONGEST_MINUTES:
        problem = Problem(f"Give 1 to {LONGEST_MINUTES} minutes, or leave it empty.", "minutes")
        raise Invalid(problem.message, [problem])
    row = _locked(task)
    if row.state != State.OPEN.value:
        return None
    row.minutes, row.work_type = spent.minutes, spent.work_type.value if spent.work_type else ""
    told: Said = {"minutes": row.minutes, "work_type": row.work_type}
    _close(row, State.DONE, by, {name: value for name, value in told.items() if value})
    return _again(row, by) if row.repeat else None


@transaction.atomic
def drop(task: int, *, reason: str, by: MemberView) -> None:
    """Say that it will not be done, and why; what repeats ends. Refuses with `Invalid` without a reason."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        problem = Problem(f"Say why it will not be done, in at most {LONGEST_REASON} characters.", "reason")
        raise Invalid(problem.message, [problem])
    row = _locked(task)
    if row.state == State.OPEN.value:
        row.reason = reason
        _close(row, State.DROPPED, by, {"reason": reason})


@transaction.atomic
def reopen(task: int, *, by: MemberView) -> None:
    """Take back that it is done or dropped. Refuses with `Conflict` where the next of its rhythm is open already."""
    row = _locked(task)
    if row.state == State.OPEN.value:
        return
    row.state, row.finished_at, row.finished_on, row.finished_by_id = State.OPEN.value, None, None, None
    row.minutes, row.work_type, row.reason = None, "", ""
    try:
        with transaction.atomic():
            _note(row, "reopened", by)
    except IntegrityError:
        raise Conflict("The next one of this rhythm is open already. Finish or drop that one first.") from None
    _audit(row, "task.reopened", by)


@transaction.atomic
def reassign(tasks: Sequence[int], *, to: int | None, by: MemberView) -> int:
    """Give open tasks to a member, or to nobody; how many changed. Those of others are given away by who manages the
    team: refuses all of them with `Forbidden`."""
    check_may_have(to)
    changed = [row for row in _open(tasks) if row.assignee_id != to]
    for row in changed:
        _check_may_take(row.assignee_id, by)
    _give(changed, to, by)
    return len(changed)


@transaction.atomic
def postpone(tasks: Sequence[int], *, to: date, by: MemberView) -> int:
    """Make open tasks due on another day; how many changed."""
    changed = [row for row in _open(tasks) if row.due != to]
    for row in changed:
        before = {"due": row.due.isoformat()}
        row.due = to
        _note(row, "changed", by, before, {"due": to.isoformat()})
        _audit(row, "task.postponed", by)
    return len(changed)


@transaction.atomic
def finish_all(tasks: Sequence[int], *, by: MemberView) -> int:
    """Say that they are done; how many were open."""
    rows = _open(tasks)
    for row in rows:
        finish(row.pk, by=by)
    return len(rows)


@transaction.atomic
def hand_over(account: int, *, from_member: int, to_member: int, by: MemberView | None) -> int:
    """Give a member's open tasks of an account, and of those merged into it, to another; how many. Whether the account
    may be handed over is the caller's to know."""
    check_may_have(to_member)
    family = members_of("account", account) or (account,)
    rows = list(
        Task.objects.select_for_update()
        .filter(account__in=family, assignee=from_member, state=State.OPEN.value)
        .order_by("id")
    )
    _give(rows, to_member, by)
    return len(rows)


@transaction.atomic
def tick(task: int, *, item: int, done: bool, by: MemberView) -> None:
    """Say that a line of the checklist is done, or not."""
    row = _locked(task)
    line = TaskItem.objects.select_for_update().filter(pk=item, task=row).first()
    if line is None:
        raise NotFound("There is no such line in this task.")
    if (line.done_at is not None) != done:
        line.done_at, line.done_by_id = (clock.now(), by.id) if done else (None, None)
        line.save(update_fields=["done_at", "done_by"])
        _note(row, "ticked" if done else "unticked", by, {}, {"item": line.text}, edit=False)


def _keep_new(row: Task, items: Sequence[str], by: MemberView | None) -> None:
    row.save()
    if row.repeat and row.series_id is None:
        row.series_id = row.pk
        row.save(update_fields=["series"])
    TaskItem.objects.bulk_create(TaskItem(task=row, place=place, text=text) for place, text in enumerate(items))
    outbox.add(TaskAdded(row.pk, row.account_id, row.assignee_id, row.kind, row.origin_kind, by.id if by else None))


def _set_items(row: Task, lines: Sequence[str], by: MemberView) -> bool:
    """Make these the lines of its checklist; whether that changed any. Those that say the same stay ticked."""
    wanted = checked_items(lines)
    standing = list(TaskItem.objects.select_for_update().filter(task=row).order_by("place", "id"))
    if tuple(line.text for line in standing) == wanted:
        return False
    left, kept = list(standing), []
    for place, text in enumerate(wanted):
        line = next((each for each in left if each.text == text), None)
        if line:
            left.remove(line)
        else:
            line = TaskItem(task=row, text=text)
        line.place = place
        kept.append(line)
    TaskItem.objects.filter(pk__in=[line.pk for line in left]).delete()
    for line in kept:
        line.save()
    before, after = {"item": ", ".join(line.text for line in standing)}, {"item": ", ".join(wanted)}
    _note(row, "changed", by, before, after)
    return True


def _again(row: Task, by: MemberView) -> int:
    """The next of its rhythm, with the same checklist, all of it to do."""
    repeat, anchor = read_repeat(row.repeat), row.anchor
    assert repeat is not None
    assert anchor is not None
    due = next_due(repeat, anchor=anchor, last=row.due, today=as_of_day(here()), calendar=calendar())
    following = Task(
        account_id=row.account_id, title=row.title, detail=row.detail, kind=row.kind, priority=row.priority, due=due,
        assignee_id=row.assignee_id, promised_to_id=row.promised_to_id, origin_kind="recurrence",
        origin_key=str(row.pk), repeat=row.repeat, anchor=anchor, series_id=row.series_id, created_at=clock.now(),
        created_by_id=by.id,
    )  # fmt: skip
    _keep_new(following, list(TaskItem.objects.filter(task=row).order_by("place").values_list("text", flat=True)), by)
    return following.pk


@transaction.atomic
def say_again(task: int, changes: Mapping[str, object], *, done: bool | None) -> bool:
    """What another product says of a task that it made: fields of a `TaskDraft` that it names, and whether it is done;
    whether that changed anything. What members said since of other fields stays."""
    row = _locked(task)
    standing = TaskDraft(
        title=row.title, detail=row.detail, kind=Kind(row.kind), due=None if row.due == NEVER else row.due,
        assignee=row.assignee_id, priority=Priority(row.priority), promised_to=row.promised_to_id,
        repeat=read_repeat(row.repeat),
    )  # fmt: skip
    before, had = _said(row), row.assignee_id
    _fill(row, checked(replace(standing, **changes), account=row.account_id, assigned_to=had))  # type: ignore[arg-type]
    after = _said(row)
    changed = [name for name in _FIELDS if before[name] != after[name]]
    if changed:
        _note(row, "changed", None, {name: before[name] for name in changed}, {name: after[name] for name in changed})
    if row.assignee_id != had:
        outbox.add(TaskReassigned(row.pk, row.account_id, had, row.assignee_id, None))
    closes = bool(done) and row.state == State.OPEN.value
    if closes:
        _close(row, State.DONE, None, {})
    return bool(changed) or closes


def _close(row: Task, state: State, by: MemberView | None, told: Said) -> None:
    row.state, row.finished_at, row.finished_by_id = state.value, clock.now(), by.id if by else None
    row.finished_on = as_of_day(here())
    _note(row, state.value, by, {}, told)
    _audit(row, f"task.{state.value}", by)
    outbox.add(
        TaskFinished(
            row.pk, row.account_id, row.kind, row.state, row.origin_kind, row.origin_key, by.id if by else None,
            row.minutes, row.work_type,
        )
    )  # fmt: skip


def _give(rows: Sequence[Task], to: int | None, by: MemberView | None) -> None:
    """A task that is given away is a change, an audit line and a fact."""
    for row in rows:
        before, row.assignee_id = row.assignee_id, to
        _note(row, "changed", by, {"assignee": before}, {"assignee": to})
        if by is None or before not in (None, by.id):
            record_audit(
                by=by, action="task.reassigned", object=f"task {row.pk}", before={"assignee": before},
                after={"assignee": to},
            )  # fmt: skip
        outbox.add(TaskReassigned(row.pk, row.account_id, before, to, by.id if by else None))


def _check_may_take(assignee: int | None, by: MemberView) -> None:
    if assignee not in (None, by.id) and not by.may(Permission.MANAGE_TEAM):
        raise Forbidden("Somebody else has this task. Ask her, or who manages the team, to give it to somebody.")


def _locked(task: int) -> Task:
    row = Task.objects.select_for_update().filter(pk=task).first()
    if row is None:
        raise NotFound("There is no such task.")
    return row


def _open(tasks: Sequence[int]) -> list[Task]:
    """Those of the tasks that are open; refuses with `NotFound` where one is not there."""
    if len(tasks) > MOST_AT_ONCE:
        raise Invalid(f"Choose at most {MOST_AT_ONCE} tasks at once.")
    rows = list(Task.objects.select_for_update().filter(pk__in=set(tasks)).order_by("id"))
    if len(rows) != len(set(tasks)):
        raise NotFound("One of these tasks is not there any more. Load the page again.")
    return [row for row in rows if row.state == State.OPEN.value]


def _fill(row: Task, draft: TaskDraft) -> None:
    row.title, row.detail, row.kind = draft.title, draft.detail, draft.kind.value
    row.assignee_id, row.promised_to_id, row.priority = draft.assignee, draft.promised_to, int(draft.priority)
    repeat = written_repeat(draft.repeat)
    due = draft.due or NEVER
    if repeat != row.repeat:
        # Another rhythm begins with the day it is due on now.
        row.anchor = due if repeat else None
        row.series_id = row.pk if repeat else None
    row.due, row.repeat = due, repeat


def _said(row: Task) -> dict[str, str | int | None]:
    """What an edit may change."""
    return {
        "title": row.title, "detail": row.detail, "kind": row.kind, "due": row.due.isoformat(),
        "assignee": row.assignee_id, "priority": row.priority, "promised_to": row.promised_to_id,
        "repeat": row.repeat,
    }  # fmt: skip


def _note(
    row: Task,
    action: str,
    by: MemberView | None,
    before: Said | None = None,
    after: Said | None = None,
    *,
    edit: bool = True,
) -> None:
    """Keep the row and write what was done into its history. What is no `edit` leaves its revision, so that a form
    that is open can still be saved."""
    row.revision += edit
    row.save()
    TaskChange.objects.create(
        task=row, changed_at=clock.now(), changed_by_id=by.id if by else None, action=action, before=dict(before or {}),
        after=dict(after or {}),
    )  # fmt: skip


def _audit(row: Task, action: str, by: MemberView | None) -> None:
    if row.assignee_id not in (None, by.id if by else None):
        record_audit(by=by, action=action, object=f"task {row.pk}", after={"assignee": row.assignee_id})
