"""Alerts, what became of them, and what is kept of their rules between two cycles."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tenure.base.tenancy import WorkspaceModel


class Alert(WorkspaceModel):
    """A rule's claim about an account, or about a source (`subject`), until somebody says what came of it.

    `state`: `open` in the inbox; `held` in the digest, over the day's budget; `snoozed` until a day; `closed`. At most
    one that is not closed for an account (or subject), type and reason. `value_minor` is what ranks it:
    `mrr_minor` × 12 × `chance` × `urgency`. `holds`: its cause was still there on `last_seen_on`.
    """

    STANDING = ("open", "held", "snoozed")
    STATES = [("open", "Open"), ("held", "In the digest"), ("snoozed", "Snoozed"), ("closed", "Closed")]

    account = models.ForeignKey("customers.Account", null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=120, blank=True)
    rule = models.CharField(max_length=80)
    rule_version = models.PositiveIntegerField()
    type = models.CharField(max_length=12)
    reason = models.CharField(max_length=120)
    priority = models.CharField(max_length=8)
    owner = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    for_admins = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=STATES)
    holds = models.BooleanField(default=True)
    due_on = models.DateField()
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    last_seen_on = models.DateField()
    times_seen = models.PositiveIntegerField(default=1)
    evidence = models.JSONField(default=list)
    mrr_minor = models.BigIntegerField(default=0)
    mrr_known = models.BooleanField(default=True)
    chance = models.FloatField()
    urgency = models.FloatField()
    value_minor = models.BigIntegerField()
    ranked_on = models.DateField()
    snoozed_until = models.DateField(null=True)
    snooze_reason = models.CharField(max_length=200, blank=True)
    task = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "type", "reason"],
                condition=~Q(state="closed") & Q(account__isnull=False),
                name="one_alert_a_cause",
            ),
            models.UniqueConstraint(
                fields=["workspace", "subject", "type", "reason"],
                condition=~Q(state="closed") & Q(account__isnull=True),
                name="one_alert_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, outcome="")),
                name="alert_closed_with_time",
            ),
        ]
        indexes = [
            models.Index("workspace", "owner", "state", models.F("value_minor").desc(), "id", name="alert_queue"),
            models.Index(fields=["workspace", "account", "state"], name="alert_of_account"),
            models.Index(fields=["workspace", "rule", "state", "outcome"], name="alert_of_rule"),
            models.Index(fields=["workspace", "owner", "opened_on"], name="alert_of_day"),
            # What the team's home asks of all alerts, each answered by its index alone.
            models.Index(fields=["workspace", "-value_minor", "id", "opened_on"], name="alert_open_by_worth",
                         condition=Q(state="open", for_admins=False)),
            models.Index(fields=["workspace", "owner", "value_minor"], name="alert_open_by_owner",
                         condition=Q(state="open")),
            models.Index(fields=["workspace", "opened_on", "rule", "closed_by", "outcome", "opened_at", "closed_at"],
                         name="alert_closed_by_day", condition=Q(state="closed")),
        ]  # fmt: skip


class AlertChange(WorkspaceModel):
    """What somebody did with an alert: with how it was `before` and `after`, so that it can be taken back. `batch` is
    one for all that were changed at once."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="changes")
    batch = models.CharField(max_length=32)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    revision = models.PositiveIntegerField()
    entry = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "batch"], name="alert_change_batch")]


class RuleNow(WorkspaceModel):
    """Whom a rule's condition last held for, and the one before it: account ids as `rules.packed` writes them. `mark`
    is what the conditions were made from; `state_at` the current state they were computed on."""

    rule = models.CharField(max_length=80)
    mark = models.CharField(max_length=64)
    members = models.BinaryField()
    before = models.BinaryField(null=True)
    state_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "rule"], name="one_row_a_rule")]


class Mute(WorkspaceModel):
    """A rule that opens no alerts from `since` until `until` (that day included)."""

    rule = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "rule"], condition=Q(ended_at=None), name="one_mute_a_rule")
        ]


class Dismissal(WorkspaceModel):
    """Somebody let a rule go on that was proposed for muting, when so many of its alerts were `closed`."""

    rule = models.CharField(max_length=80)
    closed = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "rule"], name="dismissal_of_rule")]


class AlertSetting(WorkspaceModel):
    """How many alerts a member gets on a day at the most."""

    budget = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_alert_setting")]


class Trial(WorkspaceModel):
    """A rule as somebody wrote it, tried on the past before it is in force; `key` is empty for a new one."""

    key = models.CharField(max_length=80, blank=True)
    body = models.JSONField()
    asked_at = models.DateTimeField()
    by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    found = models.JSONField(null=True)
    refused = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "key"], name="trial_of_rule")]
