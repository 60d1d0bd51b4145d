"""The people of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from tenure.customers import queries as customers
from tenure.measures import queries as measures
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query
from tenure.screens.workspace.accounts.head import opened
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Use:
    """What a person did in the account: active days in 28, days since she was last seen; None = unknown."""

    active_days: float | None
    days_since: float | None


NEVER = Use(None, None)


@page(Permission.VIEW)
def people(request: TeamRequest, account: int) -> HttpResponse:
    """A page of people with what they did lately."""
    this = opened(request, account, "people")
    after = request.GET.get("cursor")
    found = customers.people_of_account(account, after=after)
    use = _use(account, [person.id for person in found.people], request.as_of)
    rows = [
        {
            "name": person.name or person.email or person.external_id,
            "email": person.email,
            "title": person.title,
            "role": formats.capital(person.role),
            "since": formats.day(person.since),
            "days": formats.number(use.get(person.id, NEVER).active_days),
            "seen": _seen(use.get(person.id, NEVER).days_since, request.as_of),
        }
        for person in found.people
    ]
    context = {
        "active": "accounts",
        "head": this.head,
        "rows": rows,
        "count": this.header.people,
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if after else "",
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/people.html", context)


def _use(account: int, people: Sequence[int], as_of: date) -> dict[int, Use]:
    """The two person measures of the page in this account, as far as the workspace has them. One question to the
    lake."""
    known = measures.published()
    wanted = [key for key in ("active_days_28d", "days_since_last_seen") if key in known]
    if not people or not wanted:
        return {}
    rows = measures.facts(entity="person", as_of=as_of, ids=people, only=wanted, account=account).to_pylist()
    return {row["id"]: Use(row.get("active_days_28d"), row.get("days_since_last_seen")) for row in rows}


def _seen(days: float | None, as_of: date) -> str:
    return "Never seen" if days is None else formats.relative_day(as_of - timedelta(days=int(days)), as_of)
