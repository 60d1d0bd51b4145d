"""One change to many accounts: what the preview says, what becomes of each, and what undoing leaves alone."""

import pytest

from tenure.base import clock, tenancy
from tenure.base import jobs as tasks
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.changes import actions, jobs, queries, rules
from tenure.changes.actions import OtherAccounts
from tenure.changes.contracts import Edit, OwnerEdit, SpreadEdit
from tenure.changes.models import ChangedAccount, ChangeSet
from tenure.customers.actions import assign_owner, merge_accounts, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import OwnerAssignment
from tenure.customers.queries import accounts_by_ids
from tenure.health.tests.company import AS_OF
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.traits.actions import add_tag, retire_tag, say_trait, tag_account
from tenure.traits.contracts import TraitEdit
from tenure.traits.queries import standing

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
    return _make(ids, OwnerEdit(owner), by)


def _make(ids: list[int], edit: Edit, by: MemberView) -> int:
    mark = queries.preview(ids, edit).mark
    return actions.change_accounts(accounts=ids, edit=edit, mark=mark, by=by, on=AS_OF)


def _owners(ids: list[int]) -> list[int | None]:
    rows = accounts_by_ids(ids)
    return [rows[each].owner for each in ids]


def test_a_preview_tells_who_changes_who_has_it_and_who_cannot(acme: Workspace, by: MemberView, ids: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        found = queries.preview([*ids, 999_999], OwnerEdit(by.id))
        assert (found.total, found.same, found.changed) == (6, 1, 3)
        assert sorted(found.refused.values()) == [1, 1]
        assert [(each.name, each.before, each.after, each.same) for each in found.examples[:3]] == [
            ("Account 1", "Ana", "Ana", True), ("Account 2", "Ben", "Ana", False), ("Account 3", "", "Ana", False),
        ]  # fmt: skip
        assert (found.title, found.before) == ("Owner → Ana", (("", 2), ("Ben", 1)))
        nobody = queries.preview(ids, OwnerEdit(None))
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
        assert AuditEntry.objects.get(action="accounts.changed").after == {
            "change": change, "accounts": 5, "what": "Owner → Ana",
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
        mark = queries.preview(ids[:3], OwnerEdit(by.id)).mark
        with pytest.raises(OtherAccounts):
            actions.change_accounts(accounts=ids[:4], edit=OwnerEdit(by.id), mark=mark, by=by, on=AS_OF)
        with pytest.raises(OtherAccounts):
            actions.change_accounts(accounts=ids[:3], edit=OwnerEdit(None), mark=mark, by=by, on=AS_OF)
        with pytest.raises(NotFound):
            queries.preview(ids, OwnerEdit(999_999))
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


@pytest.fixture
def tiers(acme: Workspace, by: MemberView, ids: list[int]) -> list[int]:
    """The same accounts: the first is Gold, the second Silver, the others have no tier."""
    with tenancy.workspace(acme.pk):
        rows = {"A-1": "Gold", "A-2": "Silver"}
        upsert_accounts([AccountUpsert(key, traits={"tier": tier}) for key, tier in rows.items()])
    return ids


def _traits(ids: list[int], key: str) -> list[object]:
    held = standing(key, ids)
    return [held.get(each) for each in ids]


def test_a_trait_of_many_is_previewed_changed_and_undone(acme: Workspace, by: MemberView, tiers: list[int]) -> None:
    with tenancy.workspace(acme.pk):
        edit = TraitEdit("tier", "put", "Gold")
        found = queries.preview(tiers, edit)
        assert (found.total, found.same, found.changed, found.title) == (5, 1, 3, "Tier → Gold")
        assert (found.before, sum(found.refused.values())) == ((("", 2), ("Silver", 1)), 1)
        assert [(each.before, each.after) for each in found.examples[:3]] == [
            ("Gold", "Gold"), ("Silver", "Gold"), ("", "Gold"),
        ]  # fmt: skip
        change = _make(tiers, edit, by)
        view = queries.change(change)
        assert (view.title, view.changed, view.same, view.refused) == ("Tier → Gold", 3, 1, 1)
        assert _traits(tiers[:4], "tier") == ["Gold"] * 4
        assert AuditEntry.objects.filter(action="account.trait_changed").count() == 3
        say_trait(entity="account", subject=tiers[2], key="tier", text="Bronze", began="Gold", by=by)
        actions.undo_change(change=change, by=by, on=AS_OF)
        view = queries.change(change)
        assert (view.undone, view.kept) == (2, 1)
        assert _traits(tiers[:4], "tier") == ["Gold", "Silver", "Bronze", None]
        assert "another value since" in {each.account: each.reason for each in queries.refused(change)}[tiers[2]]


def test_a_tag_of_many_is_undone_though_others_came_and_it_was_retired(
    acme: Workspace, by: MemberView, ids: list[int]
) -> None:
    with tenancy.workspace(acme.pk):
        tag, _ = (add_tag(name=name, by=by) for name in ("Beta", "Key"))
        tag_account(account=ids[0], tag="Beta", by=by)
        change = _make(ids[:3], TraitEdit.tag("beta"), by)
        assert (queries.change(change).title, queries.change(change).changed) == ("Tags + Beta", 2)
        tag_account(account=ids[1], tag="Key", by=by)
        retire_tag(tag=tag, by=by)
        off = _make(ids[:3], TraitEdit.tag("Beta", on=False), by)
        assert _traits(ids[:3], "tags") == [None, ["Key"], None]
        actions.undo_change(change=off, by=by, on=AS_OF)
        assert _traits(ids[:3], "tags") == [["Beta"], ["Key", "Beta"], ["Beta"]]
        actions.undo_change(change=change, by=by, on=AS_OF)
        assert _traits(ids[:3], "tags") == [["Beta"], ["Key"], None]
        with pytest.raises(Invalid):
            queries.preview(ids, TraitEdit.tag("Beta"))


def test_a_value_that_does_not_fit_is_refused_before_anything_changes(
    acme: Workspace, by: MemberView, tiers: list[int]
) -> None:
    with tenancy.workspace(acme.pk):
        upsert_accounts([AccountUpsert("A-1", traits={"sites": 3})])
        with pytest.raises(Invalid):
            queries.preview(tiers, TraitEdit("sites", "put", "many"))
        with pytest.raises(NotFound):
            queries.preview(tiers, TraitEdit("nothing", "put", "x"))
        assert ChangeSet.objects.count() == 0


def test_accounts_are_spread_over_a_pool_and_given_back(
    acme: Workspace, by: MemberView, ben: Member, ids: list[int]
) -> None:
    edit = SpreadEdit("East", "csm", "Owner", ((ids[0], ben.pk), (ids[1], by.id), (ids[2], ben.pk)))
    with tenancy.workspace(acme.pk):
        before = _owners(ids[:4])
        found = queries.preview(ids[:4], edit)
        assert (found.title, found.changed) == ("Owner → pool East", 3)
        assert found.refused == {"Nobody in pool East has room for it.": 1}
        change = actions.change_accounts(accounts=ids[:4], edit=edit, mark=found.mark, by=by, on=AS_OF)
        assert _owners(ids[:4]) == [ben.pk, by.id, ben.pk, before[3]]
        view = queries.change(change)
        assert (view.status, view.changed, view.refused) == ("done", 3, 1)
        actions.undo_change(change=change, by=by, on=AS_OF)
        assert (_owners(ids[:4]), queries.change(change).undone) == (before, 3)
