"""Tables of the base: outbox and leases. Neither knows a domain."""

from django.db import models


class OutboxMessage(models.Model):
    """A fact that is stated in the same transaction as the change it tells of, and delivered after."""

    workspace = models.BigIntegerField(null=True)
    fact = models.CharField(max_length=120)
    body = models.JSONField()
    stated_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(delivered_at=None), name="outbox_waiting"),
        ]


class Lease(models.Model):
    """Who may do a thing alone, until when."""

    name = models.CharField(max_length=120, unique=True)
    holder = models.CharField(max_length=120)
    fencing = models.BigIntegerField(default=1)
    until = models.DateTimeField()
