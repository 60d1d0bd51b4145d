"""Pages of ownership: what a member sees and may do, what a form that is wrong says, and that nothing is lost of it."""

from datetime import timedelta

import pytest
from django.test import Client

from tenure.base import clock, tenancy
from tenure.customers.actions import assign_owner, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import OwnerAssignment
from tenure.health.tests.company import AS_OF, computed, cycle, founded
from tenure.ownership import absences, assigning, handoffs, team
from tenure.ownership.contracts import Capacity, State
from tenure.ownership.models import Absence, Handoff, Placement, Pool
from tenure.screens.tests.seen import words
from tenure.tasks.actions import add_task
from tenure.tasks.contracts import Kind, NewTask
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work.actions import pin_entry, write_entry
from tenure.work.contracts import EntryDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(acme: Workspace, ana: Member) -> MemberView:
    with tenancy.workspace(acme.pk):
        return members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def csm(acme: Workspace, ben: Member) -> Member:
    """Ben as a CSM."""
    Member.every_workspace.filter(pk=ben.pk).update(role="csm")
    return ben


def test_a_handoff_goes_through_its_page(
    acme: Workspace, by: MemberView, csm: Member, ana_client: Client, ben_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]
        assign_owner(account=account, member=by.id, by=by, on=AS_OF)
        add_task(NewTask(title="A second site", account=account, kind=Kind.PROMISE, assignee=by.id), by=by)
        note = write_entry(account=account, draft=EntryDraft(body="They never read mail."), by=by)
    new = "/w/acme/handoffs/new/"
    wrong = ana_client.post(new, {"account": account, "taker": "", "note": "Kept text"})
    assert (wrong.status_code, "Choose who takes over." in wrong.content.decode()) == (422, True)
    assert "Kept text" in wrong.content.decode()
    made = ana_client.post(new, {"account": account, "taker": csm.pk, "role": "csm"})
    there = made["Location"]
    page = words(ben_client, there.removeprefix("/w/acme/"))
    assert ("A second site" in page, "No entry is pinned yet" in page, "4 to go" in page) == (True, True, True)
    closed = ben_client.post(f"{there}completions/")
    assert (closed.status_code, "still waits for" in closed.content.decode()) == (409, True)
    with tenancy.workspace(acme.pk):
        pin_entry(entry=note, by=by)
        found = handoffs.handoff(Handoff.objects.get().pk)
    by_hand = next(each.id for each in found.items if each.label == "Intro meeting planned")
    assert ana_client.post(f"{there}checks/", {"item": by_hand, "done": "yes"}).status_code == 302
    ben_client.post(f"{there}promises/", {"promise": found.promises[0].id})
    page = words(ben_client, there.removeprefix("/w/acme/"))
    assert ("They never read mail." in page, "Accept the account" in page, "1 to go" in page) == (True, True, True)
    assert "Accept the account" not in words(ana_client, there.removeprefix("/w/acme/"))
    ben_client.post(f"{there}acceptances/")
    page = words(ben_client, there.removeprefix("/w/acme/"))
    assert "Ben completed it on" in page
    assert OwnerAssignment.every_workspace.get(until=None).member_id == csm.pk
    assert "Alpha" in words(ana_client, "handoffs/?show=over")


def test_a_returned_handoff_shows_the_reason_and_waits_for_who_gives(
    acme: Workspace, by: MemberView, csm: Member, ana_client: Client, ben_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]
        made = handoffs.propose(accounts=[account], taker=csm.pk, by=by)[0]
    there = f"/w/acme/handoffs/{made}/"
    assert ben_client.post(f"{there}returns/", {"reason": ""}).status_code == 422
    ben_client.post(f"{there}returns/", {"reason": "Who decides?"})
    page = words(ana_client, "handoffs/")
    assert ("Alpha" in page, "Who decides?" in page) == (True, True)
    assert "Propose it again" in words(ana_client, f"handoffs/{made}/")
    ana_client.post(f"{there}withdrawals/")
    assert Handoff.every_workspace.get().state == State.WITHDRAWN


def test_the_book_shows_ones_own_and_everybodys_to_who_manages(
    acme: Workspace, by: MemberView, csm: Member, ana_client: Client, ben_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        ids = founded(acme)
        for n in range(1, 5):
            assign_owner(account=ids[f"A-{n}"], member=csm.pk, by=by, on=AS_OF)
        cycle(acme)
        team.keep_pool(pool=None, name="East", role="csm", seats=[Capacity(csm.pk, 5)], by=by)
        absences.add_absence(
            member=csm.pk, first=AS_OF, last=AS_OF + timedelta(days=2), cover=by.id, pool=None, note="", by=by
        )
    page = words(ana_client, "book/")
    assert ("4 of 5" in page, "8 accounts with" in page, "Everybody" in page) == (True, True, True)
    assert "Away until 2 Jan, Ana covers" in page
    assert "Ben is away until 2 Jan, Ana covers" in words(ana_client, f"accounts/{ids['A-1']}/")
    own = ben_client.get("/w/acme/book/?scope=all&sort=-mrr").content.decode()
    assert ("Everybody" in own, own.count('data-list-target="row"')) == (False, 1)
    asked = f"account={ids['A-1']}&account={ids['A-9']}&what=pool&pool={Pool.every_workspace.get().pk}"
    assert "2 accounts: Nobody in pool East has room for it." in words(ana_client, f"accounts/changes/new/?{asked}")


def test_owners_in_other_roles_are_chosen_by_hand_and_a_rules_reason_is_shown(
    acme: Workspace, by: MemberView, csm: Member, ana_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]
        assign_owner(account=account, member=csm.pk, by=by, on=AS_OF)
        Placement(account_id=account, role="csm", member_id=csm.pk, reason="Next in turn.", made_at=clock.now()).save()
    page = words(ana_client, f"accounts/{account}/owner/")
    assert "It was assigned by a rule. Next in turn." in page
    there = f"/w/acme/accounts/{account}/owner/"
    assert "Who looks after Alpha as Account executive" in words(ana_client, f"accounts/{account}/owner/?role=ae")
    ana_client.post(there, {"role": "ae", "member": by.id, "began": ""})
    late = ana_client.post(there, {"role": "ae", "member": csm.pk, "began": ""})
    assert late.status_code == 409
    owned = OwnerAssignment.every_workspace.filter(until=None).order_by("role").values_list("role", "member")
    assert list(owned) == [("ae", by.id), ("csm", csm.pk)]
    assert "Account executive: Ana" in words(ana_client, f"accounts/{account}/owner/")


def test_an_absence_that_is_wrong_keeps_what_was_typed(
    acme: Workspace, ana: Member, csm: Member, ana_client: Client, ben_client: Client
) -> None:
    for given, wrong in (
        ({"first": "soon"}, "Give a day, such as 2026-01-31."),
        ({"first": "2026-02-03", "last": "2026-02-01"}, "The last day lies before the first."),
        ({"first": "2026-02-03", "cover": f"member-{csm.pk}"}, "Nobody covers for herself."),
    ):
        answer = ben_client.post("/w/acme/absences/", {"note": "Skiing", **given})
        said = answer.content.decode()
        assert (answer.status_code, wrong in said, "Skiing" in said) == (422, True, True)
    assert ben_client.post("/w/acme/absences/", {"member": ana.pk, "first": "2026-02-03"}).status_code == 403
    assert Absence.every_workspace.count() == 0
    ben_client.post("/w/acme/absences/", {"first": "2999-02-03", "cover": f"member-{ana.pk}"})
    row = Absence.every_workspace.get()
    assert (row.member_id, row.cover_id, row.last.isoformat()) == (csm.pk, ana.pk, "2999-02-03")
    assert "Remove" in words(ben_client, "absences/")
    ben_client.post(f"/w/acme/absences/{row.pk}/ends/")
    assert Absence.every_workspace.count() == 0


def test_a_pool_and_its_rule_are_made_in_the_settings(
    acme: Workspace, by: MemberView, csm: Member, ana_client: Client, ben_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        computed(acme)
    new = "/w/acme/settings/ownership/pools/new/"
    form = {"name": "East", "role": "csm", "member": csm.pk, f"accounts-{csm.pk}": "8", f"mrr-{csm.pk}": "1,000 or so"}
    wrong = ana_client.post(new, form)
    said = wrong.content.decode()
    assert (wrong.status_code, "is not a capacity" in said, 'value="1,000 or so"' in said) == (422, True, True)
    ana_client.post(new, {**form, f"mrr-{csm.pk}": "1,000"})
    with tenancy.workspace(acme.pk):
        pool = team.pools()[0]
    assert pool.seats == (Capacity(csm.pk, 8, 100_000),)
    changed = ana_client.post(f"/w/acme/settings/ownership/pools/{pool.id}/", {**form, "began": "long ago"})
    assert changed.status_code == 422
    meanwhile = ana_client.post(
        f"/w/acme/settings/ownership/pools/{pool.id}/", {**form, f"mrr-{csm.pk}": "", "began": "long ago"}
    )
    assert (meanwhile.status_code, "Somebody changed this pool meanwhile" in meanwhile.content.decode()) == (409, True)
    made = ana_client.post("/w/acme/settings/assignment/rules/", {"segment": "", "pool": pool.id, "method": "robin"})
    page = words(ana_client, made["Location"].removeprefix("/w/acme/"))
    assert ("8 accounts of 12 would get an owner" in page, "Pool East is full" in page) == (True, True)
    ana_client.post(made["Location"], {"do": "on"})
    with tenancy.workspace(acme.pk):
        assert [each.active for each in assigning.listed()] == [True]
    assert "Assigns" in words(ben_client, "settings/assignment/")
    assert ben_client.post(made["Location"], {"do": "off"}).status_code == 403


def test_the_checklist_and_roles_are_the_workspaces_own(acme: Workspace, ana_client: Client, ana: Member) -> None:
    ana_client.post("/w/acme/settings/handoff/items/", {"label": "Contract read", "check": "hand", "required": "1"})
    assert "Contract read" in words(ana_client, "settings/handoff/")
    ana_client.post("/w/acme/settings/ownership/roles/", {"label": "Architect"})
    wrong = ana_client.post("/w/acme/settings/ownership/roles/", {"label": "architect"})
    assert (wrong.status_code, "There is a role architect already" in wrong.content.decode()) == (409, True)
    ana_client.post("/w/acme/settings/ownership/roles/ae/", {"label": "Seller", "began": "Account executive"})
    late = ana_client.post("/w/acme/settings/ownership/roles/ae/", {"label": "Hunter", "began": "Account executive"})
    assert (late.status_code, "renamed this role to Seller meanwhile" in late.content.decode()) == (409, True)
    assert "Seller" in words(ana_client, "settings/ownership/")
