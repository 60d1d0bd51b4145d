"""Tasks that another product makes: rows of the API, each an upsert by the name the product has for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tenure.base.refusals import Refusal
from tenure.customers import queries as customers
from tenure.ingest.facts.contracts import Answer, Prose, Row, RowResult, Word
from tenure.ingest.facts.reading import Wrong, read_row
from tenure.tasks.actions import add_task, say_again
from tenure.tasks.contracts import Kind, NewTask, Origin, Priority
from tenure.tasks.models import Task
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Permission

MOST_ROWS = 500
_PRIORITIES = {"high": Priority.HIGH, "normal": Priority.NORMAL, "low": Priority.LOW}


class TaskRow(Row):
    """Something to do for a customer, or a promise that was made to one."""

    title: Annotated[Word, Field(min_length=1)] | None = Field(None, description="one line; needed once")
    detail: Prose | None = Field(None, description="Markdown")
    kind: Literal["task", "promise"] | None = Field(None, description="a task by default")
    due: date | None = Field(None, description="null or never sent where it has no day")
    assignee: Word | None = Field(None, description="e-mail of a member who may work; null: nobody has it")
    priority: Literal["high", "normal", "low"] | None = Field(None, description="normal by default")
    done: bool | None = Field(None, description="true once it is done; what members close stays closed")


class TaskBatch(BaseModel):
    """What is sent: up to 500 tasks. A field that is left out stays as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: tuple[TaskRow, ...] = Field(min_length=1, max_length=MOST_ROWS)


def take_in(rows: Sequence[bytes]) -> Answer:
    """Upsert tasks into the ambient workspace; sent again, they change nothing."""
    read = [read_row(raw, TaskRow) for raw in rows]
    sound = [row for row in read if isinstance(row, TaskRow)]
    accounts = customers.account_ids({row.account for row in sound if row.account})
    members = {
        member.email.casefold(): member.id
        for member in tenants.members(active_only=True)
        if member.may(Permission.WORK)
    }
    results = []
    for index, row in enumerate(read):
        found = row if isinstance(row, Wrong) else _taken(row, accounts, members)
        named = row.external_id
        if isinstance(found, Wrong):
            made = RowResult(index=index, external_id=named, result="rejected", reason=found.reason, field=found.field)
        else:
            made = RowResult(index=index, external_id=named, result=found, reason=None, field=None)
        results.append(made)
    counts = Counter(each.result for each in results)
    return Answer(
        rows_read=len(results), created=counts["created"], updated=counts["updated"], unchanged=counts["unchanged"],
        rejected=counts["rejected"], warnings={}, results=tuple(results),
    )  # fmt: skip


def _taken(
    row: TaskRow, accounts: Mapping[str, int], members: Mapping[str, int]
) -> Literal["created", "updated", "unchanged"] | Wrong:
    if row.account and row.account not in accounts:
        return Wrong("fact_wrong", "there is no account with this external id", "account")
    if row.assignee and row.assignee.casefold() not in members:
        return Wrong("fact_wrong", "there is no active member with this e-mail who may work", "assignee")
    said = _said(row, members)
    known = Task.objects.filter(origin_kind="api", origin_key=row.external_id).first()
    try:
        if known is not None:
            if row.account and accounts[row.account] != known.account_id:
                return Wrong("fact_wrong", "is of another account; a task stays with its account", "account")
            return "updated" if say_again(known.pk, said, done=row.done) else "unchanged"
        if not row.title:
            return Wrong("fact_wrong", "is missing: a new task needs one", "title")
        new = NewTask(
            account=accounts[row.account] if row.account else None,
            origin=Origin("api", row.external_id),
            **said,  # type: ignore[arg-type]
        )
        task = add_task(new, by=None)
        if row.done:
            say_again(task, {}, done=True)
    except Refusal as refusal:
        first = refusal.problems[0] if refusal.problems else None
        return Wrong("fact_wrong", first.message if first else refusal.message, first.where if first else None)
    return "created"


def _said(row: TaskRow, members: Mapping[str, int]) -> dict[str, object]:
    """The fields that the row names, as a draft has them; null clears."""
    found: dict[str, object] = {}
    for name in row.model_fields_set & {"title", "detail", "kind", "due", "assignee", "priority"}:
        value = getattr(row, name)
        match name:
            case "title" if not value:
                continue
            case "detail":
                value = value or ""
            case "kind":
                value = Kind(value or "task")
            case "assignee":
                value = members[value.casefold()] if value else None
            case "priority":
                value = _PRIORITIES[value or "normal"]
        found[name] = value
    return found
