"""A workspace without data: what to do first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenure.customers import queries as customers
from tenure.health import queries as health
from tenure.screens.access import TeamRequest, page
from tenure.tenants.contracts import Permission
from tenure.views import queries as views


@page(Permission.VIEW)
def front(request: TeamRequest) -> HttpResponse:
    """`/w/<slug>/` is the member's home: the list of accounts for who has a view as home or does no work there, the
    team's for who manages it; the first steps where there is no data."""
    member = request.member
    at_list = not member.may(Permission.WORK) or any(each.home for each in views.visible(member, "account"))
    name = "accounts" if at_list else "team" if member.may(Permission.MANAGE_TEAM) else "home"
    if not at_list and not _scored():
        name = "start"
    return redirect(f"workspace:{name}", slug=request.workspace.slug)


def _scored() -> bool:
    try:
        health.state()
    except health.NoScores:
        return False
    return True


@page(Permission.VIEW)
def start(request: TeamRequest) -> HttpResponse:
    """Two ways to data: the demo company, or one's own files. With accounts but no scores: how to compute them."""
    waits = not _scored() and bool(customers.find_accounts("", limit=1))
    context = {"waits": waits, "may_import": request.member.may(Permission.IMPORT_DATA)}
    return render(request, "workspace/start.html", context)
