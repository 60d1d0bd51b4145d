"""Names under which people are known besides their external id."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Identifier(WorkspaceModel):
    """A visitor's anonymous id, or another user id, of a person. A user id is only ever joined by a server key."""

    kind = models.CharField(max_length=9, choices=[("anonymous", "Anonymous id"), ("user", "User id")])
    value = models.CharField(max_length=255)
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "kind", "value"], name="identifier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
