"""Silences of sources."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Silence(WorkspaceModel):
    """A source that sent nothing though it always had by then, from its last message until it was heard again."""

    source = models.CharField(max_length=60)
    since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source", "since"], name="silence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: silent since {self.since}"
