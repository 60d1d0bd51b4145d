"""Reads of tasks."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args

from django.db.models import FETCH_RAISE, Count, Max, Q, QuerySet, Sum

from tenure.base import cursors
from tenure.base.refusals import Invalid, NotFound
from tenure.customers.queries import accounts_by_ids, members_of
from tenure.tasks.contracts import (
    ChangeView,
    Counts,
    ItemView,
    Kind,
    Origin,
    OriginKind,
    Priority,
    State,
    TaskFilter,
    TasksPage,
    TaskView,
    When,
)
from tenure.tasks.models import Task, TaskChange, TaskItem
from tenure.tasks.rules import NEVER, read_repeat
from tenure.tasks.words import said
from tenure.tenants.queries import as_of_day, here
from tenure.work.contracts import WorkType

WEEK = timedelta(days=7)
_KEY = "promise-"
_NAMES = ("assignee__user", "created_by__user", "finished_by__user", "promised_to")


def task(task: int) -> TaskView:
    """One task; refuses with `NotFound`. Three queries."""
    found = _views(Task.objects.filter(pk=task))
    if not found:
        raise NotFound("There is no such task.")
    return found[0]


def tasks(where: TaskFilter, *, cursor: str | None = None, limit: int = 50) -> TasksPage:
    """Tasks that fit: the open ones by their day, the finished newest first. Three queries."""
    rows = _narrowed(Task.objects.all(), where)
    if where.done:
        rows = rows.exclude(finished_at=None).order_by("-finished_at", "-id")
        if cursor:
            at, pk = _place(cursor, datetime.fromisoformat, int)
            rows = rows.filter(Q(finished_at__lt=at) | Q(finished_at=at, id__lt=pk), finished_at__lte=at)
    else:
        rows = rows.filter(state=State.OPEN.value).order_by("due", "priority", "id")
        if cursor:
            due, priority, pk = _place(cursor, date.fromisoformat, int, int)
            after = Q(due__gt=due) | Q(due=due, priority__gt=priority) | Q(due=due, priority=priority, id__gt=pk)
            rows = rows.filter(after, due__gte=due)
    found = _views(rows[: limit + 1])
    shown = tuple(found[:limit])
    return TasksPage(shown, _cursor(shown[-1], done=where.done) if len(found) > limit else None)


def tally(where: TaskFilter) -> dict[str, int]:
    """How many open tasks there are of each `when`, and under "" of all, whatever the filter's own. One query."""
    rows = _narrowed(Task.objects.filter(state=State.OPEN.value), replace(where, when=None))
    whens: tuple[When, ...] = get_args(When.__value__)
    found = rows.order_by().aggregate(
        open=Count("id"), **{when: Count("id", filter=_due(when, where.today)) for when in whens}
    )
    return {"": found.pop("open"), **found}


def open_of_account(account: int, *, limit: int = 200) -> list[TaskView]:
    """What is open of the account and those merged into it, by day. Three queries, besides that for merges."""
    return _views(_of_account(account).filter(state=State.OPEN.value).order_by("due", "priority", "id")[:limit])


def finished_of_account(account: int, *, limit: int = 50) -> list[TaskView]:
    """What was done or dropped last. Three queries, besides that for merges."""
    rows = _of_account(account).exclude(finished_at=None).order_by("-finished_at", "-id")
    return _views(rows[:limit])


def promises_of_account(account: int, *, open_only: bool = True, limit: int = 200) -> list[TaskView]:
    """What we promised the account: the open ones by day, then the others, newest first. Three queries, besides that
    for merges."""
    rows = _of_account(account).filter(kind=Kind.PROMISE.value)
    rows = rows.filter(state=State.OPEN.value) if open_only else rows
    return _views(rows.order_by("-state", "due", "-finished_at", "id")[:limit])


def settled_promises(account: int, *, before: tuple[datetime, str], limit: int) -> list[TaskView]:
    """Promises that were kept or broken, newest first, strictly older than `before`: a moment and the key of anything
    in the same stream, where theirs is `key_of`. Three queries, besides that for merges."""
    at, key = before
    number = key.removeprefix(_KEY)
    older = Q(finished_at__lt=at)
    if key.startswith(_KEY) and number.isdigit():
        older |= Q(finished_at=at, id__lt=int(number))
    elif key > _KEY:
        older |= Q(finished_at=at)
    rows = _of_account(account).filter(older, kind=Kind.PROMISE.value)
    return _views(rows.order_by("-finished_at", "-id")[:limit])


def key_of(promise: TaskView) -> str:
    """Where a promise stands among other things of a timeline of one moment."""
    return f"{_KEY}{promise.id:019d}"


def due_of_member(member: int, until: date, *, limit: int = 200) -> list[TaskView]:
    """A member's open tasks that are due by the day (it is included), the longest due first. Three queries."""
    rows = Task.objects.filter(assignee=member, state=State.OPEN.value, due__lte=until)
    return _views(rows.order_by("due", "priority", "id")[:limit])


def counts_of_members() -> dict[int, Counts]:
    """What each member has to do, by her id; who has nothing is left out. One query."""
    today = as_of_day(here())
    rows = (
        Task.objects.filter(state=State.OPEN.value, assignee__isnull=False)
        .order_by()
        .values("assignee")
        .annotate(
            open=Count("assignee"),
            overdue=Count("assignee", filter=Q(due__lt=today)),
            week=Count("assignee", filter=Q(due__gte=today, due__lt=today + WEEK)),
            promises=Count("assignee", filter=Q(kind=Kind.PROMISE.value)),
        )
    )
    return {row["assignee"]: Counts(row["open"], row["overdue"], row["week"], row["promises"]) for row in rows}


def of_origin(kind: OriginKind, keys: Collection[str]) -> dict[str, TaskView]:
    """The newest task of each of these origins. Three queries."""
    rows = Task.objects.filter(origin_kind=kind, origin_key__in=list(keys)).order_by("id")
    return {view.origin.key: view for view in _views(rows)}


def of_note(entry: int) -> list[TaskView]:
    """The tasks that lines of an entry made, in the order they were made. Three queries."""
    rows = Task.objects.filter(origin_kind="note", origin_key__startswith=f"{entry}:")
    return _views(rows.order_by("id"))


def items(task: int) -> list[ItemView]:
    """The lines of its checklist. One query."""
    rows = TaskItem.objects.filter(task=task).select_related("done_by__user").order_by("place", "id")
    return [
        ItemView(row.pk, row.text, row.done_at is not None, str(row.done_by) if row.done_by else "") for row in rows
    ]


def history(task: int, *, limit: int = 100) -> list[ChangeView]:
    """What was done to it, newest first. One query, up to two for names."""
    rows = list(
        TaskChange.objects.filter(task=task).select_related("changed_by__user").order_by("-changed_at", "-id")[:limit]
    )
    told = said([(row.before, row.after) for row in rows])
    return [
        ChangeView(row.changed_at, str(row.changed_by) if row.changed_by else "", row.action, changes)
        for row, changes in zip(rows, told, strict=True)
    ]


def mark(account: int) -> str:
    """Another text whenever a task of the account was made, changed or finished. One query, besides that for merges."""
    return repr(sorted(_of_account(account).aggregate(Count("id"), Max("id"), Sum("revision")).items()))


def _of_account(account: int) -> QuerySet[Task]:
    return Task.objects.filter(account__in=members_of("account", account) or (account,))


def _narrowed(rows: QuerySet[Task], where: TaskFilter) -> QuerySet[Task]:
    if where.assignees is not None:
        # One is said as one, so that the index also gives the order.
        one = where.assignees[0] if len(where.assignees) == 1 else None
        rows = rows.filter(assignee=one) if one is not None else rows.filter(assignee__in=where.assignees)
    if where.kind:
        rows = rows.filter(kind=where.kind.value)
    return rows.filter(_due(where.when, where.today)) if where.when else rows


def _due(when: When, today: date) -> Q:
    match when:
        case "overdue":
            return Q(due__lt=today)
        case "today":
            return Q(due=today)
        case "week":
            return Q(due__gte=today, due__lt=today + WEEK)
        case "later":
            return Q(due__gte=today + WEEK, due__lt=NEVER)
        case "undated":
            return Q(due=NEVER)


def _views(rows: QuerySet[Task]) -> list[TaskView]:
    found = list(rows.select_related(*_NAMES).fetch_mode(FETCH_RAISE))
    accounts = accounts_by_ids([*{row.account_id for row in found if row.account_id}]) if found else {}
    lines = TaskItem.objects.filter(task__in=[row.pk for row in found]).order_by().values("task")
    counted = {row["task"]: row for row in lines.annotate(all=Count("id"), done=Count("done_at"))} if found else {}
    return [
        replace(_view(row, accounts[row.account_id].name if row.account_id in accounts else ""),
                items=of["all"], items_done=of["done"])
        if (of := counted.get(row.pk))
        else _view(row, accounts[row.account_id].name if row.account_id in accounts else "")
        for row in found
    ]  # fmt: skip


def _view(row: Task, account: str) -> TaskView:
    return TaskView(
        id=row.pk,
        account_id=row.account_id,
        account=account,
        title=row.title,
        detail=row.detail,
        kind=Kind(row.kind),
        state=State(row.state),
        priority=Priority(row.priority),
        due=None if row.due == NEVER else row.due,
        assignee_id=row.assignee_id,
        assignee=str(row.assignee) if row.assignee else "",
        promised_to_id=row.promised_to_id,
        promised_to=(row.promised_to.name or row.promised_to.email) if row.promised_to else "",
        origin=Origin(row.origin_kind, row.origin_key),  # type: ignore[arg-type]
        repeat=read_repeat(row.repeat),
        created_at=row.created_at,
        created_by_id=row.created_by_id,
        created_by=str(row.created_by) if row.created_by else "",
        finished_at=row.finished_at,
        finished_by=str(row.finished_by) if row.finished_by else "",
        finished_on=row.finished_on,
        reason=row.reason,
        minutes=row.minutes,
        work_type=WorkType(row.work_type) if row.work_type else None,
        revision=row.revision,
    )


def _cursor(last: TaskView, *, done: bool) -> str:
    if done and last.finished_at:
        return cursors.encode([last.finished_at.isoformat(), last.id])
    return cursors.encode([(last.due or NEVER).isoformat(), int(last.priority), last.id])


def _place(cursor: str, *read: type | object) -> Sequence[object]:
    values = cursors.decode(cursor)
    if len(values) != len(read):
        raise Invalid("This page link belongs to another list. Open the list again from its start.")
    return [each(value) for each, value in zip(read, values, strict=True)]  # type: ignore[operator]
