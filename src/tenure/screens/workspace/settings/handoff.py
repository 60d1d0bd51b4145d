"""Settings · Handoff: the checklist that a new handoff gets."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import Invalid
from tenure.ownership import checklist
from tenure.ownership.contracts import Check
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
@require_GET
def handoff(request: TeamRequest) -> HttpResponse:
    """The items, in their order."""
    return _page(request)


@page(Permission.CONFIGURE)
@require_POST
def items(request: TeamRequest) -> HttpResponse:
    """Add the item `label`, done by `check`, `required` or not; with `usual` make the ready-made ones ours."""
    given = request.POST
    try:
        if given.get("usual"):
            checklist.take_up(by=request.member)
        else:
            checklist.add_item(
                label=given.get("label", ""), check=given.get("check", ""), required=bool(given.get("required")),
                by=request.member,
            )  # fmt: skip
    except Invalid as refusal:
        return _page(request, label=given.get("label", ""), problem=refusal.message, status=refusal.status)
    return redirect(to(request, "workspace:handoff-settings"))


@page(Permission.CONFIGURE)
@require_POST
def item(request: TeamRequest, checklist_item: int) -> HttpResponse:
    """POST `required` or `retired`, each yes or no."""
    said = {name: request.POST[name] == "yes" for name in ("required", "retired") if name in request.POST}
    checklist.change_item(item=checklist_item, by=request.member, **said)
    return redirect(to(request, "workspace:handoff-settings"))


def _page(request: TeamRequest, *, label: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    found = checklist.template(retired=True)
    context = {
        "section": "handoff",
        "items": found,
        "ready": all(not each.id for each in found),
        "checks": [(each.value, each.label) for each in Check],
        "label": label,
        "problem": problem,
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/handoff.html", context, status=status)
