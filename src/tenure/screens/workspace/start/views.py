"""A workspace without data: what to do first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
def front(request: TeamRequest) -> HttpResponse:
    """`/w/<slug>/` is the list of accounts."""
    return redirect("workspace:accounts", slug=request.workspace.slug)


@page(Permission.VIEW)
def start(request: TeamRequest) -> HttpResponse:
    """Two ways to data: the demo company, or one's own files. With accounts but no scores: how to compute them."""
    try:
        health.state()
    except health.NoScores:
        waits = bool(customers.find_accounts("", limit=1))
    else:
        waits = False
    context = {"waits": waits, "may_import": request.member.may(Permission.IMPORT_DATA)}
    return render(request, "workspace/start.html", context)
