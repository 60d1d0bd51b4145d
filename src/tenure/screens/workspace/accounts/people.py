"""The people of an account."""

from django.http import HttpResponse
from django.shortcuts import render

from tenure.customers import queries as customers
from tenure.events import queries as events
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts.head import follows_merges, opened
from tenure.tenants.contracts import Permission

DAYS = 28
SEEN = 365
"""How far back it is looked for when somebody was seen last: the page must not take longer with every year."""


@page(Permission.VIEW)
@follows_merges
def people(request: TeamRequest, account: int) -> HttpResponse:
    """A page of people with what they did lately."""
    this = opened(request, account, "people")
    after = request.GET.get("cursor")
    found = customers.people_of_account(account, after=after)
    use = events.use_of_people(
        events.open_lake(request.workspace.slug), account, as_of=request.as_of, days=DAYS, within=SEEN
    )
    rows = [
        {
            "merge": _merging(request, person.id, account),
            "name": person.name or person.email or person.external_id,
            "email": person.email,
            "title": person.title,
            "role": formats.capital(person.role),
            "since": formats.day(person.since),
            "days": formats.number(use[person.id].days if person.id in use else 0),
            "seen": formats.relative_day(use[person.id].last_day, request.as_of)
            if person.id in use
            else "Not in a year",
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


def _merging(request: TeamRequest, person: int, account: int) -> str:
    """Where to merge a person, with the way back here."""
    address = to(request, "workspace:person-merges", person=person)
    return f"{address}{'&' if '?' in address else '?'}account={account}"
