"""Tables of the base: outbox, leases, mails. None knows a domain."""

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


class Mail(models.Model):
    """A mail to one address, written in the transaction of what it tells of, and sent once. What it said is not kept
    longer than it takes to send it."""

    workspace = models.BigIntegerField()
    key = models.CharField(max_length=200)
    to = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    unsubscribe = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="mail_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(sent_at=None), name="mail_waiting"),
            models.Index(fields=["sent_at"], condition=models.Q(sent_at__isnull=False), name="mail_sent"),
        ]
