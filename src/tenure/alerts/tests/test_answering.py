"""Snooze, delegate, close, make a task: one or many, never over what somebody else changed, and back again."""

from datetime import date, timedelta

import pytest

from tenure.alerts import actions, queries
from tenure.alerts.contracts import Outcome, Shown, Whose
from tenure.alerts.models import Alert, AlertChange
from tenure.alerts.tests.defining import alert
from tenure.base import clock
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tasks import queries as tasks
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import NewTask
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work import queries as work

TODAY = date(2024, 12, 31)


@pytest.fixture
def ids(workspace: Workspace) -> list[int]:
    """Three accounts."""
    workspace.as_of = TODAY
    workspace.save()
    rows = [AccountUpsert(f"A-{n}", name=f"Account {n}") for n in (1, 2, 3)]
    return list(upsert_accounts(rows).ids.values())


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    return members_by_id([ana.pk])[ana.pk]


def seen(*rows: Alert) -> dict[int, int]:
    return {row.pk: row.revision for row in rows}


def state(row: Alert) -> tuple[object, ...]:
    row.refresh_from_db()
    return row.state, row.owner_id, row.outcome, row.snoozed_until, row.revision


def test_snooze_needs_a_day_to_come_and_a_reason(ids: list[int], by: MemberView) -> None:
    row = alert(ids[0], owner_id=by.id)
    for until, reason in ((TODAY, "Later"), (TODAY + timedelta(days=366), "Later"), (TODAY + timedelta(days=3), " ")):
        with pytest.raises(Invalid):
            actions.snooze(seen(row), until=until, reason=reason, by=by)
    assert state(row) == ("open", by.id, "", None, 1)
    done = actions.snooze(seen(row), until=TODAY + timedelta(days=3), reason="On holiday", by=by)
    assert state(row) == ("snoozed", by.id, "", TODAY + timedelta(days=3), 2)
    actions.take_back(done.batch, by=by)
    assert state(row) == ("open", by.id, "", None, 3)
    assert [(c.kind, c.undone) for c in queries.history(row.pk)] == [("snoozed", True)]


def test_closing_needs_an_outcome_and_its_note_is_on_the_timeline(ids: list[int], by: MemberView) -> None:
    row = alert(ids[0], owner_id=by.id)
    with pytest.raises(Invalid, match="what came of it"):
        actions.close(seen(row), outcome="", note="", by=by)
    done = actions.close(seen(row), outcome="success", note="They stay.", by=by)
    assert state(row) == ("closed", by.id, "success", None, 2)
    assert row.closed_by_id == by.id
    entries, _ = work.latest(ids[0], before=(clock.now() + timedelta(days=1), "z"), limit=5)
    assert [(e.subject, e.body) for e in entries] == [("Alert closed: Quiet (success)", "They stay.")]
    assert OutboxMessage.objects.get(fact="AlertClosed").body["outcome"] == "success"
    actions.take_back(done.batch, by=by)
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("open", "")
    assert Alert.objects.filter(pk=row.pk, closed_at=None, closed_by=None).exists()
    with pytest.raises(NotFound, match="already"):
        actions.take_back(done.batch, by=by)


def test_what_somebody_else_changed_meanwhile_is_left_and_told(ids: list[int], by: MemberView) -> None:
    one, other = alert(ids[0], owner_id=by.id), alert(ids[1], owner_id=by.id)
    old = seen(one, other)
    actions.close(seen(one), outcome="success", note="", by=by)
    done = actions.close(old, outcome="false_alarm", note="", by=by)
    assert (done.changed, done.missed) == (1, (one.pk,))
    assert (state(one)[2], state(other)[2]) == ("success", "false_alarm")


def test_taking_back_leaves_what_was_changed_since(ids: list[int], by: MemberView) -> None:
    row = alert(ids[0], owner_id=by.id)
    done = actions.snooze(seen(row), until=TODAY + timedelta(days=3), reason="Later", by=by)
    row.refresh_from_db()
    actions.take_up(seen(row), by=by)
    assert actions.take_back(done.batch, by=by).missed == (row.pk,)
    assert state(row)[0] == "open"


def test_a_closed_alert_is_not_opened_again_beside_a_new_one_of_its_cause(ids: list[int], by: MemberView) -> None:
    row = alert(ids[0], owner_id=by.id)
    done = actions.close(seen(row), outcome="success", note="", by=by)
    alert(ids[0], owner_id=by.id)
    with pytest.raises(Conflict, match="new alert"):
        actions.take_back(done.batch, by=by)
    assert AlertChange.objects.filter(undone_at=None).count() == 1


def test_an_alert_becomes_a_task_once_and_stays(ids: list[int], by: MemberView) -> None:
    row = alert(ids[0], owner_id=by.id)
    done = actions.make_tasks(seen(row), by=by)
    row.refresh_from_db()
    assert done.tasks == (row.task,)
    task = tasks.task(done.tasks[0])
    assert (task.title, task.account_id, task.assignee_id, task.due, task.origin.kind, task.origin.key) == (
        "Quiet", ids[0], by.id, date(2025, 1, 5), "alert", str(row.pk),
    )  # fmt: skip
    assert actions.make_tasks(seen(row), by=by).tasks == ()
    assert row.state == "open"


def test_who_only_looks_answers_nothing_and_alerts_for_admins_are_theirs(
    ids: list[int], by: MemberView, ben: Member
) -> None:
    row, theirs = alert(ids[0], owner_id=by.id), alert(subject="backend", for_admins=True)
    viewer = members_by_id([ben.pk])[ben.pk]
    with pytest.raises(Forbidden):
        actions.close(seen(row), outcome="success", note="", by=viewer)
    with pytest.raises(Invalid, match="answers alerts"):
        actions.delegate(seen(row), to=ben.pk, by=by)
    Member.objects.filter(pk=ben.pk).update(role="csm")
    csm = members_by_id([ben.pk])[ben.pk]
    with pytest.raises(NotFound):
        actions.close(seen(theirs), outcome="success", note="", by=csm)
    actions.delegate(seen(row), to=ben.pk, by=by)
    assert state(row) == ("open", ben.pk, "", None, 2)


def queue(member: int, **more: object) -> list[list[int]]:
    found, pages, cursor = [], 0, None
    while pages == 0 or cursor:
        groups, cursor = queries.inbox(Whose(member, **more), today=TODAY, cursor=cursor, limit=2)  # type: ignore[arg-type]
        found += [[a.id for a in g.alerts] + [-t.view.id for t in g.tasks] for g in groups]
        pages += 1
    return found


def test_the_queue_is_by_worth_an_account_at_a_time_with_tasks_and_nothing_twice(
    ids: list[int], by: MemberView, ben: Member
) -> None:
    low, high = (
        alert(ids[0], owner_id=by.id, value_minor=10),
        alert(ids[0], owner_id=by.id, value_minor=900, reason="B"),
    )
    middle, equal = (alert(pk, owner_id=by.id, value_minor=500) for pk in ids[1:])
    alert(ids[0], owner_id=ben.pk, reason="C", value_minor=10_000)
    trouble = alert(subject="backend", for_admins=True, value_minor=700)
    task = add_task(NewTask(title="Call", account=ids[2], due=TODAY, assignee=by.id), by=by)
    alone = add_task(NewTask(title="Tidy up", due=TODAY, assignee=by.id), by=by)
    add_task(NewTask(title="Later", due=TODAY + timedelta(days=1), assignee=by.id), by=by)
    # Without any MRR known one unit stands in: a task due today is worth 100 × 12 × 0.2 × 1.
    assert queue(by.id) == [[high.pk, low.pk], [middle.pk], [equal.pk, -task], [-alone]]
    assert queue(by.id, admin=True)[1] == [trouble.pk]
    assert queries.counts(Whose(by.id, admin=True)) == {Shown.OPEN: 5, Shown.DIGEST: 0, Shown.SNOOZED: 0}


def test_closed_alerts_come_newest_first(ids: list[int], by: MemberView) -> None:
    rows = [
        alert(pk, owner_id=by.id, state="closed", outcome="success", closed_at=f"2024-12-0{n}T00:00:00Z")
        for n, pk in enumerate(ids, 1)
    ]
    groups, after = queries.inbox(Whose(by.id), today=TODAY, shown=Shown.CLOSED, limit=2)
    assert [g.alerts[0].id for g in groups] == [rows[2].pk, rows[1].pk]
    groups, after = queries.inbox(Whose(by.id), today=TODAY, shown=Shown.CLOSED, cursor=after, limit=2)
    assert ([g.alerts[0].outcome for g in groups], after) == ([Outcome.SUCCESS], None)
