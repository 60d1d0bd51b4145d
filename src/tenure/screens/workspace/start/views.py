"""A workspace without data: what to do first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
def front(request: TeamRequest) -> HttpResponse:
    """`/w/<slug>/` is the list of accounts."""
    return redirect("workspace:accounts", slug=request.workspace.slug)


@page(Permission.VIEW)
def start(request: TeamRequest) -> HttpResponse:
    """Two ways to data: the demo company, or one's own files."""
    return render(request, "workspace/start.html", {})
