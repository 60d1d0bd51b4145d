"""What an account pays: subscriptions, how its MRR moved, invoices."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from tenure.base.money import Money
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.subscriptions import queries as subscriptions
from tenure.subscriptions.contracts import InvoiceRow, MovementRow, SubscriptionRow
from tenure.tenants.contracts import Permission

MONTHS = 24


@page(Permission.VIEW)
@follows_merges
def money(request: TeamRequest, account: int) -> HttpResponse:
    """The page."""
    this = opened(request, account, "money")
    found = subscriptions.account_money(account, months=MONTHS)
    context = {
        "active": "accounts",
        "head": this.head,
        "chart": _chart(found.movements, request.as_of, request.workspace.currency),
        "subscriptions": [_subscription(row, request.as_of) for row in found.subscriptions],
        "movements": [_movement(row) for row in found.movements],
        "invoices": [_invoice(row, request.as_of) for row in found.invoices],
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/money.html", context)


def _chart(movements: Sequence[MovementRow], as_of: date, currency: str) -> Markup:
    """MRR at the end of each month that moved, to the page's day."""
    closing = {row.month: float(row.closing.major) for row in movements if row.month <= as_of}
    if len(closing) < 2:
        return Markup("")
    points = sorted(closing.items())
    points.append((as_of, points[-1][1]))
    return charts.line(
        points,
        label="Monthly recurring revenue",
        low=0,
        height=160,
        write=lambda amount: formats.money(amount, currency, 0),
    )


def _subscription(row: SubscriptionRow, as_of: date) -> dict[str, str]:
    over = row.ended_on is not None and row.ended_on <= as_of
    return {
        "plan": row.plan or row.product or "Subscription",
        "id": row.external_id,
        "state": "Ended" if over else "Trial" if row.is_trial else "In force",
        "tone": "unknown" if over else "accent" if row.is_trial else "good",
        "mrr": formats.money(row.mrr, digits=0),
        "seats": formats.number(row.seats),
        "billing": row.billing.capitalize() if row.billing else formats.UNKNOWN,
        "started": formats.day(row.started_on),
        "ends": formats.day(row.ended_on) if row.ended_on else formats.day(row.renewal_on),
        "packs": f"{formats.count(row.packs[0], 'pack')} of {formats.number(row.packs[1])}" if row.packs else "",
        "notice": formats.day(row.notice_on) if row.notice_on and not over else "",
        "notice_label": "notice was due by" if row.notice_on and row.notice_on < as_of else "notice by",
        "ends_label": "ended" if over else "ends" if row.ended_on else "renews" if row.auto_renew else "term ends",
    }


def _movement(row: MovementRow) -> dict[str, object]:
    return {
        "month": row.month.strftime("%B %Y"),
        "closing": formats.money(row.closing, digits=0),
        "parts": _signed(row.parts),
        "split": _signed(row.split),
    }


def _signed(amounts: Sequence[tuple[str, Money]]) -> list[tuple[str, str]]:
    return [(name, ("+" if amount.minor > 0 else "") + formats.money(amount, digits=0)) for name, amount in amounts]


def _invoice(row: InvoiceRow, as_of: date) -> dict[str, object]:
    late = (as_of - row.due_on).days if row.due_on and row.paid_on is None else 0
    paid_late = (row.paid_on - row.due_on).days if row.paid_on and row.due_on else 0
    state = f"Paid {formats.day(row.paid_on)}" if row.paid_on else "Open"
    if late > 0:
        state = f"{formats.count(late, 'day')} overdue"
    elif paid_late > 0:
        state += f", {formats.count(paid_late, 'day')} late"
    return {
        "id": row.external_id,
        "issued": formats.day(row.issued_on),
        "due": formats.day(row.due_on),
        "amount": formats.money(row.amount),
        "state": state,
        "bad": late > 0,
    }
