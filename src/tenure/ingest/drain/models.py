"""Tables of the drain: how far it is, what waits, what was refused, and what each source sent."""

from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class DrainState(WorkspaceModel):
    """How far the drain of a workspace is. `run` > `done`: run number `run` was begun and has to be repeated.

    `summary` holds what the run will count, written before its events are appended.
    """

    run = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    fencing = models.BigIntegerField(default=0)
    summary = models.BinaryField(default=b"")
    swept_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_drain")]


class PendingTraits(WorkspaceModel):
    """Changes of attributes, written with the attributes themselves, on their way to the lake."""

    run = models.BigIntegerField()
    body = models.BinaryField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["workspace", "run"], name="traits_of_run")]


class ParkedEvent(WorkspaceModel):
    """An event that belongs to no account yet. `run` parked it; `claimed` is the run that takes it out."""

    run = models.BigIntegerField()
    claimed = models.BigIntegerField(null=True)
    reason = models.CharField(
        max_length=20,
        choices=[("no_account", "No account"), ("ambiguous_account", "Several accounts")],
    )
    source = models.CharField(max_length=60)
    person = models.BigIntegerField(null=True)
    anonymous_id = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=300)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_day = models.DateField()
    body = models.BinaryField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["workspace", "person"], name="parked_of_person"),
            models.Index(fields=["workspace", "anonymous_id"], name="parked_of_visitor"),
            models.Index(fields=["workspace", "received_day"], name="parked_by_age"),
            models.Index(fields=["workspace", "run"], name="parked_by_run"),
            models.Index(fields=["workspace", "claimed"], name="parked_claimed", condition=~models.Q(claimed=None)),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class EventReject(WorkspaceModel):
    """An event, or with `partial` a part of one, that was not taken. `raw` is the event, at most 4 kB."""

    run = models.BigIntegerField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=60)
    trust = models.CharField(max_length=8)
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=60)
    path = models.CharField(max_length=300, blank=True)
    detail = models.TextField()
    raw = models.BinaryField()
    partial = models.BooleanField(default=False)
    replayed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-id"], name="event_rejects_newest"),
            models.Index(fields=["workspace", "reason", "-id"], name="event_rejects_of_reason"),
            models.Index(fields=["workspace", "run"], name="event_rejects_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason} {self.path}"


class SourceHour(WorkspaceModel):
    """What a source sent in an hour (of receipt, UTC), and what became of it."""

    source = models.CharField(max_length=60)
    hour = models.DateTimeField()
    messages = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    parked = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source", "hour"], name="source_hour_once"),
        ]


class SourceNow(WorkspaceModel):
    """A source as it is now: when something came last, how late it was taken in, and its newest events."""

    source = models.CharField(max_length=60)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    lag_ms = models.BigIntegerField(default=0)
    newest = models.JSONField(default=list)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "source"], name="source_now_once")]
