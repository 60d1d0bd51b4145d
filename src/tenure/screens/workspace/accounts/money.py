"""What an account pays: subscriptions, how its MRR moved, invoices."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from markupsafe import Markup

from tenure.base.money import Money
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.subscriptions.account import account_money
from tenure.subscriptions.contracts import ComingRow, InvoiceRow, MovementRow, SubscriptionRow
from tenure.tenants.contracts import Permission

MONTHS = 24
_AGAINST_US = frozenset({"lost", "needs_response", "under_review", "appeal_needs_response", "appeal_under_review"})
_DISPUTES = {"won": "dispute won", "lost": "lost in a dispute", "prevented": "dispute prevented",
             "warning_closed": "inquiry closed"}  # fmt: skip
"""How a dispute stands, by Stripe's words ("The Dispute object", `status`); others are open."""


@page(Permission.VIEW)
@follows_merges
def money(request: TeamRequest, account: int) -> HttpResponse:
    """The page."""
    this = opened(request, account, "money")
    found = account_money(account, months=MONTHS)
    context = {
        "active": "accounts",
        "head": this.head,
        "chart": _chart(found.movements, request.as_of, request.workspace.currency),
        "subscriptions": _subscriptions(request, account, found.subscriptions, found.coming),
        "coming": _coming(found.subscriptions, found.coming, request.as_of),
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


def _subscriptions(
    request: TeamRequest, account: int, now: Sequence[SubscriptionRow], coming: Sequence[ComingRow]
) -> list[dict[str, str]]:
    ends = {row.subscription: row.day for row in coming if row.ends}
    return [_subscription(request, account, row, row.ended_on or ends.get(row.external_id)) for row in now]


def _subscription(request: TeamRequest, account: int, row: SubscriptionRow, ends_on: date | None) -> dict[str, str]:
    over = ends_on is not None and ends_on <= request.as_of
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
        "packs": f"{formats.count(row.packs[0], 'pack')} of {formats.number(row.packs[1])}" if row.packs else "",
        "notice": formats.day(row.notice_on) if row.notice_on and not over else "",
        "notice_label": "notice was due by" if row.notice_on and row.notice_on < request.as_of else "notice by",
        "ends": formats.day(ends_on or row.renewal_on),
        "ends_label": "ended" if over else "ends" if ends_on else "renews" if row.auto_renew else "term ends",
    }


def _coming(now: Sequence[SubscriptionRow], coming: Sequence[ComingRow], as_of: date) -> list[dict[str, object]]:
    """What is known to become of the subscriptions, the nearest first."""
    before = {row.external_id: row for row in now}
    return [_next(before[row.subscription], row) for row in coming if row.day > as_of and row.subscription in before]


def _next(now: SubscriptionRow, then: ComingRow) -> dict[str, object]:
    plan, later = now.plan or now.product or "Subscription", then.plan or then.product or "Subscription"
    parts = [f"{plan} to {later}"] if later != plan else []
    if now.seats != then.seats:
        parts.append(f"{formats.number(now.seats)} to {formats.count(then.seats or 0, 'seat')}")
    if not parts and now.mrr != then.mrr:
        parts.append("Another price")
    step = None
    if now.mrr is not None and then.mrr is not None and now.mrr.currency == then.mrr.currency and not now.is_trial:
        step = Money(then.mrr.minor - now.mrr.minor, now.mrr.currency)
    return {
        "day": formats.day(then.day),
        "plan": plan,
        "id": now.external_id,
        "change": "Ends" if then.ends else ", ".join(parts) or "Its trial ends",
        "step": formats.UNKNOWN if step is None else formats.signed(step.minor, step.currency, 0),
        "mrr": formats.money(then.mrr, digits=0),
    }


def _movement(request: TeamRequest, account: int, row: MovementRow) -> dict[str, object]:
    return {
        "records": _records(request, account, month=f"{row.month:%Y-%m}"),
        "month": row.month.strftime("%B %Y"),
        "closing": formats.money(row.closing, digits=0),
        "parts": _signed(row.parts),
        "split": _signed(row.split),
    }


def _signed(amounts: Sequence[tuple[str, Money]]) -> list[tuple[str, str]]:
    return [(name, formats.signed(amount.minor, amount.currency, 0)) for name, amount in amounts]


def _invoice(row: InvoiceRow, as_of: date) -> dict[str, object]:
    late = (as_of - row.due_on).days if row.due_on and row.paid_on is None else 0
    paid_late = (row.paid_on - row.due_on).days if row.paid_on and row.due_on else 0
    state = f"Paid {formats.day(row.paid_on)}" if row.paid_on else "Open"
    if late > 0:
        state = f"{formats.count(late, 'day')} overdue"
    elif paid_late > 0:
        state += f", {formats.count(paid_late, 'day')} late"
    if row.dispute:
        state += f", {_DISPUTES.get(row.dispute, 'disputed')}"
    if row.returned is not None and row.returned.minor:
        whole = row.amount is not None and row.returned.minor >= row.amount.minor
        state += ", all given back" if whole else f", {formats.money(row.returned)} given back"
    return {
        "id": row.external_id,
        "issued": formats.day(row.issued_on),
        "due": formats.day(row.due_on),
        "amount": formats.money(row.amount),
        "state": state,
        "bad": late > 0 or row.dispute in _AGAINST_US,
    }
