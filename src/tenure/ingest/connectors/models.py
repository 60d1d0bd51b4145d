"""Tables of connectors: how each is reached, what came, and the states of its objects."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Connector(WorkspaceModel):
    """An account of another product that speaks to this workspace. `secrets` and `api_key` are sealed (`base.vault`).

    `token` is the part of the webhook's address that nobody guesses. `edition` counts changes by hand.
    """

    kind = models.CharField(max_length=20, choices=[("stripe", "Stripe")])
    source = models.CharField(max_length=60)
    token = models.CharField(max_length=60, unique=True)
    secrets = models.JSONField(default=list)
    api_key = models.TextField(blank=True)
    account_key = models.CharField(max_length=40, default="account_id")
    edition = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)
    refusal = models.TextField(blank=True)
    fill_task = models.CharField(max_length=40, blank=True)
    fill_status = models.CharField(
        max_length=10,
        default="never",
        choices=[(name, name.capitalize()) for name in ("never", "running", "done", "failed")],
    )
    fill_step = models.CharField(max_length=40, blank=True)
    fill_after = models.CharField(max_length=80, blank=True)
    fill_counts = models.JSONField(default=dict)
    fill_problem = models.TextField(blank=True)
    filled_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source"], name="connector_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source}"


class ConnectorEvent(WorkspaceModel):
    """An event that was acknowledged. Its body is kept until it was taken; with a `problem`, as long as the row."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="events")
    external_id = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    body = models.BinaryField()
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10,
        default="waiting",
        choices=[(name, name.capitalize()) for name in ("waiting", "taken", "ignored", "refused")],
    )
    problem = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connector", "external_id"], name="connector_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "outcome", "id"], name="connector_events_waiting"),
            models.Index(fields=["connector", "received_at"], name="connector_events_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"


class ConnectorState(WorkspaceModel):
    """What an object was at a moment (`at`, seconds since 1970; `rank` within it). `said`: JSON of what is kept."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="states")
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    parent = models.CharField(max_length=200, blank=True)
    at = models.BigIntegerField()
    rank = models.SmallIntegerField()
    digest = models.CharField(max_length=24)
    before = models.CharField(max_length=24, blank=True)
    said = models.TextField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connector", "kind", "external_id", "at", "rank", "digest"], name="connector_state_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["connector", "kind", "parent"], name="connector_states_of_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"
