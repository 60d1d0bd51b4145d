"""Copies for pages of what is derived from the log, and the exchange rates. `tenure.subscriptions.jobs` writes them."""

from django.db import models
from django.db.models import F, Q

from tenure.base.tenancy import WorkspaceModel


class _Terms(models.Model):
    """What holds of a subscription over a stretch of days; money in minor units of `currency` a month."""

    plan = models.TextField(blank=True)
    product = models.TextField(blank=True)
    seats = models.BigIntegerField(null=True)
    packs = models.BigIntegerField(null=True)
    pack_size = models.BigIntegerField(null=True)
    mrr_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    is_trial = models.BooleanField()
    billing = models.CharField(max_length=20, blank=True)
    auto_renew = models.BooleanField(null=True)
    term_end = models.DateField(null=True)
    notice_period = models.BigIntegerField(null=True)
    notice_unit = models.CharField(max_length=6, blank=True, default="")

    class Meta:
        abstract = True


class Subscription(WorkspaceModel, _Terms):
    """A subscription with its latest terms; `ended_on` is the first day on which it is not in force."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    external_id = models.TextField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    renewal_on = models.DateField(null=True)
    notice_on = models.DateField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="subscription_once"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "renewal_on", "id", "ended_on", "is_trial"], name="subscriptions_by_renewal"
            ),
            models.Index(
                fields=["workspace", "notice_on", "id", "ended_on", "is_trial"], name="subscriptions_by_notice"
            ),
            models.Index(
                fields=["workspace", "currency", "mrr_minor", "id", "ended_on", "is_trial"],
                name="subscriptions_by_mrr",
            ),
            models.Index(fields=["workspace", "plan", "currency"], name="subscriptions_by_plan"),
            models.Index(fields=["workspace", "ended_on", "is_trial"], name="subscriptions_by_state"),
        ]


class Period(WorkspaceModel, _Terms):
    """A stretch of days in which a subscription did not change: valid_from <= day < valid_to."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    subscription = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "subscription", "valid_from"], name="period_once"),
        ]


class ComingChange(WorkspaceModel):
    """What is known to become of a subscription next, on `day`: these terms, or its end. Money in `currency`."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    subscription = models.TextField()
    day = models.DateField()
    ends = models.BooleanField()
    plan = models.TextField(blank=True)
    product = models.TextField(blank=True)
    seats = models.BigIntegerField(null=True)
    mrr_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "subscription"], name="one_coming_change"),
        ]


class Movement(WorkspaceModel):
    """How an account's MRR moved in a month (its first day), in minor units of the workspace's currency. Expansion and
    contraction are split into what they are by."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    opening_minor = models.BigIntegerField()
    new_minor = models.BigIntegerField()
    expansion_minor = models.BigIntegerField()
    contraction_minor = models.BigIntegerField()
    churn_minor = models.BigIntegerField()
    reactivation_minor = models.BigIntegerField()
    fx_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    by_price_minor = models.BigIntegerField(default=0)
    by_seats_minor = models.BigIntegerField(default=0)
    by_plan_minor = models.BigIntegerField(default=0)
    by_product_minor = models.BigIntegerField(default=0)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="movement_once"),
            models.CheckConstraint(
                condition=Q(
                    closing_minor=F("opening_minor")
                    + F("new_minor")
                    + F("expansion_minor")
                    + F("contraction_minor")
                    + F("churn_minor")
                    + F("reactivation_minor")
                    + F("fx_minor")
                ),
                name="movements_add_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    expansion_minor=F("by_price_minor")
                    + F("by_seats_minor")
                    + F("by_plan_minor")
                    + F("by_product_minor")
                    - F("contraction_minor")
                ),
                name="split_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "month"], name="movements_by_month")]


class Invoice(WorkspaceModel):
    """An invoice, with the day it was paid on, what was given back of it, and how a dispute of it stands."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    external_id = models.TextField()
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    returned_minor = models.BigIntegerField(null=True)
    dispute = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "external_id"], name="invoice_once")]


class ExchangeRate(WorkspaceModel):
    """What one unit of a currency is worth in the workspace's, from `day` until the next rate."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=9)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "currency", "day"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]


class Derivation(WorkspaceModel):
    """How far the copies follow the log: the version of its events, and the day they were made as of."""

    version = models.BigIntegerField()
    as_of = models.DateField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_derivation")]
