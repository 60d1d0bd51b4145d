"""Writes to subscriptions: exchange rates. Everything else of this domain is derived from the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from tenure.base.refusals import Invalid, Problem
from tenure.subscriptions.models import Derivation, ExchangeRate
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` is worth `rate` units of the workspace's, from `day` until its next rate."""

    currency: str
    day: date
    rate: Decimal


@transaction.atomic
def set_rates(*, rates: Sequence[Rate], by: MemberView | None) -> None:
    """Add rates, or correct those of the same day; the ledger is derived anew in the next cycle."""
    wrong = [
        Problem(f"{each.rate} is not a rate above 0 of a currency such as EUR", f"{each.currency} {each.day}")
        for each in rates
        if each.rate <= 0 or len(each.currency) != 3 or not each.currency.isalpha()
    ]
    if wrong:
        raise Invalid("No rate was set: correct those that are wrong.", wrong)
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency=each.currency.upper(), day=each.day, rate=each.rate) for each in rates],
        update_conflicts=True,
        unique_fields=["workspace", "currency", "day"],
        update_fields=["rate"],
    )
    Derivation.objects.all().delete()
    record_audit(
        by=by,
        action="rates.set",
        object=", ".join(sorted({each.currency.upper() for each in rates})),
        after={f"{each.currency.upper()} {each.day}": str(each.rate) for each in rates},
    )
