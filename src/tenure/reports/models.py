"""What metrics are held against, who answers for them, and what each month was reported as."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class MetricGoal(WorkspaceModel):
    """A metric's target and owner; both may be empty. `revision` grows with each change."""

    metric = models.CharField(max_length=40)
    target = models.FloatField(null=True)
    owner = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, related_name="+", null=True)
    by = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "metric"], name="one_goal_a_metric")]


class Snapshot(WorkspaceModel):
    """A metric at the end of a month, as it was known on the day `as_of` when the month was over: written once. Money
    is in minor units."""

    month = models.DateField()
    metric = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    as_of = models.DateField()
    made_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "month", "metric"], name="one_snapshot_a_month")]
