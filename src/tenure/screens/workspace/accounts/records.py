"""The records that made what an account pays: each as its source sent it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.money import Money
from tenure.base.months import last_day
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.screens.workspace.retention.asked import month as read_month
from tenure.subscriptions import records as subscriptions
from tenure.subscriptions.records import Record
from tenure.tenants.contracts import Permission

NAMES = {
    "subscription_started": "Started", "subscription_changed": "Changed", "subscription_ended": "Ended",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A record, finished. `raw` is all that it says, as it was sent."""

    day: str
    name: str
    subscription: str
    says: str
    source: str
    known: str
    message: str
    received: str
    takes_back: bool
    raw: str


@page(Permission.VIEW)
@require_GET
@follows_merges
def records(request: TeamRequest, account: int) -> HttpResponse:
    """The page: of a `month`, of a `subscription`, or of all."""
    this = opened(request, account, "money")
    wanted, subscription = request.GET.get("month", ""), request.GET.get("subscription", "")[:200]
    month = read_month(wanted, "month") if wanted else None
    if month:
        last = last_day(month)
        found = subscriptions.records_of(
            account, as_of=request.as_of, first=month, last=last, subscription=subscription
        )
    else:
        found = subscriptions.records_of(account, as_of=request.as_of, subscription=subscription)
    context = {
        "active": "accounts",
        "head": this.head,
        "title": _title(month, subscription),
        "month": f"{month:%B %Y}" if month else "",
        "rows": [_row(request, each) for each in found],
        "most": len(found) == subscriptions.MOST,
        "all": to(request, "workspace:account-records", account=account) if month or subscription else "",
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/records.html", context)


def _title(month: date | None, subscription: str) -> str:
    of = f" of subscription {subscription}" if subscription else ""
    return f"Records{of}{f' in {month:%B %Y}' if month else ''}"


def _row(request: TeamRequest, record: Record) -> Row:
    told = record.properties
    return Row(
        day=formats.day(record.day),
        name=NAMES[record.name],
        subscription=str(told.get("id") or ""),
        says=_says(told, request.workspace.currency),
        source=record.source,
        known=formats.day(record.known_day) if record.known_day != record.day else "",
        message=record.message_id,
        received=formats.moment(record.received_at),
        takes_back=record.takes_back,
        raw=json.dumps(dict(told), indent=2, ensure_ascii=False, sort_keys=True),
    )


def _says(told: Mapping[str, object], own: str) -> str:
    """What a record says of the terms; what it leaves out stays as it was."""
    parts = [str(told[name]) for name in ("plan", "product") if told.get(name)]
    minor = str(told.get("mrr_minor", ""))
    if minor.lstrip("-").isdecimal():
        parts.append(f"{formats.money(Money(int(minor), str(told.get('currency') or own)))} a month")
    if str(told.get("seats", "")).isdecimal():
        parts.append(formats.count(int(str(told["seats"])), "seat"))
    if told.get("is_trial") in (True, "true"):
        parts.append("trial")
    return " · ".join(parts)
