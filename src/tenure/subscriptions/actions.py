"""Writes to subscriptions: exchange rates. Everything else of this domain is derived from the log."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.db import transaction

from tenure.base import past
from tenure.base.refusals import Invalid
from tenure.subscriptions import rates as files
from tenure.subscriptions.contracts import Rate
from tenure.subscriptions.models import Derivation, ExchangeRate
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import here


@transaction.atomic
def set_rates(*, rates: Sequence[Rate], by: MemberView | None) -> None:
    """Add rates, or correct those of the same day; the ledger is derived anew in the next cycle.

    Of two rates for one day the last counts.
    """
    wrong = list(files.problems(rates))
    if wrong:
        raise Invalid("No rate was set: correct those that are wrong.", wrong)
    last = {(each.currency.upper(), each.day): each.rate for each in rates}
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency=currency, day=day, rate=rate) for (currency, day), rate in last.items()],
        update_conflicts=True,
        unique_fields=["workspace", "currency", "day"],
        update_fields=["rate"],
    )
    Derivation.objects.all().delete()
    transaction.on_commit(partial(past.drop_all, here().slug))  # what was converted at other rates
    record_audit(
        by=by,
        action="rates.set",
        object=", ".join(sorted({currency for currency, _ in last})),
        after={f"{currency} {day}": str(rate) for (currency, day), rate in last.items()},
    )


def import_rates(path: Path, *, by: MemberView | None) -> int:
    """Set the rates of a CSV file with the columns currency, day, rate, all or none; how many those are."""
    rates = files.read_rates(path)
    if not rates:
        raise Invalid(f"{path.name} has no rates in it.")
    set_rates(rates=rates, by=by)
    return len(rates)
