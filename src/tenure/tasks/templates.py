"""Templates: tasks that are made together, each so many working days after the start."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Invalid, NotFound, Problem
from tenure.tasks.actions import add_task
from tenure.tasks.calendars import add_business_days
from tenure.tasks.contracts import Kind, NewTask, Origin, Step, TaskTemplateView
from tenure.tasks.models import TaskTemplate
from tenure.tasks.rules import LONGEST_ITEM, LONGEST_TITLE, MOST_ITEMS
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

LONGEST_NAME, MOST_STEPS, MOST_DAYS = 60, 50, 730
_STEP = re.compile(r"^(?:\+(?P<days>\d{1,4})\s+)?(?P<promise>promise:\s*)?(?P<title>\S.*)$", re.IGNORECASE)
_ITEM = re.compile(r"^\s+[-*]\s+(?P<text>\S.*)$")

READY = (
    TaskTemplateView(
        None, "Onboarding",
        (
            Step("Read what sales promised, and ask where it is not clear", 0),
            Step("Kick-off call", 3, items=("Agenda sent", "Goals written down", "Who decides, who uses it")),
            Step("Send the plan with days and names", 5, Kind.PROMISE),
            Step("First training", 10),
            Step("Ask how the first weeks went", 30),
        ),
    ),
    TaskTemplateView(
        None, "Business review",
        (
            Step("Agree on a day and on who takes part", 0),
            Step("Prepare the review", 10, items=("Goals of the last quarter", "Value in numbers", "Open problems")),
            Step("Hold the review", 15),
            Step("Send the minutes", 17, Kind.PROMISE),
        ),
    ),
    TaskTemplateView(
        None, "Renewal",
        (
            Step("Find out who decides, and by when", 0),
            Step("Talk about what they got for it", 5),
            Step("Send the offer", 15, Kind.PROMISE),
            Step("Ask where it stands", 25),
        ),
    ),
)  # fmt: skip
"""Ready-made ones, offered until the workspace has its own."""


def read_steps(text: str) -> tuple[Step, ...]:
    """Steps as they are written: a line each, `+5` before it says how many working days after the start, `promise:`
    that it is one; lines below it that begin with spaces and a dash are its checklist. Refuses with `Invalid`, by
    line."""
    steps: list[Step] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.replace("\r\n", "\n").expandtabs(2).splitlines(), start=1):
        item = _ITEM.match(line)
        step = None if item else _STEP.match(line.strip())
        if item and not steps:
            problems.append(Problem(f"Line {number} is a line of a checklist, but no task stands above it.", "steps"))
        elif item:
            steps[-1] = _with(steps[-1], " ".join(item["text"].split()), number, problems)
        elif step:
            steps.append(_step(step, number, problems))
    if not steps:
        problems.append(Problem("Write at least one task, one a line.", "steps"))
    if len(steps) > MOST_STEPS:
        problems.append(Problem(f"A template has at most {MOST_STEPS} tasks.", "steps"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return tuple(steps)


def written_steps(steps: Sequence[Step]) -> str:
    """The text that `read_steps` reads."""
    lines = []
    for step in steps:
        lines.append(f"+{step.after_days} {'promise: ' if step.kind is Kind.PROMISE else ''}{step.title}")
        lines += [f"  - {item}" for item in step.items]
    return "\n".join(lines)


def _step(match: re.Match[str], number: int, problems: list[Problem]) -> Step:
    days, title = int(match["days"] or 0), " ".join(match["title"].split())
    if days > MOST_DAYS:
        problems.append(Problem(f"Line {number}: at most {MOST_DAYS} days after the start.", "steps"))
    if len(title) > LONGEST_TITLE:
        problems.append(Problem(f"Line {number} has more than {LONGEST_TITLE} characters.", "steps"))
    return Step(title, days, Kind.PROMISE if match["promise"] else Kind.TASK)


def _with(step: Step, item: str, number: int, problems: list[Problem]) -> Step:
    if len(step.items) == MOST_ITEMS or len(item) > LONGEST_ITEM:
        problems.append(
            Problem(f"Line {number}: a checklist has at most {MOST_ITEMS} lines of {LONGEST_ITEM} characters.", "steps")
        )
        return step
    return Step(step.title, step.after_days, step.kind, (*step.items, item))


def templates(*, retired: bool = False) -> list[TaskTemplateView]:
    """The workspace's own by name, retired ones only when asked for; the ready-made where it never had any. One
    query."""
    rows = [_view(row) for row in TaskTemplate.objects.order_by("name", "id")]
    if not rows:
        return list(READY)
    found = [row for row in rows if retired or not row.retired]
    return sorted(found, key=lambda row: (row.retired, row.name.casefold()))


def template(task_template: int) -> TaskTemplateView:
    """One of the workspace's own; refuses with `NotFound`. One query."""
    row = TaskTemplate.objects.filter(pk=task_template).first()
    if row is None:
        raise NotFound("There is no such template.")
    return _view(row)


@transaction.atomic
def take_up_templates(*, by: MemberView) -> int:
    """Make the ready-made ones the workspace's own, to be changed; how many. Audited."""
    taken = {name.casefold() for name in TaskTemplate.objects.values_list("name", flat=True)}
    made = [
        TaskTemplate(name=each.name, steps=[asdict(step) for step in each.steps])
        for each in READY
        if each.name.casefold() not in taken
    ]
    TaskTemplate.objects.bulk_create(made)
    names = [row.name for row in made]
    record_audit(by=by, action="task_templates.taken_up", object="task templates", after={"names": names})
    return len(made)


@transaction.atomic
def keep_template(*, task_template: int | None, name: str, steps: str, by: MemberView) -> int:
    """Make a template, or change one; its id. Audited. Refuses with `Invalid` one without name or tasks."""
    name = " ".join(name.split())
    problems = []
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(Problem(f"Give it a name of at most {LONGEST_NAME} characters.", "name"))
    others = TaskTemplate.objects.filter(name__iexact=name)
    if (others if task_template is None else others.exclude(pk=task_template)).exists():
        problems.append(Problem(f"There is a template {name} already.", "name"))
    read: tuple[Step, ...] = ()
    try:
        read = read_steps(steps)
    except Invalid as wrong:
        problems += wrong.problems
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    row = TaskTemplate()
    if task_template is not None:
        found = TaskTemplate.objects.select_for_update().filter(pk=task_template).first()
        if found is None:
            raise NotFound("There is no such template.")
        row = found
    row.name, row.steps = name, [asdict(step) for step in read]
    row.save()
    action = "task_template.made" if task_template is None else "task_template.changed"
    record_audit(by=by, action=action, object=f"task template {name}", after={"steps": written_steps(read)})
    return row.pk


@transaction.atomic
def retire_template(*, task_template: int, by: MemberView, retired: bool = True) -> None:
    """Offer it no more, or again. Audited."""
    row = TaskTemplate.objects.select_for_update().filter(pk=task_template).first()
    if row is None:
        raise NotFound("There is no such template.")
    row.retired_at = clock.now() if retired else None
    row.save(update_fields=["retired_at"])
    action = "task_template.retired" if retired else "task_template.brought_back"
    record_audit(by=by, action=action, object=f"task template {row.name}")


@transaction.atomic
def start(
    template: TaskTemplateView, *, account: int | None, on: date, assignee: int | None, by: MemberView
) -> list[int]:
    """Make the tasks of a template, counted from a day; their ids."""
    return [
        add_task(
            NewTask(
                account=account, title=step.title, kind=step.kind, due=add_business_days(on, step.after_days),
                assignee=assignee, items=step.items, origin=Origin("template", template.name),
            ),
            by=by,
        )
        for step in template.steps
    ]  # fmt: skip


def _view(row: TaskTemplate) -> TaskTemplateView:
    steps = tuple(
        Step(each["title"], each["after_days"], Kind(each["kind"]), tuple(each["items"])) for each in row.steps
    )
    return TaskTemplateView(row.pk, row.name, steps, row.retired_at is not None)
