"""What ⌘K finds besides the places: accounts and people by name, as a fragment of links."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.customers import queries as customers
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission

SHOWN, PEOPLE = 8, 5


@page(Permission.VIEW)
@require_GET
def palette(request: TeamRequest) -> HttpResponse:
    """Up to eight accounts whose name or id contains `q`, and up to five people whose name or address begins with it.
    Three queries."""
    words = request.GET.get("q", "").strip()[:200]
    found = customers.find_accounts(words, limit=SHOWN) if words else []
    people = customers.people_beginning(words, limit=PEOPLE) if words else []
    return render(request, "workspace/_palette.html", {"accounts": found, "people": people})
