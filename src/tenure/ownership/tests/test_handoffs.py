"""A handoff waits for its checklist and the new owner; only then does the owner change, with tasks and promises."""

from datetime import date

import pytest

from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.customers.actions import assign_owner
from tenure.customers.queries import owners_among
from tenure.ownership import checklist, handoffs
from tenure.ownership.contracts import Check, State
from tenure.ownership.handoffs import GateClosed
from tenure.tasks import queries as tasks
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import Kind, NewTask
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry
from tenure.work.actions import pin_entry, write_entry
from tenure.work.contracts import EntryDraft

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


def _promise(account: int, by: MemberView, title: str = "Send the plan") -> int:
    return add_task(NewTask(title=title, account=account, kind=Kind.PROMISE, assignee=by.id), by=by)


def _proposed(account: int, by: MemberView, taker: MemberView) -> int:
    assign_owner(account=account, member=by.id, by=by, on=date(2025, 1, 1))
    return handoffs.propose(accounts=[account], taker=taker.id, by=by)[0]


def _state(handoff: int) -> State:
    return handoffs.handoff(handoff).view.state


def _pin(account: int, by: MemberView) -> None:
    pin_entry(entry=write_entry(account=account, draft=EntryDraft(body="Ask for Ada."), by=by), by=by)


def _tick(handoff: int, by: MemberView) -> None:
    for each in handoffs.handoff(handoff).items:
        if each.check is Check.HAND and each.required:
            handoffs.tick(handoff=handoff, item=each.id, done=True, by=by)


def test_the_owner_changes_when_all_is_done_and_accepted_with_tasks_and_promises(
    account: int, csm: MemberView, dora: MemberView
) -> None:
    promise = _promise(account, csm)
    task = add_task(NewTask(title="Write the minutes", account=account, assignee=csm.id), by=csm)
    made = _proposed(account, csm, dora)
    assert handoffs.handoff(made).waits == (
        "Handover note pinned", "Promises reviewed", "Intro meeting planned", "The new owner accepts it",
    )  # fmt: skip
    with pytest.raises(GateClosed, match="still waits for: Handover note pinned; Promises reviewed"):
        handoffs.complete(handoff=made, by=csm, on=DAY)
    _pin(account, csm)
    _tick(made, csm)
    assert handoffs.accept(handoff=made, by=dora, on=DAY) is False
    assert (_state(made), owners_among({account})) == (State.ACCEPTED, {account: csm.id})
    with pytest.raises(Forbidden):
        handoffs.see_promise(handoff=made, task=promise, by=csm)
    handoffs.see_promise(handoff=made, task=promise, by=dora)
    handoffs.complete(handoff=made, by=dora, on=DAY)
    found = handoffs.handoff(made)
    assert (found.view.state, found.view.tasks_moved, found.view.override) == (State.DONE, 2, "")
    assert owners_among({account}) == {account: dora.id}
    assert {tasks.task(each).assignee_id for each in (promise, task)} == {dora.id}
    assert OutboxMessage.objects.filter(fact="HandoffDone").get().body["tasks_moved"] == 2
    assert AuditEntry.objects.filter(action="handoff.done").count() == 1


def test_a_promise_that_is_made_meanwhile_closes_the_gate_again(
    account: int, csm: MemberView, dora: MemberView
) -> None:
    made = _proposed(account, csm, dora)
    _pin(account, csm)
    _tick(made, csm)
    _promise(account, csm)
    assert handoffs.handoff(made).waits == ("Promises reviewed", "The new owner accepts it")
    assert handoffs.accept(handoff=made, by=dora, on=DAY) is False


def test_accepting_what_waits_for_nothing_is_the_end_of_it(account: int, csm: MemberView, dora: MemberView) -> None:
    made = _proposed(account, csm, dora)
    _pin(account, csm)
    _tick(made, csm)
    with pytest.raises(Forbidden, match="Only the new owner"):
        handoffs.accept(handoff=made, by=csm, on=DAY)
    assert handoffs.accept(handoff=made, by=dora, on=DAY) is True
    assert owners_among({account}) == {account: dora.id}
    with pytest.raises(Conflict, match="done by now"):
        handoffs.withdraw(handoff=made, by=csm)


def test_it_is_returned_with_a_reason_proposed_again_or_withdrawn(
    account: int, csm: MemberView, dora: MemberView
) -> None:
    made = _proposed(account, csm, dora)
    with pytest.raises(Invalid, match="Say what is missing"):
        handoffs.give_back(handoff=made, reason=" ", by=dora)
    handoffs.give_back(handoff=made, reason="Who is the sponsor?", by=dora)
    assert [each.id for each in handoffs.waiting_for(csm.id)] == [made]
    with pytest.raises(Conflict, match="returned by now"):
        handoffs.accept(handoff=made, by=dora, on=DAY)
    with pytest.raises(Forbidden):
        handoffs.propose_again(handoff=made, by=dora)
    handoffs.propose_again(handoff=made, by=csm, note="Ada is the sponsor.")
    assert [each.id for each in handoffs.waiting_for(dora.id)] == [made]
    with pytest.raises(Conflict, match="being handed over already"):
        handoffs.propose(accounts=[account], taker=dora.id, by=csm)
    handoffs.withdraw(handoff=made, by=csm)
    assert (owners_among({account}), handoffs.open_of_account(account)) == ({account: csm.id}, [])


def test_who_manages_the_team_may_pass_the_gate_with_a_reason(
    account: int, boss: MemberView, csm: MemberView, dora: MemberView
) -> None:
    made = _proposed(account, csm, dora)
    with pytest.raises(Forbidden, match="past the checklist"):
        handoffs.complete(handoff=made, by=csm, on=DAY, override="She left today")
    handoffs.complete(handoff=made, by=boss, on=DAY, override="She left today")
    assert handoffs.handoff(made).view.override == "She left today"
    assert (AuditEntry.objects.get(action="handoff.done").after or {})["override"] == "She left today"
    assert owners_among({account}) == {account: dora.id}


def test_what_was_promised_in_sales_goes_to_the_first_owner(account: int, csm: MemberView, dora: MemberView) -> None:
    promise = _promise(account, csm)
    assign_owner(account=account, member=csm.id, by=dora, on=DAY, role="ae")
    made = handoffs.propose(accounts=[account], taker=dora.id, by=dora)[0]
    handoffs.see_promise(handoff=made, task=promise, by=dora)
    _pin(account, csm)
    _tick(made, csm)
    assert handoffs.accept(handoff=made, by=dora, on=DAY) is True
    assert tasks.task(promise).assignee_id == dora.id


def test_an_owner_who_changed_meanwhile_is_not_written_over(
    account: int, boss: MemberView, csm: MemberView, dora: MemberView
) -> None:
    made = _proposed(account, csm, dora)
    assign_owner(account=account, member=boss.id, by=boss, on=DAY)
    _pin(account, csm)
    _tick(made, csm)
    with pytest.raises(Conflict, match="another owner since"):
        handoffs.accept(handoff=made, by=dora, on=DAY)
    assert (_state(made), owners_among({account})) == (State.PROPOSED, {account: boss.id})


def test_many_are_proposed_together_or_none(account: int, csm: MemberView, dora: MemberView, boss: MemberView) -> None:
    assign_owner(account=account + 1, member=dora.id, by=boss, on=DAY)
    with pytest.raises(Conflict, match="Dora owns Beta already as CSM"):
        handoffs.propose(accounts=[account, account + 1], taker=dora.id, by=csm)
    with pytest.raises(NotFound):
        handoffs.propose(accounts=[account, 999_999], taker=dora.id, by=csm)
    with pytest.raises(Conflict, match="herself"):
        handoffs.propose(accounts=[account], taker=csm.id, by=csm)
    assert handoffs.handoffs() == ([], None)
    made = handoffs.propose(accounts=[account, account + 1], taker=boss.id, by=csm)
    page, more = handoffs.handoffs(member=boss.id, limit=1)
    assert ([each.id for each in page], more is not None) == ([made[1]], True)
    assert [each.id for each in handoffs.handoffs(member=boss.id, cursor=more)[0]] == [made[0]]
    assert [each.giver for each in handoffs.handoffs()[0]] == [dora.id, csm.id]


def test_a_checklist_of_ones_own_holds_for_new_handoffs(account: int, boss: MemberView, dora: MemberView) -> None:
    before = _proposed(account, boss, dora)
    checklist.add_item(label="Contract read", check="hand", required=True, by=boss)
    items = [each.id for each in checklist.template()]
    checklist.change_item(item=items[0], required=False, by=boss)
    checklist.change_item(item=items[2], retired=True, by=boss)
    after = handoffs.propose(accounts=[account + 1], taker=dora.id, by=boss)[0]
    assert [(each.label, each.required) for each in handoffs.handoff(after).items] == [
        ("Handover note pinned", False), ("Promises reviewed", True), ("Customer told who takes over", False),
        ("Contract read", True),
    ]  # fmt: skip
    assert len(handoffs.handoff(before).items) == 4
    item = handoffs.handoff(after).items[0]
    with pytest.raises(Conflict, match="not ticked by hand"):
        handoffs.tick(handoff=after, item=item.id, done=True, by=boss)
