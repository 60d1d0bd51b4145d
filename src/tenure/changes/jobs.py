"""The work of a change set, in steps of at most 1,000 accounts: each is a transaction that also notes how far it is, so
that a second run goes on where the first stopped."""

from collections import Counter

from django.db import transaction
from django.tasks import task

from tenure.base import tenancy
from tenure.changes import rules
from tenure.changes.kinds import begun
from tenure.changes.models import ChangedAccount, ChangeSet
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id


@task
def work(workspace: int, change: int) -> None:
    """Change or undo, to the end."""
    with tenancy.workspace(workspace):
        while step(change):
            pass


@transaction.atomic
def step(change: int) -> bool:
    """Do the next accounts; whether there was anything to do."""
    row = ChangeSet.objects.select_for_update().get(pk=change)
    if row.status == "changing":
        return _change(row)
    if row.status == "undoing":
        return _undo(row)
    return False


def _change(row: ChangeSet) -> bool:
    ids = rules.unpacked(row.wanted)[row.done : row.done + rules.AT_ONCE]
    outcomes = begun(row.edit).make(ids, by=_member(row.by_id), on=row.on)
    ChangedAccount.objects.bulk_create(
        ChangedAccount(change=row, account=each.account, before=each.before, outcome=each.outcome, reason=each.reason)
        for each in outcomes
        if each.outcome != "same"
    )
    row.done += len(ids)
    counts = Counter(each.outcome for each in outcomes)
    row.changed, row.same, row.refused = (
        row.changed + counts["changed"], row.same + counts["same"], row.refused + counts["refused"],
    )  # fmt: skip
    if row.done >= row.total:
        row.status = "done"
    row.save(update_fields=["done", "changed", "same", "refused", "status"])
    return True


def _undo(row: ChangeSet) -> bool:
    rows = ChangedAccount.objects.filter(change=row, outcome="changed").order_by("pk")[: rules.AT_ONCE]
    found = {each.account: each for each in rows}
    if not found:
        row.status = "undone"
        row.save(update_fields=["status"])
        return False
    assert row.undone_by_id is not None
    assert row.undone_on is not None
    before = {account: each.before for account, each in found.items()}
    outcomes = begun(row.edit).undo(before, by=_member(row.undone_by_id), on=row.undone_on)
    for each in outcomes:
        one = found[each.account]
        one.outcome, one.reason = ("kept", each.reason) if each.outcome == "refused" else ("undone", "")
    ChangedAccount.objects.bulk_update(found.values(), ["outcome", "reason"], batch_size=200)
    counts = Counter(each.outcome for each in found.values())
    row.undone, row.kept = row.undone + counts["undone"], row.kept + counts["kept"]
    row.save(update_fields=["undone", "kept"])
    return True


def _member(member: int) -> MemberView:
    return members_by_id([member])[member]
