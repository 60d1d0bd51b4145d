"""Templates of tasks, and the calendar that their days are counted by."""

from datetime import date

import pytest

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.tasks import calendars, queries, templates
from tenure.tasks.contracts import Calendar, Kind, Step
from tenure.tasks.tests.conftest import MONDAY
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry

TEXT = "Read the contract\n+3 Kick-off\n  - Agenda\n  - Goals\n+5 promise: Send the plan"


def test_steps_are_read_as_they_are_written() -> None:
    steps = templates.read_steps(TEXT)
    assert steps == (
        Step("Read the contract"), Step("Kick-off", 3, items=("Agenda", "Goals")),
        Step("Send the plan", 5, Kind.PROMISE),
    )  # fmt: skip
    assert templates.read_steps(templates.written_steps(steps)) == steps


@pytest.mark.parametrize("text", ["", " \n", "  - of nothing", "+999 far", "x" * 201, "\n".join("a" * 51)])
def test_steps_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        templates.read_steps(text)
    assert {problem.where for problem in refused.value.problems} == {"steps"}


def test_a_template_makes_tasks_on_working_days(account: int, owner: MemberView) -> None:
    assert templates.templates() == list(templates.READY)
    made = templates.keep_template(task_template=None, name="Start", steps=TEXT, by=owner)
    calendars.add_holiday(day=date(2024, 5, 9), name="Ascension", by=owner)
    with clock.frozen(MONDAY):
        tasks = templates.start(
            templates.template(made), account=account, on=date(2024, 5, 4), assignee=owner.id, by=owner
        )
    found = [queries.task(task) for task in tasks]
    assert [(task.title, task.due, task.kind, task.items) for task in found] == [
        ("Read the contract", date(2024, 5, 6), Kind.TASK, 0),
        ("Kick-off", date(2024, 5, 10), Kind.TASK, 2),
        ("Send the plan", date(2024, 5, 14), Kind.PROMISE, 0),
    ]


def test_a_name_is_given_once_and_a_retired_template_is_not_offered(owner: MemberView) -> None:
    assert templates.take_up_templates(by=owner) == 3
    with pytest.raises(Invalid, match="already"):
        templates.keep_template(task_template=None, name="onboarding", steps="x", by=owner)
    first = templates.templates()[0]
    assert first.id is not None
    templates.retire_template(task_template=first.id, by=owner)
    assert first.name not in [each.name for each in templates.templates()]
    assert templates.templates(retired=True)[-1].retired
    with pytest.raises(NotFound):
        templates.template(999)


def test_the_week_and_its_holidays_are_the_workspaces_own(owner: MemberView) -> None:
    calendars.set_working_days([6, 0, 1, 2, 3], by=owner)
    day = calendars.add_holiday(day=date(2024, 5, 6), name="May Day", by=owner)
    assert calendars.calendar() == Calendar(frozenset({6, 0, 1, 2, 3}), frozenset({date(2024, 5, 6)}))
    assert calendars.next_working_day(date(2024, 5, 6)) == date(2024, 5, 7)
    with pytest.raises(Conflict):
        calendars.add_holiday(day=date(2024, 5, 6), name="Again", by=owner)
    with pytest.raises(Invalid):
        calendars.set_working_days([], by=owner)
    calendars.remove_holiday(holiday=day, by=owner)
    assert calendars.holidays(since=date(2024, 1, 1)) == []
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "calendar.week_changed", "calendar.holiday_added", "calendar.holiday_removed",
    ]  # fmt: skip
