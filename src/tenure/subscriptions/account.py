"""What one account pays, for its page: subscriptions, what is to come, movements, invoices, periods."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateField, Value

from tenure.base.money import Money
from tenure.subscriptions.contracts import (
    MOVEMENTS,
    SPLIT,
    AccountMoney,
    ComingRow,
    InvoiceRow,
    MovementRow,
    PeriodRow,
    SubscriptionRow,
)
from tenure.subscriptions.models import ComingChange, Invoice, Movement, Period, Subscription
from tenure.tenants.queries import here

_HELD, _BILLED, _COMING = "held", "billed", "coming"


def account_money(account: int, *, months: int = 24, invoices: int = 12) -> AccountMoney:
    """Subscriptions, the last months that moved, and invoices of one account, newest first, and what is to come. Two
    queries."""
    currency = here().currency
    moved = Movement.objects.filter(account=account).order_by("-month")[:months]
    papers = _papers(account, invoices)
    return AccountMoney(
        subscriptions=tuple(_subscription(row) for row in papers if row[0] == _HELD),
        movements=tuple(_movement(row, currency) for row in moved),
        invoices=tuple(_invoice(row) for row in papers if row[0] == _BILLED),
        coming=tuple(_coming(row) for row in reversed(papers) if row[0] == _COMING),
    )


def _papers(account: int, invoices: int) -> list[tuple[Any, ...]]:
    """Subscriptions, what is to come of them and the newest invoices side by side, newest first: what it is, id, three
    days, amount, currency, and what only some have. One query."""
    held = Subscription.objects.filter(account=account).annotate(what=Value(_HELD))
    newest = Invoice.objects.filter(account=account).order_by("-issued_on", "external_id").values("pk")[:invoices]
    empty = {
        "word": Value(""),
        "number": Value(None, BigIntegerField()),
        "flag": Value(None, BooleanField()),
        "no_day": Value(None, DateField()),
    }
    billed = Invoice.objects.filter(pk__in=newest).annotate(what=Value(_BILLED), **empty)
    coming = ComingChange.objects.filter(account=account).annotate(what=Value(_COMING), **empty)
    rows = held.values_list(
        "what", "external_id", "started_on", "ended_on", "renewal_on", "mrr_minor", "currency",
        "plan", "product", "billing", "seats", "is_trial", "auto_renew", "notice_on", "packs", "pack_size",
    ).union(
        billed.values_list(
            "what", "external_id", "issued_on", "due_on", "paid_on", "amount_minor", "currency",
            "dispute", "word", "word", "returned_minor", "flag", "flag", "no_day", "number", "number",
        ),
        coming.values_list(
            "what", "subscription", "day", "no_day", "no_day", "mrr_minor", "currency",
            "plan", "product", "word", "seats", "ends", "flag", "no_day", "number", "number",
        ),
        all=True,
    )  # fmt: skip
    return list(rows.order_by("-started_on", "external_id"))


def periods_of_account(account: int) -> list[PeriodRow]:
    """How the account's subscriptions changed over time, newest first. One query."""
    rows = Period.objects.filter(account=account).order_by("-valid_from", "subscription")
    return [
        PeriodRow(
            row.subscription, row.valid_from, row.valid_to, row.plan, row.seats,
            _money(row.mrr_minor, row.currency), row.is_trial,
        )
        for row in rows
    ]  # fmt: skip


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _subscription(row: tuple[Any, ...]) -> SubscriptionRow:
    _, name, started, ended, renewal, minor, currency, plan, product, billing, seats, is_trial, auto_renew, *more = row
    notice, packs, size = more
    return SubscriptionRow(
        name, plan, product, seats, _money(minor, currency), is_trial, billing, auto_renew, started, ended, renewal,
        notice, None if packs is None or size is None else (packs, size),
    )  # fmt: skip


def _invoice(row: tuple[Any, ...]) -> InvoiceRow:
    _, name, issued, due, paid, minor, currency, dispute, _, _, returned, *_ = row
    return InvoiceRow(name, issued, due, paid, _money(minor, currency), _money(returned, currency), dispute)


def _coming(row: tuple[Any, ...]) -> ComingRow:
    _, name, day, _, _, minor, currency, plan, product, _, seats, ends, *_ = row
    return ComingRow(name, day, ends, plan, product, seats, _money(minor, currency))


def _movement(row: Movement, currency: str) -> MovementRow:
    def told(names: Sequence[str]) -> tuple[tuple[str, Money], ...]:
        amounts = [(name.removeprefix("by_"), getattr(row, f"{name}_minor")) for name in names]
        return tuple((name, Money(minor, currency)) for name, minor in amounts if minor)

    opening, closing = (Money(minor, currency) for minor in (row.opening_minor, row.closing_minor))
    return MovementRow(row.month, opening, closing, told(MOVEMENTS), told(SPLIT))
