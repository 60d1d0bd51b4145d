"""What can stand at the cursor of a filter."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render

from tenure.health import current, people
from tenure.health import queries as health
from tenure.measures.contracts import Entity, Field, KnownValue
from tenure.measures.language import complete
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission


def values_of(entity: Entity, day: date) -> Callable[[Field, str], tuple[KnownValue, ...]]:
    """What reads the values of a field out of the accounts (or people) of a day; none before the first run."""

    def values(field: Field, typed: str) -> tuple[KnownValue, ...]:
        try:
            state = people.state_as_of(day) if entity == "person" else health.state_as_of(day)
        except health.NoScores:
            return ()
        return current.known_values(state, field.column, typed)

    return values


@page(Permission.VIEW)
def completions(request: TeamRequest) -> HttpResponse:
    """`?text=…&position=…` → options for the combobox; with `&of=person` of a condition on people."""
    text = request.GET.get("text", "")[:4000]
    try:
        position = int(request.GET.get("position", len(text)))
    except ValueError:
        position = len(text)
    entity: Entity = "person" if request.GET.get("of") == "person" else "account"
    catalogue = people.catalogue(values=True) if entity == "person" else health.catalogue(values=True)
    found = complete(text, position, catalogue, values=values_of(entity, request.as_of))
    return render(request, "components/_completions.html", {"completions": found})
