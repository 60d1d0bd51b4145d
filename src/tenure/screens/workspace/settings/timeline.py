"""Settings · Timeline: the tags that members may use, and the texts they begin entries with."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Conflict, Invalid
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.entries.filtering import one_of
from tenure.screens.workspace.entries.forms import FLOWS, WORK_TYPES
from tenure.tenants.contracts import Permission
from tenure.work import library, queries
from tenure.work.contracts import Flow, Kind, TemplateView, WorkType

NEW = TemplateView(None, "", Kind.NOTE, None, None, "", "")


@page(Permission.VIEW)
def timeline_settings(request: TeamRequest) -> HttpResponse:
    """Tags and templates."""
    return _page(request)


@page(Permission.CONFIGURE)
@require_POST
def tags(request: TeamRequest) -> HttpResponse:
    """Add the tag `name`; with `usual` the usual ones."""
    try:
        if request.POST.get("usual"):
            library.add_usual_tags(by=request.member)
        else:
            library.add_tag(name=request.POST.get("name", ""), by=request.member)
    except (Invalid, Conflict) as refusal:
        return _page(request, tag=request.POST.get("name", ""), problem=refusal.message, status=refusal.status)
    return redirect(to(request, "workspace:timeline-settings"))


@page(Permission.CONFIGURE)
@require_POST
def tag_retirements(request: TeamRequest, tag: int) -> HttpResponse:
    """POST `retired` yes or no."""
    library.retire_tag(tag=tag, by=request.member, retired=request.POST.get("retired") != "no")
    return redirect(to(request, "workspace:timeline-settings"))


@page(Permission.CONFIGURE)
@require_POST
def templates(request: TeamRequest) -> HttpResponse:
    """Make the ready-made templates the workspace's own."""
    library.take_up_templates(by=request.member)
    messages.success(request, "The templates are yours to change.")
    return redirect(to(request, "workspace:timeline-settings"))


@page(Permission.CONFIGURE)
def template_new(request: TeamRequest) -> HttpResponse:
    """The form of a new template; POST: make it."""
    return _template(request, NEW)


@page(Permission.CONFIGURE)
def entry_template(request: TeamRequest, template: int) -> HttpResponse:
    """A template's form; POST: change it."""
    return _template(request, library.template(template))


@page(Permission.CONFIGURE)
@require_POST
def template_retirements(request: TeamRequest, template: int) -> HttpResponse:
    """POST `retired` yes or no."""
    library.retire_template(template=template, by=request.member, retired=request.POST.get("retired") != "no")
    return redirect(to(request, "workspace:timeline-settings"))


def _template(request: TeamRequest, view: TemplateView) -> HttpResponse:
    problems = dict.fromkeys(("name", "subject", "body"), "")
    if request.method == "POST":
        given = request.POST
        view = replace(
            view, name=given.get("name", ""), kind=one_of(Kind, given.get("kind", "")) or Kind.NOTE,
            flow=one_of(Flow, given.get("flow", "")), work_type=one_of(WorkType, given.get("work_type", "")),
            subject=given.get("subject", ""), body=given.get("body", ""),
        )  # fmt: skip
        try:
            library.keep_template(template=view.id, view=view, by=request.member)
        except Invalid as refusal:
            problems |= {problem.where: problem.message for problem in refusal.problems}
        else:
            messages.success(request, f"The template {view.name} is kept.")
            return redirect(to(request, "workspace:timeline-settings"))
    context = {
        "section": "timeline",
        "template": view,
        "problems": problems,
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "flows": FLOWS,
        "work_types": WORK_TYPES,
    }
    return render(request, "workspace/settings/template.html", context, status=422 if any(problems.values()) else 200)


def _page(request: TeamRequest, *, tag: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    templates = library.templates(retired=True)
    context = {
        "section": "timeline",
        "tags": queries.tags(counted=True),
        "templates": templates,
        "ready": all(each.id is None for each in templates),
        "tag": tag,
        "problem": problem,
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/timeline.html", context, status=status)
