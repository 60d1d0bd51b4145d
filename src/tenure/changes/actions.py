"""Changing many accounts at once, and undoing it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tenure.base import clock, tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.changes import jobs, kinds, queries, rules
from tenure.changes.contracts import Edit
from tenure.changes.models import ChangeSet
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView


class OtherAccounts(Conflict):
    """The accounts are not those that the preview showed."""

    code = "other_accounts"


def change_accounts(*, accounts: Sequence[int], edit: Edit, mark: str, by: MemberView, on: date) -> int:
    """Change the accounts from `on`; the change set's id. `mark` is the preview's: where the accounts are others now,
    it is refused with `OtherAccounts`. Up to 1,000 are done at once, more by the worker."""
    if not accounts:
        raise Invalid("No account is selected.")
    if rules.mark(set(accounts), kinds.stored(edit)) != mark:
        raise OtherAccounts("The list has changed since you looked at it. Look at the change again.")
    kind = kinds.kind_of(edit)
    ids = list(dict.fromkeys(accounts))
    with transaction.atomic():
        row = ChangeSet(
            by_id=by.id, made_at=clock.now(), on=on, edit=kinds.stored(kind.edit), title=kind.title[:200],
            status="changing", wanted=rules.packed(ids), total=len(ids),
        )  # fmt: skip
        row.save()
        after = {"change": row.pk, "accounts": len(ids), "what": kind.title}
        record_audit(by=by, action="accounts.changed", object=f"{len(ids)} accounts", after=after)
    _go(row)
    return row.pk


def undo_change(*, change: int, by: MemberView, on: date) -> None:
    """Give the accounts of a change set back what they had, those of them that still are as it left them."""
    with transaction.atomic():
        row = _row(change)
        if row.status != "done":
            raise Conflict("This change is not done, or is undone already. Load the page again.")
        row.status, row.undone_by_id, row.undone_on, row.task = "undoing", by.id, on, ""
        row.save(update_fields=["status", "undone_by", "undone_on", "task"])
        after = {"change": row.pk, "accounts": row.total}
        record_audit(by=by, action="accounts.change_undone", object=f"{row.total} accounts", after=after)
    _go(row)


def go_on(*, change: int) -> None:
    """Let the worker go on with a change set whose work stopped."""
    if not queries.change(change).died:
        raise Conflict("This change has not stopped. Load the page again.")
    with transaction.atomic():
        row = _row(change)
    _queue(row)


def _go(row: ChangeSet) -> None:
    """At once where it is small, else by the worker."""
    if row.total <= rules.AT_ONCE:
        while jobs.step(row.pk):
            pass
    else:
        _queue(row)


def _queue(row: ChangeSet) -> None:
    queued = jobs.work.enqueue(tenancy.current_workspace_id(), row.pk)
    ChangeSet.objects.filter(pk=row.pk).update(task=queued.id)


def _row(change: int) -> ChangeSet:
    found = ChangeSet.objects.select_for_update().filter(pk=change).first()
    if found is None:
        raise NotFound("There is no such change.")
    return found
