"""What an account pays: subscriptions, how its MRR moved, invoices."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from markupsafe import Markup

from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
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
        "subscriptions": [_subscription(request, account, row) for row in found.subscriptions],
        "movements": [_movement(request, account, row) for row in found.movements],
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


def _records(request: TeamRequest, account: int, **asked: str) -> str:
    """The records behind a row."""
    address = to(request, "workspace:account-records", account=account)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _subscription(request: TeamRequest, account: int, row: SubscriptionRow) -> dict[str, str]:
    over = row.ended_on is not None and row.ended_on <= request.as_of
    return {
        "plan": row.plan or row.product or "Subscription",
        "id": row.external_id,
        "records": _records(request, account, subscription=row.external_id),
        "state": "Ended" if over else "Trial" if row.is_trial else "In force",
        "tone": "unknown" if over else "accent" if row.is_trial else "good",
        "mrr": formats.money(row.mrr, digits=0),
        "seats": formats.number(row.seats),
        "billing": row.billing.capitalize() if row.billing else formats.UNKNOWN,
        "started": formats.day(row.started_on),
        "ends": formats.day(row.ended_on) if row.ended_on else formats.day(row.renewal_on),
        "ends_label": "ended" if over else "ends" if row.ended_on else "renews" if row.auto_renew else "term ends",
    }


def _movement(request: TeamRequest, account: int, row: MovementRow) -> dict[str, object]:
    return {
        "records": _records(request, account, month=f"{row.month:%Y-%m}"),
        "month": row.month.strftime("%B %Y"),
        "closing": formats.money(row.closing, digits=0),
        "parts": [
            (name, ("+" if amount.minor > 0 else "") + formats.money(amount, digits=0)) for name, amount in row.parts
        ],
    }


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
