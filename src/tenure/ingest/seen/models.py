"""Names a source was seen to send."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class SeenName(WorkspaceModel):
    """An event, a property of an event, or an attribute that a source sends.

    `looked` messages in which it could have been were looked at lately, and `present` of them had it; both are halved
    together from time to time, so that their ratio speaks of the present. `types` counts the kinds of its values.
    """

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)  # event | property | person | account
    of = models.CharField(max_length=300, blank=True)  # the event of a property
    name = models.CharField(max_length=300)
    looked = models.BigIntegerField()
    present = models.BigIntegerField()
    types = models.JSONField(default=dict)
    sample = models.CharField(max_length=120, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source", "kind", "of", "name"], name="seen_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.of} {self.name}"
