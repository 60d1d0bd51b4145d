"""Change sets: one change that a member made to many accounts, and what became of each."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class ChangeSet(WorkspaceModel):
    """The accounts of `wanted` (`rules.packed`) are changed by `edit` (`kinds.stored`), which `title` says in words.
    `done` of them are through; the counts are of their outcomes so far."""

    by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    on = models.DateField()
    edit = models.JSONField()
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10)
    task = models.CharField(max_length=64, blank=True)
    wanted = models.BinaryField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    undone_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.PROTECT, related_name="+")
    undone_on = models.DateField(null=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "-id"], name="changes_newest_first")]


class ChangedAccount(WorkspaceModel):
    """An account that was changed or refused, and later perhaps undone or kept, with what it had `before` and why it
    was refused or kept. Those that had the value already are only counted."""

    change = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="accounts")
    account = models.BigIntegerField()
    before = models.JSONField(null=True)
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["change", "account"], name="account_once_in_change")]
        indexes = [models.Index(fields=["change", "outcome", "id"], name="changed_by_outcome")]
