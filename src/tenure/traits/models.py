"""What members said of traits and is not in the lake yet, and the tags there are for accounts."""

from django.db import models
from django.db.models.functions import Lower

from tenure.base.tenancy import WorkspaceModel


class SaidTrait(WorkspaceModel):
    """A trait that a member changed, on its way into the lake: kept in the transaction that changed it, claimed by a
    run of the writer, `written` once that run is in the log, deleted a cycle later, when the current state has it too.
    `value` is JSON, None where the trait was cleared."""

    entity = models.CharField(max_length=10)
    subject = models.BigIntegerField()
    key = models.CharField(max_length=200)
    value = models.TextField(null=True)
    at = models.DateTimeField()
    day = models.DateField()
    by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    run = models.PositiveBigIntegerField(null=True)
    written = models.BooleanField(default=False)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["entity", "subject"], name="said_of_a_subject")]


class AccountTag(WorkspaceModel):
    """A word of the workspace's own to tell accounts apart by."""

    name = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="account_tag_once_a_workspace")]
