"""What people say of winning customers, and no event tells: what it cost, and which customers were referred."""

from django.db import models
from django.db.models import Q

from tenure.base.money import Money
from tenure.base.tenancy import WorkspaceModel


class AcquisitionCost(WorkspaceModel):
    """What marketing and sales cost in a month (its first day), in minor units of `currency`; of one source of
    customers, or of all that have none of their own (`source` empty)."""

    month = models.DateField()
    source = models.TextField(blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "month", "source"], name="one_cost_a_month_and_source"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cost_is_positive"),
        ]

    @property
    def amount(self) -> Money:
        """What it cost."""
        return Money(self.amount_minor, self.currency)


class ReferralSetting(WorkspaceModel):
    """By which trait of an account its source is told, and which of its values say that somebody referred it."""

    trait = models.TextField()
    values = models.JSONField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_referral_setting")]
