"""What can stand at the cursor of a filter."""

from django.http import HttpResponse
from django.shortcuts import render

from tenure.health import queries as health
from tenure.measures.language import complete
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
def completions(request: TeamRequest) -> HttpResponse:
    """`?text=…&position=…` → options for the combobox."""
    text = request.GET.get("text", "")[:4000]
    try:
        position = int(request.GET.get("position", len(text)))
    except ValueError:
        position = len(text)
    found = complete(text, position, health.catalogue(values=True))
    return render(request, "components/_completions.html", {"completions": found})
