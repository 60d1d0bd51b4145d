"""One measure of one account: how it went, what it means for the score, and the very events behind it."""

from django.http import HttpResponse
from django.shortcuts import render

from tenure.base.refusals import NotFound
from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.health.contracts import MeasureReading
from tenure.measures import queries as measures
from tenure.screens import charts
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts import items, logged
from tenure.screens.workspace.accounts.columns import value_of
from tenure.screens.workspace.accounts.head import Opened, follows_merges, opened
from tenure.tenants.contracts import Permission

DAYS = 180
DAILY = 28
EVENTS = 50


@page(Permission.VIEW)
@follows_merges
def measure(request: TeamRequest, account: int, key: str) -> HttpResponse:
    """The page; `NotFound` for a measure that the workspace does not have."""
    field = health.catalogue().find(key)
    if field is None or field.kind != "measure":
        raise NotFound("There is no such measure.")
    this = opened(request, account, "overview")
    series = measures.series(
        field.key, "account", account, DAYS, as_of=request.as_of, daily=DAILY, known=customers.table_of(this.header)
    )
    course = [(p.day, p.value) for p in series.points]
    evidence = measures.evidence(field.key, "account", account, request.as_of, limit=EVENTS)
    people = customers.people_by_ids({row.person for row in evidence.rows if row.person})
    names = {person: row.name or row.email for person, row in people.items()}
    currency = request.workspace.currency
    context = {
        "active": "accounts",
        "head": this.head,
        "field": field,
        "value": value_of(field, this.facts.get(field.column), currency),
        "previous": value_of(field, this.facts.get(field.previous_column), currency),
        "stale_since": this.facts.get(f"{field.key}__stale_since"),
        "reading": _reading(this, field.key),
        "chart": charts.line(
            course,
            label=f"{field.label} over {DAYS} days",
            write=lambda value: value_of(field, value, currency),
        )
        if any(value is not None for _, value in course)
        else "",
        "window": (evidence.first, evidence.last) if evidence.measure.window else None,
        "days": items.by_day(request, [logged.counted_item(request, row, names) for row in evidence.rows]),
        "count": evidence.total,
        "more": evidence.total - len(evidence.rows),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/measure.html", context)


def _reading(this: Opened, key: str) -> MeasureReading | None:
    """What the measure brought into the score, if the scorecard reads it."""
    if this.explanation is None:
        return None
    return next((reading for reading in this.explanation.measures if reading.measure == key), None)
