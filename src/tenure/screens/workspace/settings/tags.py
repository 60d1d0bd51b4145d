"""Settings · Tags: the tags that members may put on accounts."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Conflict, Invalid
from tenure.measures.language.writing import write_scalar
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission
from tenure.traits import actions, queries


@page(Permission.VIEW, writes=Permission.CONFIGURE)
def tag_settings(request: TeamRequest) -> HttpResponse:
    """The set. POST adds the tag `name`; with `usual` the usual ones."""
    problem, status, name = "", 200, request.POST.get("name", "")
    if request.method == "POST":
        try:
            if request.POST.get("usual"):
                actions.add_usual_tags(by=request.member)
            else:
                actions.add_tag(name=name, by=request.member)
        except (Invalid, Conflict) as refusal:
            problem, status = refusal.message, refusal.status
        else:
            return redirect(to(request, "workspace:tag-settings"))
    found = queries.tags(retired=True)
    context = {
        "section": "tags",
        "tags": found,
        "conditions": {each.id: f"has(tags, {write_scalar(each.name)})" for each in found},
        "tag": name,
        "problem": problem,
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/tags.html", context, status=status)


@page(Permission.CONFIGURE)
@require_POST
def account_tag_retirements(request: TeamRequest, account_tag: int) -> HttpResponse:
    """POST `retired` yes or no."""
    actions.retire_tag(tag=account_tag, by=request.member, retired=request.POST.get("retired") != "no")
    return redirect(to(request, "workspace:tag-settings"))
