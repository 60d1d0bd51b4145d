"""What the buttons of the segments' pages do: take up a starter, add and remove, freeze, archive."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenure.base.refusals import Invalid
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.refusals import told
from tenure.segments import actions, queries
from tenure.tenants.contracts import Permission


@page(Permission.CONFIGURE)
@require_POST
def starters(request: TeamRequest) -> HttpResponse:
    """Put a starter in force."""
    with told(request):
        key = actions.take_up(starter=request.POST.get("starter", ""), by=request.member)
        return redirect("workspace:segment", slug=request.workspace.slug, segment=key)
    return redirect("workspace:segments", slug=request.workspace.slug)


@page(Permission.EDIT_ACCOUNTS)
@require_POST
def members(request: TeamRequest, segment: str) -> HttpResponse:
    """Put accounts on a static list (`add`: ids by comma or line) or take one off (`remove`)."""
    queries.one(segment)
    with told(request):
        if removed := request.POST.get("remove", ""):
            actions.remove_members(key=segment, external_ids=[removed], by=request.member)
            messages.success(request, f"{removed} is off the list.")
        else:
            wanted = request.POST.get("add", "").replace("\n", ",").split(",")
            added = actions.add_members(key=segment, external_ids=wanted, by=request.member)
            messages.success(request, f"{formats.number(added)} added." if added else "Nothing new to add.")
    return redirect("workspace:segment", slug=request.workspace.slug, segment=segment)


@page(Permission.CONFIGURE)
@require_POST
def snapshots(request: TeamRequest, segment: str) -> HttpResponse:
    """Keep who is in it on a day as a segment of its own."""
    queries.one(segment)
    try:
        day = date.fromisoformat(request.POST.get("day", "") or request.as_of.isoformat())
    except ValueError:
        raise Invalid("The day is not a date. Write it as 2026-01-31.") from None
    shown = segment
    with told(request):
        shown = actions.freeze(key=segment, day=day, name=request.POST.get("name", ""), by=request.member)
        messages.success(request, "The snapshot is kept. It never changes.")
    return redirect("workspace:segment", slug=request.workspace.slug, segment=shown)


@page(Permission.CONFIGURE)
@require_POST
def archives(request: TeamRequest, segment: str) -> HttpResponse:
    """Take it out of force."""
    name = getattr(queries.one(segment).body, "name", segment)
    with told(request):
        actions.archive(key=segment, by=request.member)
        messages.success(request, f"{name} is archived. Its versions and its history stay.")
        return redirect("workspace:segments", slug=request.workspace.slug)
    return redirect("workspace:segment", slug=request.workspace.slug, segment=segment)
