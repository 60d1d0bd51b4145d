"""Tables of facts over HTTP: what was said of each fact so far, and the answers that can be given again."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class StatedFact(WorkspaceModel):
    """All that was said of one fact: what a row leaves out is taken from here. The log holds what it means.

    `part` tells the changes of a subscription apart (the day from which they hold).
    """

    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=200)
    part = models.CharField(max_length=10, default="", blank=True)
    said = models.JSONField()
    changed_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "kind", "external_id", "part"], name="stated_fact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class FactsRequest(WorkspaceModel):
    """A request with an Idempotency-Key. Without an answer it is being worked at, until `until` at the latest."""

    key = models.CharField(max_length=255)
    digest = models.BinaryField()
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    answer = models.BinaryField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="facts_request_once")]
        indexes: ClassVar = [models.Index(fields=["workspace", "started_at"], name="facts_requests_by_age")]

    def __str__(self) -> str:
        return self.key
