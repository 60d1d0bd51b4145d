"""What ⌘K finds besides the places: accounts, people and pages of the help, as a fragment of links."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.help.found import found as found_in_help
from tenure.tenants.contracts import Permission

SHOWN, PEOPLE, HELPS = 8, 5, 3


@page(Permission.VIEW)
@require_GET
def palette(request: TeamRequest) -> HttpResponse:
    """Up to eight accounts whose name or id contains `q`, and up to five people whose name or address begins with it,
    and up to three sections of the help with such a heading.
    Three queries."""
    words = request.GET.get("q", "").strip()[:200]
    found = customers.find_accounts(words, limit=SHOWN) if words else []
    people = customers.people_beginning(words, limit=PEOPLE) if words else []
    helps = found_in_help(request, words, limit=HELPS, headings=True) if len(words) > 2 else []
    return render(request, "workspace/_palette.html", {"accounts": found, "people": people, "helps": helps})
