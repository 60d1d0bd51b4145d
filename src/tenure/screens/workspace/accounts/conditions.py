"""The list's filter by mouse: the builder of segments, whose lines become the filter in the list's address."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.measures.contracts import Entity
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.asked import asked
from tenure.screens.workspace.accounts.saved import address, kept_view
from tenure.screens.workspace.segments import editing, lines
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
def conditions(request: TeamRequest) -> HttpResponse:
    """The filter of the list of accounts in lines."""
    return lines_of(request, "account")


@page(Permission.VIEW)
def people_conditions(request: TeamRequest) -> HttpResponse:
    """The filter of the list of people in lines."""
    return lines_of(request, "person")


def lines_of(request: TeamRequest, entity: Entity) -> HttpResponse:
    """A list's filter in lines; `apply` goes to the list with what they say."""
    wanted, view = asked(request.GET, request.member.role, entity), kept_view(request)
    catalogue = segments.catalogue(entity)
    typed = "n" in request.GET or "mode" in request.GET
    given = lines.typed(request.GET) if typed else lines.of_text(wanted.where, catalogue)
    given = lines.settled(given, catalogue)
    if request.GET.get("apply"):
        return redirect(address(request, replace(wanted, where=given.where(catalogue)), view))
    keep = [(name, value) for name, value in wanted.pairs() if name != "where"]
    keep += [("view", str(view))] if view else []
    keep += [("as_of", request.GET["as_of"])] if request.GET.get("as_of") else []
    context = {
        "active": wanted.kind.place,
        "kind": wanted.kind,
        "keep": keep,
        "back": address(request, wanted, view),
        **editing.built(request, given, catalogue),
    }
    return render(request, "accounts/conditions.html", context)
