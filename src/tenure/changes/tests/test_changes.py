"""One change to many accounts: what the preview says, what becomes of each, and what undoing leaves alone."""

import pytest

from tenure.base import clock, tenancy
from tenure.base import jobs as tasks
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, NotFound
from tenure.changes import actions, jobs, queries, rules
from tenure.changes.actions import OtherAccounts
from tenure.changes.models import ChangedAccount, ChangeSet
from tenure.customers.actions import assign_owner, merge_accounts, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import OwnerAssignment
from tenure.customers.queries import accounts_by_ids
from tenure.health.tests.company import AS_OF
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(acme: Workspace, ana: Member) -> MemberView:
    with tenancy.workspace(acme.pk):
        return members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def ids(acme: Workspace, by: MemberView, ben: Member) -> list[int]:
    """Five accounts: the first is Ana's, the second Ben's, the last was merged into the first."""
    with tenancy.workspace(acme.pk):
        made = upsert_accounts([AccountUpsert(f"A-{n}", name=f"Account {n}") for n in range(1, 6)]).ids
        found = [made[f"A-{n}"] for n in range(1, 6)]
        assign_owner(account=found[0], member=by.id, by=by, on=AS_OF)
        assign_owner(account=found[1], member=ben.pk, by=by, on=AS_OF)
        merge_accounts(absorbed=found[4], into=found[0], by=by)
    return found


def _change(ids: list[int], owner: int | None, by: MemberView) -> int:
    mark = queries.preview(ids, owner).mark
    return actions.change_owners(accounts=ids, owner=owner, mark=mark, by=by, on=AS_OF)


def _owners(ids: list[int]) -> list[int | None]:
    rows = accounts_by_ids(ids)
    return [rows[each].owner for each in ids]


def test_a_preview_tells_who_changes_who_has_it_and_who_cannot(acme: Workspace, by: MemberView, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        found = queries.preview([*ids, 999_999], by.id)
        assert (found.total, found.same, found.changed) == (6, 1, 3)
        assert sorted(found.refused.values()) == [1, 1]
        assert [(each.name, each.same) for each in found.examples[:2]] == [("Account 1", True), ("Account 2", False)]
        nobody = queries.preview(ids, None)
        assert (nobody.same, nobody.changed) == (2, 2)


def test_each_account_is_changed_once_and_told_of(acme: Workspace, by: MemberView, ben: Member, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        facts = OutboxMessage.objects.filter(fact="OwnerChanged").count()
        lines = AuditEntry.objects.filter(action="account.owner_changed").count()
        change = _change(ids, by.id, by)
        view = queries.change(change)
        assert (view.status, view.total, view.done) == ("done", 5, 5)
        assert (view.changed, view.same, view.refused) == (3, 1, 1)
        assert _owners(ids[:4]) == [by.id] * 4
        assert [(each.name, "merged" in each.reason) for each in queries.refused(change)] == [("Account 5", True)]
        assert OutboxMessage.objects.filter(fact="OwnerChanged").count() == facts + 3
        assert AuditEntry.objects.filter(action="account.owner_changed").count() == lines + 3
        assert AuditEntry.objects.get(action="accounts.owner_changed").after == {
            "change": change, "accounts": 5, "owner": by.label,
        }  # fmt: skip
        past = OwnerAssignment.objects.get(account=ids[1], member=ben)
        assert (past.until, OwnerAssignment.objects.filter(account=ids[1], until=None).count()) == (AS_OF, 1)


def test_undoing_leaves_those_alone_that_have_another_owner_since(
    acme: Workspace, by: MemberView, ben: Member, ids: list[int]
) -> None:
    with tenancy.workspace(acme.pk):
        change = _change(ids[:4], by.id, by)
        assign_owner(account=ids[2], member=ben.pk, by=by, on=AS_OF)
        actions.undo_change(change=change, by=by, on=AS_OF)
        view = queries.change(change)
        assert (view.status, view.undone, view.kept, view.changed) == ("undone", 2, 1, 3)
        assert _owners(ids[:4]) == [by.id, ben.pk, ben.pk, None]
        with pytest.raises(Conflict):
            actions.undo_change(change=change, by=by, on=AS_OF)


def test_who_has_left_gets_no_account_back(acme: Workspace, by: MemberView, ben: Member, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        change = _change(ids[:2], None, by)
        Member.objects.filter(pk=ben.pk).update(deactivated_at=clock.now())
        actions.undo_change(change=change, by=by, on=AS_OF)
        assert _owners(ids[:2]) == [by.id, None]
        (kept,) = queries.refused(change)
        assert "has left the team" in kept.reason


def test_other_accounts_than_previewed_change_nothing(acme: Workspace, by: MemberView, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        mark = queries.preview(ids[:3], by.id).mark
        with pytest.raises(OtherAccounts):
            actions.change_owners(accounts=ids[:4], owner=by.id, mark=mark, by=by, on=AS_OF)
        with pytest.raises(OtherAccounts):
            actions.change_owners(accounts=ids[:3], owner=None, mark=mark, by=by, on=AS_OF)
        with pytest.raises(NotFound):
            queries.preview(ids, 999_999)
        assert (ChangeSet.objects.count(), ChangedAccount.objects.count()) == (0, 0)


def test_many_are_changed_by_the_worker_which_goes_on_where_it_stopped(
    acme: Workspace, by: MemberView, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    with tenancy.workspace(acme.pk):
        change = _change(ids, by.id, by)
        view = queries.change(change)
        assert (view.status, view.done, view.waits, view.busy) == ("changing", 0, True, True)
        assert jobs.step(change)
        assert queries.change(change).done == 2
    tasks.work_off()
    with tenancy.workspace(acme.pk):
        view = queries.change(change)
        assert (view.status, view.done, view.changed, view.same, view.refused) == ("done", 5, 3, 1, 1)
        actions.undo_change(change=change, by=by, on=AS_OF)
        assert queries.change(change).status == "undoing"
    tasks.work_off()
    with tenancy.workspace(acme.pk):
        assert (queries.change(change).status, queries.change(change).undone) == ("undone", 3)


def test_work_that_died_can_go_on(
    acme: Workspace, by: MemberView, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    with tenancy.workspace(acme.pk):
        change = _change(ids, by.id, by)
        with pytest.raises(Conflict):
            actions.go_on(change=change)
        ChangeSet.objects.filter(pk=change).update(task="00000000-0000-4000-8000-000000000000")
        assert (queries.change(change).died, queries.change(change).busy) == ("its task is gone", False)
        actions.go_on(change=change)
    tasks.work_off()
    with tenancy.workspace(acme.pk):
        assert queries.change(change).status == "done"


def test_changes_come_in_pages(acme: Workspace, by: MemberView, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        made = [_change([each], by.id, by) for each in ids[:3]]
        first = queries.changes(limit=2)
        second = queries.changes(cursor=first.next, limit=2)
        assert [each.id for each in (*first.changes, *second.changes)] == made[::-1]
        assert second.next is None
