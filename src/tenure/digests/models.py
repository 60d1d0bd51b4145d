"""When each member wants to hear what the day brings."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class DigestChoice(WorkspaceModel):
    """A member's choice; who has none gets no digest. `days` are weekdays, Monday is 0; `zone` is the workspace's where
    empty; `last_on` is the day, by her clock, of the last digest that was due."""

    member = models.OneToOneField("tenants.Member", on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(max_length=8)
    hour = models.PositiveSmallIntegerField()
    days = models.JSONField()
    weekday = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=60, blank=True)
    last_on = models.DateField(null=True)
