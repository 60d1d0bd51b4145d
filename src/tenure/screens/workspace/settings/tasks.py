"""Settings · Tasks: when the team works, and tasks that are made together."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base.refusals import Conflict, Invalid
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.tasks.forms import day_of
from tenure.tasks import calendars
from tenure.tasks import templates as kept
from tenure.tasks.contracts import TaskTemplateView
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Row:
    """A template in the list: what its tasks are, and in how many days they are done."""

    id: int | None
    name: str
    tasks: str
    days: str
    retired: bool


@page(Permission.VIEW)
def task_settings(request: TeamRequest) -> HttpResponse:
    """The calendar and the templates."""
    return _page(request)


@page(Permission.CONFIGURE)
@require_POST
def week(request: TeamRequest) -> HttpResponse:
    """POST `day` (0 is Monday), one for each working day."""
    try:
        given = request.POST.getlist("day")
        calendars.set_working_days([int(each) for each in given if each in "0123456"], by=request.member)
    except Invalid as refusal:
        return _page(request, {"days": refusal.message})
    messages.success(request, "The working week is kept.")
    return redirect(to(request, "workspace:task-settings"))


@page(Permission.CONFIGURE)
@require_POST
def holidays(request: TeamRequest) -> HttpResponse:
    """POST `on` and `name`: keep a day free."""
    given = {name: request.POST.get(name, "") for name in ("on", "name")}
    try:
        day = day_of(given["on"])
        if day is None:
            return _page(request, {"day": "Choose the day."}, given)
        calendars.add_holiday(day=day, name=given["name"], by=request.member)
    except (Invalid, Conflict) as refusal:
        wrong = {each.where.replace("due", "day"): each.message for each in refusal.problems}
        return _page(request, wrong, given)
    messages.success(request, "The holiday is kept.")
    return redirect(to(request, "workspace:task-settings"))


@page(Permission.CONFIGURE)
@require_POST
def holiday_removals(request: TeamRequest, holiday: int) -> HttpResponse:
    """Take a holiday away."""
    calendars.remove_holiday(holiday=holiday, by=request.member)
    messages.success(request, "It is a day like the others.")
    return redirect(to(request, "workspace:task-settings"))


@page(Permission.CONFIGURE)
@require_POST
def templates(request: TeamRequest) -> HttpResponse:
    """Make the ready-made templates the workspace's own."""
    kept.take_up_templates(by=request.member)
    messages.success(request, "The templates are yours to change.")
    return redirect(to(request, "workspace:task-settings"))


@page(Permission.CONFIGURE)
def template_new(request: TeamRequest) -> HttpResponse:
    """The form of a new template; POST: make it."""
    return _template(request, TaskTemplateView(None, "", ()))


@page(Permission.CONFIGURE)
def task_template(request: TeamRequest, task_template: int) -> HttpResponse:
    """A template's form; POST: change it."""
    return _template(request, kept.template(task_template))


@page(Permission.CONFIGURE)
@require_POST
def template_retirements(request: TeamRequest, task_template: int) -> HttpResponse:
    """POST `retired` yes or no."""
    retired = request.POST.get("retired") != "no"
    kept.retire_template(task_template=task_template, by=request.member, retired=retired)
    return redirect(to(request, "workspace:task-settings"))


def _template(request: TeamRequest, view: TaskTemplateView) -> HttpResponse:
    values = {"name": view.name, "steps": kept.written_steps(view.steps)}
    problems = dict.fromkeys(values, "")
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            kept.keep_template(task_template=view.id, name=values["name"], steps=values["steps"], by=request.member)
        except Invalid as refusal:
            for each in refusal.problems:
                problems[each.where] = f"{problems[each.where]} {each.message}".strip()
        else:
            messages.success(request, f"The template {values['name']} is kept.")
            return redirect(to(request, "workspace:task-settings"))
    context = {"section": "tasks", "template": view, "form": values, "problems": problems}
    status = 422 if any(problems.values()) else 200
    return render(request, "workspace/settings/task_template.html", context, status=status)


def _page(
    request: TeamRequest, problems: dict[str, str] | None = None, given: dict[str, str] | None = None
) -> HttpResponse:
    found = kept.templates(retired=True)
    working = calendars.calendar().working
    context = {
        "section": "tasks",
        "days": [(str(number), name, number in working) for number, name in enumerate(DAYS)],
        "week": ", ".join(name for number, name in enumerate(DAYS) if number in working),
        "holidays": calendars.holidays(since=as_of_day(request.workspace)),
        "templates": [_row(each) for each in found],
        "ready": all(each.id is None for each in found),
        "problems": {"days": "", "day": "", "name": "", **(problems or {})},
        "given": {"on": "", "name": "", **(given or {})},
        "may_change": request.member.may(Permission.CONFIGURE),
    }
    return render(request, "workspace/settings/tasks.html", context, status=422 if problems else 200)


def _row(view: TaskTemplateView) -> Row:
    days = max((step.after_days for step in view.steps), default=0)
    return Row(
        view.id, view.name, formats.count(len(view.steps), "task"), formats.count(days, "working day"), view.retired
    )
