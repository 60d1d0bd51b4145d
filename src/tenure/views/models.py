"""Saved views, and which of them a member's list opens with."""

from django.db import models
from django.db.models import Q

from tenure.base.tenancy import WorkspaceModel


class View(WorkspaceModel):
    """A list with a name: its owner's, or the team's."""

    entity = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    listed = models.JSONField()
    owner = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name")]
        indexes = [models.Index(fields=["workspace", "entity"], name="views_of_workspace")]


class Home(WorkspaceModel):
    """The view that a member's list of an entity opens with."""

    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    entity = models.CharField(max_length=12)
    view = models.ForeignKey(View, on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["member", "entity"], name="one_home_a_member")]
