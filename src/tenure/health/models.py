"""Scores set by hand, pulses, records and reviews. Computed scores live in the lake and the current-state file."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Override(WorkspaceModel):
    """A member's word on one account's score, with a reason, from a day until a day (both included).

    Never rewritten: to end one early is a fact of its own, and who ended it is in the audit trail.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="score_overrides")
    value = models.FloatField()
    reason = models.TextField()
    author = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gte=0, value__lte=100), name="override_within_0_100"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="override_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-since"], name="overrides_of_account"),
            models.Index(fields=["workspace", "until"], name="overrides_by_end"),
            models.Index(fields=["workspace", "-since", "-id"], name="overrides_newest"),
        ]


class Pulse(WorkspaceModel):
    """What a member thinks of an account, on a level of 1 (severe risk) to 6 (extremely satisfied), from the day it was
    given until a day (both included), or until the next one. Never rewritten and never ended."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="pulses")
    level = models.PositiveSmallIntegerField()
    note = models.TextField()
    author = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    until = models.DateField()
    made_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=6), name="pulse_within_1_6"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("day")), name="pulse_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-day", "-id"], name="pulses_of_account"),
            models.Index(fields=["workspace", "-day", "-id"], name="pulses_newest"),
        ]


class BackTest(WorkspaceModel):
    """What a version of a scorecard was worth on the past, by what was known on a day. `record` is a
    `backtest.Record`; without one `refused` says why, and while neither is there it is under way since `asked_at`."""

    scorecard = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16)
    horizon = models.PositiveSmallIntegerField()
    known = models.DateField()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    record = models.JSONField(null=True)
    measures = models.JSONField(default=list)
    refused = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "scorecard", "version", "outcome", "horizon", "known"], name="backtest_once"
            )
        ]


class MissReview(WorkspaceModel):
    """An account that left although its score was in the best band on `day`, `backtest.BEFORE` days before: a question
    that somebody answers. `facts` is what the measures said on that day."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="miss_reviews")
    left_on = models.DateField()
    day = models.DateField()
    score = models.FloatField()
    band = models.CharField(max_length=64)
    scorecard = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=32, blank=True)
    note = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account", "left_on"], name="one_review_a_departure")
        ]
        indexes = [models.Index(fields=["workspace", "-left_on", "-id"], name="miss_reviews_newest")]
