"""What was said of segments: how large each was on each day, and whom the last told membership had."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class SegmentDay(WorkspaceModel):
    """A day that is over, for one segment: its moves are in the lake. `version` is the definition it was by."""

    segment = models.CharField(max_length=80)
    day = models.DateField()
    version = models.PositiveIntegerField()
    size = models.PositiveIntegerField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "segment", "day"], name="one_row_a_segment_day")]


class SegmentNow(WorkspaceModel):
    """The members that were last told to others: account ids, ascending, as differences in 64 bits, compressed."""

    segment = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    members = models.BinaryField()
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "segment"], name="one_row_a_segment")]
