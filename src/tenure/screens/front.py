"""Pages outside of a workspace: the way in."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from tenure.base.refusals import Invalid
from tenure.packs import actions as packs
from tenure.packs import queries as readers_of_packs
from tenure.tenants import actions, queries


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the member's workspace; to a choice when she has several."""
    found = queries.workspaces_of(_user_id(request))
    if len(found) == 1:
        return redirect("workspace:front", slug=found[0].slug)
    return render(request, "front/workspaces.html", {"workspaces": found})


@login_required
def workspaces(request: HttpRequest) -> HttpResponse:
    """All workspaces of the member, even when it is one."""
    return render(request, "front/workspaces.html", {"workspaces": queries.workspaces_of(_user_id(request))})


def _user_id(request: HttpRequest) -> int:
    assert request.user.pk is not None
    return request.user.pk


def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: name and password, then straight in."""
    workspace, invitation = queries.invitation_for(token)
    problem = None
    if request.method == "POST":
        try:
            workspace, user = actions.accept_invitation(
                token=token, name=request.POST.get("name", "").strip(), password=request.POST.get("password", "")
            )
        except Invalid as refusal:
            problem = refusal.message
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("workspace:front", slug=workspace.slug)
    context = {"joining": workspace, "invitation": invitation, "problem": problem}
    return render(request, "front/join.html", context, status=422 if problem else 200)


@csrf_exempt
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """An address outside wants no more board packs. Mail programs POST here by themselves (RFC 8058), without a cookie;
    the signed link is what allows it."""
    company, address, left = readers_of_packs.outsider(token)
    if request.method == "POST" and not left:
        packs.leave(token=token)
        left = True
    return render(request, "front/leave.html", {"company": company, "address": address, "left": left})


def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
