"""Tasks: made, changed with nothing lost, done, given away, repeated, told of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tenure.base import clock
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.tasks import actions, calendars, queries
from tenure.tasks.contracts import Counts, Kind, NewTask, Origin, Priority, Repeat, Spent, State, TaskDraft, TaskFilter
from tenure.tasks.models import Task
from tenure.tasks.tests.conftest import MONDAY
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member
from tenure.work.contracts import WorkType

TODAY = date(2024, 5, 6)


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


def _told(fact: str) -> list[object]:
    return [message.body for message in OutboxMessage.objects.filter(fact=fact).order_by("id")]


def _audited() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def _drafted(task: int) -> TaskDraft:
    view = queries.task(task)
    return TaskDraft(
        title=view.title, detail=view.detail, kind=view.kind, due=view.due, assignee=view.assignee_id,
        priority=view.priority, promised_to=view.promised_to_id, repeat=view.repeat,
    )  # fmt: skip


def test_a_task_is_kept_and_told(account: int, ada: int, owner: MemberView) -> None:
    new = NewTask(
        account=account, title="  Send   the deck ", detail="**Soon**\r\n", kind=Kind.PROMISE, due=TODAY,
        assignee=owner.id, promised_to=ada, origin=Origin("meeting", "7"), items=("Draft", " ", "Send"),
    )  # fmt: skip
    task = actions.add_task(new, by=owner)
    found = queries.task(task)
    assert (found.title, found.detail, found.account, found.assignee) == ("Send the deck", "**Soon**", "Alpha", "Ana")
    assert (found.promised_to, found.due, found.state, found.items, found.items_done) == (
        "Ada Lovelace", TODAY, State.OPEN, 2, 0,
    )  # fmt: skip
    assert _told("TaskAdded") == [
        {
            "task": task, "account": account, "assignee": owner.id, "kind": "promise", "origin": "meeting",
            "by": owner.id,
        }
    ]  # fmt: skip


def test_what_is_wrong_is_refused_by_its_field(account: int, owner: MemberView, ben: Member) -> None:
    wrong = [
        (NewTask(title=" "), "title"),
        (NewTask(title="x" * 201), "title"),
        (NewTask(title="x", detail="y" * 20_001), "detail"),
        (NewTask(title="x", kind=Kind.PROMISE), "account"),
        (NewTask(title="x", kind=Kind.PROMISE, account=account, promised_to=999), "promised_to"),
        (NewTask(title="x", repeat=Repeat("weekly")), "due"),
        (NewTask(title="x", due=TODAY, repeat=Repeat("weekly", 99)), "repeat"),
        (NewTask(title="x", assignee=ben.pk), "assignee"),  # a viewer
        (NewTask(title="x", assignee=999), "assignee"),
        (NewTask(title="x", items=("i" * 301,)), "items"),
        (NewTask(title="x", items=("i",) * 51), "items"),
    ]
    for new, where in wrong:
        with pytest.raises(Invalid) as refused:
            actions.add_task(new, by=owner)
        assert [problem.where for problem in refused.value.problems] == [where]
    with pytest.raises(NotFound):
        actions.add_task(NewTask(title="x", account=999), by=owner)
    assert Task.objects.count() == 0


def test_a_line_of_a_note_makes_one_task_however_often_it_is_said(owner: MemberView) -> None:
    line = NewTask(title="x", origin=Origin("note", "4:abc"))
    assert actions.add_task(line, by=owner) == actions.add_task(line, by=owner)
    alert = NewTask(title="x", origin=Origin("alert", "4"))
    assert actions.add_task(alert, by=owner) != actions.add_task(alert, by=owner)
    assert len(_told("TaskAdded")) == 3
    assert [view.title for view in queries.of_note(4)] == ["x"]


def test_an_edit_keeps_what_was_and_refuses_an_older_one(owner: MemberView, csm: MemberView) -> None:
    task = actions.add_task(NewTask(title="One", assignee=csm.id), by=owner)
    draft = replace(_drafted(task), title="Two", due=TODAY, priority=Priority.HIGH)
    assert actions.edit_task(task, draft, revision=1, by=owner) == 2
    assert actions.edit_task(task, draft, revision=2, by=owner) == 2
    with pytest.raises(actions.EditConflict):
        actions.edit_task(task, replace(draft, title="Three"), revision=1, by=owner)
    assert queries.task(task).title == "Two"
    (change,) = queries.history(task)
    assert (change.by, change.changes) == (
        "Ana",
        (("Title", "One", "Two"), ("Due", "nothing", "6 May 2024"), ("Priority", "Normal", "High")),
    )
    assert _audited() == ["task.changed"]  # it is Ben's


def test_it_is_done_once_with_the_time_it_took(account: int, owner: MemberView, csm: MemberView) -> None:
    task = actions.add_task(NewTask(title="x", account=account, assignee=csm.id, origin=Origin("alert", "9")), by=owner)
    with pytest.raises(Invalid):
        actions.finish(task, by=csm, spent=Spent(0))
    actions.finish(task, by=csm, spent=Spent(25, WorkType.TRAINING))
    actions.finish(task, by=owner, spent=Spent(99))
    found = queries.task(task)
    assert (found.state, found.minutes, found.work_type, found.finished_by, found.finished_on) == (
        State.DONE, 25, WorkType.TRAINING, "Ben", TODAY,
    )  # fmt: skip
    assert _told("TaskFinished") == [
        {
            "task": task, "account": account, "kind": "task", "state": "done", "origin": "alert", "origin_key": "9",
            "by": csm.id, "minutes": 25, "work_type": "training",
        }
    ]  # fmt: skip
    actions.reopen(task, by=owner)
    found = queries.task(task)
    assert (found.state, found.minutes, found.finished_at) == (State.OPEN, None, None)
    assert _audited() == ["task.reopened"]


def test_a_task_is_dropped_with_a_reason_only(owner: MemberView) -> None:
    task = actions.add_task(NewTask(title="x", due=TODAY, repeat=Repeat("daily")), by=owner)
    with pytest.raises(Invalid):
        actions.drop(task, reason=" ", by=owner)
    actions.drop(task, reason="They left", by=owner)
    assert (queries.task(task).state, queries.task(task).reason, Task.objects.count()) == (
        State.DROPPED,
        "They left",
        1,
    )


def test_what_repeats_has_one_open_at_a_time(owner: MemberView) -> None:
    new = NewTask(title="x", due=TODAY, repeat=Repeat("weekly"), items=("a",), assignee=owner.id)
    first = actions.add_task(new, by=owner)
    actions.tick(first, item=queries.items(first)[0].id, done=True, by=owner)
    calendars.add_holiday(day=date(2024, 5, 13), name="Bank holiday", by=owner)
    second = actions.finish(first, by=owner)
    assert second is not None
    found = queries.task(second)
    assert (found.due, found.items, found.items_done) == (date(2024, 5, 14), 1, 0)
    assert found.assignee_id == owner.id
    with pytest.raises(Conflict, match="open already"):
        actions.reopen(first, by=owner)
    assert queries.task(first).state is State.DONE
    third = actions.finish(second, by=owner)
    assert third is not None
    assert queries.task(third).due == date(2024, 5, 20)
    assert Task.objects.filter(state="open").count() == 1


def test_others_tasks_are_given_away_by_who_manages_the_team(owner: MemberView, csm: MemberView) -> None:
    hers = actions.add_task(NewTask(title="x", assignee=owner.id), by=owner)
    free = actions.add_task(NewTask(title="y"), by=owner)
    with pytest.raises(Forbidden):
        actions.reassign([free, hers], to=csm.id, by=csm)
    assert queries.task(free).assignee_id is None
    with pytest.raises(Forbidden):
        actions.edit_task(hers, replace(_drafted(hers), assignee=csm.id), revision=1, by=csm)
    assert actions.reassign([free], to=csm.id, by=csm) == 1
    assert actions.reassign([free, hers], to=csm.id, by=owner) == 1
    assert actions.reassign([hers], to=owner.id, by=owner) == 1
    assert _audited() == ["task.reassigned"]  # the last: what was Ben's
    assert len(_told("TaskReassigned")) == 3


def test_many_are_finished_or_postponed_at_once(owner: MemberView) -> None:
    one, two = (actions.add_task(NewTask(title=title, due=TODAY), by=owner) for title in "ab")
    actions.finish(two, by=owner)
    assert actions.postpone([one, two], to=date(2024, 5, 8), by=owner) == 1
    assert queries.task(one).due == date(2024, 5, 8)
    assert actions.finish_all([one, two], by=owner) == 1
    with pytest.raises(NotFound):
        actions.finish_all([one, 999], by=owner)


def test_an_account_is_handed_over_with_its_open_tasks(account: int, owner: MemberView, csm: MemberView) -> None:
    def task(**more: object) -> int:
        return actions.add_task(NewTask(**{"title": "x", "account": account, "assignee": owner.id, **more}), by=owner)  # type: ignore[arg-type]

    moved, done, elsewhere, another = task(), task(), task(account=None), task(assignee=None)
    actions.finish(done, by=owner)
    assert actions.hand_over(account, from_member=owner.id, to_member=csm.id, by=None) == 1
    assert [queries.task(each).assignee_id for each in (moved, done, elsewhere, another)] == [
        csm.id, owner.id, owner.id, None,
    ]  # fmt: skip
    assert queries.counts_of_members() == {csm.id: Counts(open=1), owner.id: Counts(open=1)}


def test_a_checklist_keeps_what_is_done_when_its_lines_change(owner: MemberView) -> None:
    task = actions.add_task(NewTask(title="x", items=("a", "b")), by=owner)
    actions.tick(task, item=queries.items(task)[1].id, done=True, by=owner)
    actions.set_items(task, ["b", "c"], by=owner)
    assert [(item.text, item.done, item.done_by) for item in queries.items(task)] == [
        ("b", True, "Ana"), ("c", False, ""),
    ]  # fmt: skip
    assert queries.task(task).revision == 1
    with pytest.raises(NotFound):
        actions.tick(task, item=999, done=True, by=owner)


def test_lists_are_in_the_order_of_days_and_go_on_where_they_ended(owner: MemberView, csm: MemberView) -> None:
    days = [None, date(2024, 5, 20), TODAY, date(2024, 5, 3), date(2024, 5, 8)]
    for number, day in enumerate(days):
        actions.add_task(NewTask(title=str(number), due=day, assignee=owner.id), by=owner)
    actions.add_task(NewTask(title="high", due=TODAY, assignee=csm.id, priority=Priority.HIGH), by=owner)
    everybody = TaskFilter(TODAY)
    first = queries.tasks(everybody, limit=4)
    rest = queries.tasks(everybody, cursor=first.next, limit=4)
    assert [row.title for row in (*first.rows, *rest.rows)] == ["3", "high", "2", "4", "1", "0"]
    assert rest.next is None

    def titles(**which: object) -> list[str]:
        return [row.title for row in queries.tasks(replace(everybody, **which)).rows]  # type: ignore[arg-type]

    assert titles(assignees=(owner.id,), when="overdue") == ["3"]
    assert titles(when="today") == ["high", "2"]
    assert titles(when="week", assignees=(owner.id,)) == ["2", "4"]
    assert titles(when="later") == ["1"]
    assert titles(when="undated") == ["0"]
    assert titles(kind=Kind.PROMISE) == []
    assert queries.tally(everybody) == {"": 6, "overdue": 1, "today": 2, "week": 3, "later": 1, "undated": 1}
    assert [row.title for row in queries.due_of_member(owner.id, TODAY)] == ["3", "2"]


def test_finished_ones_are_listed_newest_first(account: int, owner: MemberView) -> None:
    made = [actions.add_task(NewTask(title=title, account=account, kind=Kind.PROMISE), by=owner) for title in "abc"]
    for task in made[:2]:
        actions.finish(task, by=owner)
    done = TaskFilter(TODAY, done=True)
    first = queries.tasks(done, limit=1)
    assert [row.title for row in (*first.rows, *queries.tasks(done, cursor=first.next).rows)] == ["b", "a"]
    assert [row.title for row in queries.promises_of_account(account)] == ["c"]
    assert [row.title for row in queries.promises_of_account(account, open_only=False)] == ["c", "a", "b"]
    assert [row.title for row in queries.finished_of_account(account)] == ["b", "a"]
    assert [row.title for row in queries.open_of_account(account)] == ["c"]
