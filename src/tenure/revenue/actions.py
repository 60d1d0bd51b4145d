"""Writes of revenue: what winning customers cost, and what counts as a referral."""

from collections.abc import Sequence

from django.db import transaction

from tenure.base.refusals import Conflict, Invalid, Problem
from tenure.revenue.costs import Cost, read_file
from tenure.revenue.models import AcquisitionCost, ReferralSetting
from tenure.subscriptions.queries import converter
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import here

LONGEST, MOST_VALUES = 200, 20


class CostChanged(Conflict):
    """Somebody wrote another amount since the form was opened."""

    code = "cost_changed"


@transaction.atomic
def keep_cost(*, cost: Cost, began: str, by: MemberView) -> None:
    """Write the cost of a month and source, or take it away with an amount of 0. `began` is what stood there when the
    form was opened ("1200.00 USD", "" for nothing); what was written meanwhile is not overwritten."""
    row = AcquisitionCost.objects.select_for_update().filter(month=cost.month, source__iexact=cost.source).first()
    now = str(row.amount) if row else ""
    if now != began.strip():
        where = f"{cost.month:%B %Y}{f', {cost.source}' if cost.source else ''}"
        raise CostChanged(
            f"{where}: {now or 'nothing'} stands there, which this form did not know. Open it by “Change” and write"
            " your amount again."
        )
    _keep([cost], by=by)


@transaction.atomic
def import_costs(*, text: str, by: MemberView | None) -> int:
    """The costs of a CSV, all or none, in place of those of the same months and sources; how many those are."""
    found = read_file(text)
    _keep(found, by=by)
    return len(found)


def _keep(costs: Sequence[Cost], *, by: MemberView | None) -> None:
    _refuse_without_rate(costs)
    months = {each.month for each in costs}
    standing = {(row.month, row.source.casefold()): row for row in AcquisitionCost.objects.filter(month__in=months)}
    pairs = [(each, standing.get((each.month, each.source.casefold()))) for each in costs]
    AcquisitionCost.objects.filter(pk__in=[row.pk for each, row in pairs if row and not each.amount.minor]).delete()
    AcquisitionCost.objects.bulk_create(
        [
            AcquisitionCost(
                month=each.month, source=row.source if row else each.source, amount_minor=each.amount.minor,
                currency=each.amount.currency,
            )
            for each, row in pairs
            if each.amount.minor
        ],
        update_conflicts=True, unique_fields=["workspace", "month", "source"],
        update_fields=["amount_minor", "currency"],
    )  # fmt: skip
    before = {_named(each): str(row.amount) for each, row in pairs if row}
    after = {_named(each): str(each.amount) for each, _ in pairs if each.amount.minor}
    changed = sorted({*before, *after})
    record_audit(by=by, action="acquisition_costs.set", object=", ".join(changed[:20]), before=before, after=after)


def _refuse_without_rate(costs: Sequence[Cost]) -> None:
    convert = converter(here().currency)
    strange = {each.amount.currency: each for each in costs if convert(1, each.amount.currency, each.month) is None}
    if strange:
        problems = [Problem(f"There is no rate for {code} on {each.month}.") for code, each in strange.items()]
        raise Invalid("No cost was taken: set the rates of these currencies first, by `tenure rates`.", problems)


def _named(cost: Cost) -> str:
    return f"{cost.month:%Y-%m} {cost.source}".strip()


@transaction.atomic
def set_referrals(*, trait: str, values: Sequence[str], by: MemberView) -> None:
    """Say which trait tells the source of an account and which of its values mean that somebody referred it."""
    key = trait.strip().removeprefix("trait.")
    wanted = list(dict.fromkeys(each.strip() for each in values if each.strip()))
    if not key or len(key) > LONGEST:
        raise Invalid(f"Name the trait that tells the source of an account, with at most {LONGEST} letters.")
    if not 0 < len(wanted) <= MOST_VALUES or any(len(each) > LONGEST for each in wanted):
        raise Invalid(f"Name one to {MOST_VALUES} values that mean a referral, by comma.")
    before = ReferralSetting.objects.first()
    ReferralSetting.objects.update_or_create(defaults={"trait": key, "values": wanted})
    was = {"trait": before.trait, "values": before.values} if before else {}
    record_audit(by=by, action="referrals.set", object=key, before=was, after={"trait": key, "values": wanted})
