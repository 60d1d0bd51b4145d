"""Subscriptions of all accounts as lists: filtered, by renewal or by MRR, a page at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Count, Q, QuerySet

from tenure.base import cursors
from tenure.base.money import Money
from tenure.base.refusals import Invalid
from tenure.subscriptions.contracts import ListedSubscription, SubscriptionFilter, SubscriptionsPage
from tenure.subscriptions.models import Subscription

SORTS = {"renewal": ("renewal_on",), "notice": ("notice_on",), "mrr": ("currency", "mrr_minor")}
"""By renewal, by the last day for notice, or by currency and then amount: those of several currencies have no order."""
CHUNK = 2_000


def list_subscriptions(
    wanted: SubscriptionFilter, *, sort: str = "renewal", descending: bool = False, cursor: str | None = None,
    limit: int = 50,
) -> SubscriptionsPage:  # fmt: skip
    """A page of the subscriptions that fit; those without the value come last either way. One query, two
    where the page reaches those without."""
    if sort not in SORTS:
        raise Invalid("Subscriptions are sorted by renewal, by notice or by MRR.")
    after = _after(cursor, sort, descending) if cursor else None
    known, unknown = _parts(wanted, sort)
    found: list[Subscription] = []
    if after is None or after[-2] is not None:
        found = list(_ordered(known, sort, descending, after)[: limit + 1])
        after = None
    if len(found) <= limit:
        rest = unknown.filter(pk__gt=after[-1]) if after else unknown
        found += rest.order_by("pk")[: limit + 1 - len(found)]
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return SubscriptionsPage(
        tuple(_row(each, wanted.as_of) for each in shown),
        cursors.encode([sort, descending, *_key(last, sort), last.pk]) if last else None,
    )


def every_subscription(
    wanted: SubscriptionFilter, *, sort: str = "renewal", descending: bool = False
) -> Iterator[tuple[ListedSubscription, ...]]:
    """All of the same list, 2,000 at a time."""
    cursor: str | None = None
    while True:
        page = list_subscriptions(wanted, sort=sort, descending=descending, cursor=cursor, limit=CHUNK)
        yield page.subscriptions
        cursor = page.next
        if cursor is None:
            return


def count_subscriptions(wanted: SubscriptionFilter) -> dict[str, int]:
    """How many subscriptions fit in each status, whatever status is asked for. One query."""
    found = _rows(replace(wanted, status="")).aggregate(
        ended=Count("pk", filter=Q(ended_on__lte=wanted.as_of)),
        trial=Count("pk", filter=_running(wanted.as_of) & Q(is_trial=True)),
        all=Count("pk"),
    )
    return {"in_force": found["all"] - found["ended"] - found["trial"], **found}


def choices() -> tuple[list[str], list[str]]:
    """The plans and the currencies that subscriptions have, by name. One query."""
    rows = Subscription.objects.values_list("plan", "currency").order_by("plan", "currency").distinct()
    found = list(rows)
    return sorted({plan for plan, _ in found if plan}), sorted({currency for _, currency in found if currency})


def _parts(wanted: SubscriptionFilter, sort: str) -> tuple[QuerySet[Subscription], QuerySet[Subscription]]:
    """Those that have the value sorted by, and those that have not."""
    rows = _rows(wanted).select_related("account")
    column = SORTS[sort][-1]
    return rows.filter(**{f"{column}__isnull": False}), rows.filter(**{f"{column}__isnull": True})


def _rows(wanted: SubscriptionFilter) -> QuerySet[Subscription]:
    rows = Subscription.objects.all()
    if wanted.status == "ended":
        rows = rows.filter(ended_on__lte=wanted.as_of)
    elif wanted.status:
        rows = rows.filter(_running(wanted.as_of), is_trial=wanted.status == "trial")
    if wanted.plan:
        rows = rows.filter(plan=wanted.plan)
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    if wanted.account:
        says = Q(account__name__icontains=wanted.account) | Q(account__external_id__icontains=wanted.account)
        rows = rows.filter(says)
    return rows


def _running(as_of: date) -> Q:
    return Q(ended_on=None) | Q(ended_on__gt=as_of)


def _ordered(
    rows: QuerySet[Subscription], sort: str, descending: bool, after: tuple[cursors.Key, ...] | None
) -> QuerySet[Subscription]:
    sign, beyond = ("-", "lt") if descending else ("", "gt")
    columns = [*SORTS[sort], "pk"]
    if after is not None:
        behind = Q()
        for at, column in enumerate(columns):
            same = dict(zip(columns[:at], after, strict=False))
            behind |= Q(**same, **{f"{column}__{beyond}": after[at]})
        # Said twice, so that an index is entered at the cursor and not walked up to it.
        rows = rows.filter(behind, **{f"{columns[0]}__{beyond}e": after[0]})
    return rows.order_by(*(f"{sign}{column}" for column in columns))


def _after(cursor: str, sort: str, descending: bool) -> tuple[cursors.Key, ...]:
    """Group, value and number of the row that the cursor stands after."""
    values = cursors.decode(cursor)
    if values[:2] != (sort, descending):
        raise Invalid("This page link belongs to another sort. Open the list again from its start.")
    return values[2:]


def _key(row: Subscription, sort: str) -> list[cursors.Key]:
    found = [getattr(row, name) for name in SORTS[sort]]
    return [each.isoformat() if isinstance(each, date) else each for each in found]


def _row(row: Subscription, as_of: date) -> ListedSubscription:
    over = row.ended_on is not None and row.ended_on <= as_of
    return ListedSubscription(
        external_id=row.external_id,
        account=row.account_id,
        account_name=row.account.name,
        account_external_id=row.account.external_id,
        plan=row.plan,
        product=row.product,
        seats=row.seats,
        mrr=None if row.mrr_minor is None else Money(row.mrr_minor, row.currency),
        currency=row.currency,
        status="ended" if over else "trial" if row.is_trial else "in_force",
        started_on=row.started_on,
        ended_on=row.ended_on,
        renewal_on=row.renewal_on,
        notice_on=row.notice_on,
    )
