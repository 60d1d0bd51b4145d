"""The list of subscriptions of all accounts, and the same as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tenure.base.refusals import Invalid
from tenure.screens import formats, live
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts.export import MOST, sent
from tenure.subscriptions import listing
from tenure.subscriptions.contracts import ListedSubscription, State, SubscriptionFilter
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day

LIMIT = 50
STATES = {"in_force": "In force", "trial": "Trial", "ended": "Ended"}
TONES = {"in_force": "good", "trial": "accent", "ended": "unknown"}
HEAD = (
    "Account id", "Account", "Subscription", "Plan", "Product", "Status", "MRR", "Currency", "Seats", "Start",
    "Renewal", "Notice by", "End",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription, finished."""

    id: str
    href: str
    account: str
    plan: str
    product: str
    state: str
    tone: str
    mrr: str
    seats: str
    started: str
    renewal: str
    notice: str
    notice_passed: bool


@page(Permission.VIEW)
@require_GET
def subscriptions(request: TeamRequest) -> HttpResponse:
    """The list, as it is now whatever the day of the page. htmx asks for the rows alone."""
    mark = live.mark_of_list(request)
    wanted, (sort, descending) = _wanted(request), _sort(request)
    found = listing.list_subscriptions(
        wanted, sort=sort, descending=descending, cursor=request.GET.get("cursor"), limit=LIMIT
    )
    counts = listing.count_subscriptions(wanted)
    plans, currencies = listing.choices()
    shown = wanted.status or "all"
    given = f"-{sort}" if descending else sort
    context = {
        "active": "subscriptions",
        "mark": mark,
        "main_class": "main-fill",
        "states": [
            (f"{label} {formats.number(counts[key])}", query(request, status=key, cursor=None), key == shown)
            for key, label in (*STATES.items(), ("all", "All"))
        ],
        "plan": wanted.plan,
        "plans": [("", "All plans"), *((each, each) for each in plans)],
        "currency": wanted.currency,
        "currencies": [("", "All currencies"), *((each, each) for each in currencies)] if len(currencies) > 1 else [],
        "account": wanted.account,
        "keep": [(name, request.GET[name]) for name in ("status", "sort", "as_of") if request.GET.get(name)],
        "sort": given,
        "links": {
            each: query(request, sort=f"-{each}" if given == each else each, cursor=None) for each in listing.SORTS
        },
        "rows": [_row(request, each) for each in found.subscriptions],
        "has_notice": sort == "notice" or any(each.notice_on for each in found.subscriptions),
        "total": counts[shown],
        "any": counts["all"],
        "filtered": bool(wanted.plan or wanted.currency or wanted.account),
        "clear": reverse("workspace:subscriptions", kwargs={"slug": request.workspace.slug}) + "?status=all",
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
        "past": request.as_of != as_of_day(request.workspace),
        "export": _export(request) if request.member.may(Permission.EXPORT) else "",
    }
    name = "subscriptions/_list.html" if request.headers.get("HX-Request") else "subscriptions/list.html"
    return render(request, name, context)


@page(Permission.EXPORT)
@require_GET
def export(request: TeamRequest) -> StreamingHttpResponse:
    """The list of this address as CSV, at most 100,000 subscriptions."""
    wanted, (sort, descending) = _wanted(request), _sort(request)
    total = listing.count_subscriptions(wanted)[wanted.status or "all"]
    if total > MOST:
        raise Invalid(
            f"These are {formats.number(total)} subscriptions, and a file holds at most {formats.number(MOST)}. "
            "Narrow the list by a filter."
        )
    found = listing.every_subscription(wanted, sort=sort, descending=descending)
    said = {name: request.GET[name] for name in ("status", "plan", "currency", "account") if request.GET.get(name)}
    after = {"subscriptions": total, **said}
    record_audit(by=request.member, action="list.exported", object="subscriptions", after=after)
    name = f"subscriptions-{wanted.as_of.isoformat()}.csv"
    return sent(name, request.workspace.id, HEAD, (_cells(part) for part in found))


def _wanted(request: TeamRequest) -> SubscriptionFilter:
    status = request.GET.get("status", "in_force")
    wanted = SubscriptionFilter(
        as_of=as_of_day(request.workspace),
        plan=request.GET.get("plan", "")[:200],
        currency=request.GET.get("currency", "")[:3],
        account=request.GET.get("account", "").strip()[:200],
    )
    known: tuple[State, ...] = get_args(State.__value__)
    return next((replace(wanted, status=each) for each in known if each == status), wanted)


def _sort(request: TeamRequest) -> tuple[str, bool]:
    given = request.GET.get("sort", "")
    key = given.removeprefix("-")
    return (key, given.startswith("-")) if key in listing.SORTS else ("renewal", False)


def _row(request: TeamRequest, each: ListedSubscription) -> Row:
    return Row(
        id=f"{each.account}-{each.external_id}",
        href=to(request, "workspace:account-money", account=each.account),
        account=each.account_name,
        plan=each.plan or each.external_id,
        product=each.product,
        state=STATES[each.status],
        tone=TONES[each.status],
        mrr=formats.money(each.mrr),
        seats=formats.number(each.seats),
        started=formats.day(each.started_on),
        renewal=f"Ended {formats.day(each.ended_on)}" if each.status == "ended" else formats.day(each.renewal_on),
        notice=formats.day(each.notice_on) if each.notice_on and each.status != "ended" else "",
        notice_passed=each.notice_on is not None and each.notice_on < as_of_day(request.workspace),
    )


def _cells(part: Sequence[ListedSubscription]) -> list[list[object]]:
    return [
        [
            each.account_external_id, each.account_name, each.external_id, each.plan, each.product,
            STATES[each.status], float(each.mrr.major) if each.mrr else None, each.currency, each.seats,
            each.started_on, each.renewal_on, each.notice_on, each.ended_on,
        ]
        for each in part
    ]  # fmt: skip


def _export(request: TeamRequest) -> str:
    """The address of this list as a file: all of it, whatever the page."""
    _, _, given = query(request, cursor=None).partition("?")
    address = reverse("workspace:subscriptions-export", kwargs={"slug": request.workspace.slug})
    return f"{address}?{given}" if given else address
