"""Days that were asked for and are not kept yet."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class AskedDay(WorkspaceModel):
    """A day that the worker is to keep; gone once it does. `task` is the last that was handed over, at `asked_at`."""

    day = models.DateField()
    task = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "day"], name="a_day_is_asked_for_once")]
