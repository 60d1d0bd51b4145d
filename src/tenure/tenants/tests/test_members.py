from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock, tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MemberView, Role
from tenure.tenants.models import Invitation, Member, User, Workspace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def owner(workspace: Workspace, ana: Member) -> MemberView:
    return queries.members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def admin(workspace: Workspace) -> MemberView:
    return actions.add_member(email="ada@acme.example", name="Ada", role=Role.ADMIN, by=None)


def test_an_invitation_is_accepted_once(workspace: Workspace, owner: MemberView) -> None:
    token = actions.invite_member(email="New@acme.example", role=Role.CSM, by=owner)
    assert Invitation.objects.get().token_hash != token
    with tenancy.no_workspace():
        view, user = actions.accept_invitation(token=token, name="New", password="correct horse battery")
        with pytest.raises(NotFound):
            actions.accept_invitation(token=token, name="Again", password="correct horse battery")
    assert (view.slug, user.email, user.check_password("correct horse battery")) == ("acme", "new@acme.example", True)
    assert {m.email: m.role for m in queries.members()}["new@acme.example"] is Role.CSM


def test_an_invitation_expires_after_seven_days(workspace: Workspace, owner: MemberView) -> None:
    with clock.frozen(NOW):
        token = actions.invite_member(email="new@acme.example", role=Role.CSM, by=owner)
    with clock.frozen(NOW + timedelta(days=7)), pytest.raises(NotFound):
        actions.accept_invitation(token=token, name="New", password="correct horse battery")


def test_an_account_that_exists_is_proven_by_its_password(workspace: Workspace, owner: MemberView, cy: Member) -> None:
    token = actions.invite_member(email=cy.user.email, role=Role.CSM, by=owner)
    with pytest.raises(Invalid, match="its password"):
        actions.accept_invitation(token=token, name="Cy", password="something else entirely")
    assert User.objects.get(pk=cy.user_id).check_password("correct horse battery")
    assert not Member.objects.filter(user=cy.user).exists()


def test_inviting_again_withdraws_the_earlier_link(workspace: Workspace, owner: MemberView) -> None:
    first = actions.invite_member(email="new@acme.example", role=Role.CSM, by=owner)
    actions.invite_member(email="new@acme.example", role=Role.VIEWER, by=owner)
    with pytest.raises(NotFound):
        queries.invitation_for(first)
    assert [i.role for i in queries.open_invitations()] == [Role.VIEWER]


def test_a_member_is_not_invited(workspace: Workspace, owner: MemberView) -> None:
    with pytest.raises(Conflict):
        actions.invite_member(email=owner.email, role=Role.CSM, by=owner)


def test_only_owners_make_and_touch_owners(workspace: Workspace, owner: MemberView, admin: MemberView) -> None:
    with pytest.raises(Forbidden):
        actions.invite_member(email="new@acme.example", role=Role.OWNER, by=admin)
    with pytest.raises(Forbidden):
        actions.change_member(member=owner.id, by=admin, role=Role.VIEWER)
    with pytest.raises(Forbidden):
        actions.change_member(member=owner.id, by=admin, active=False)
    with pytest.raises(Forbidden):
        actions.change_member(member=admin.id, by=admin, role=Role.OWNER)
    actions.change_member(member=admin.id, by=owner, role=Role.OWNER)
    assert queries.members_by_id([admin.id])[admin.id].role is Role.OWNER


def test_the_last_owner_stays(workspace: Workspace, owner: MemberView) -> None:
    for change in ({"role": Role.ADMIN}, {"active": False}):
        with pytest.raises(Conflict, match="needs an owner"):
            actions.change_member(member=owner.id, by=owner, **change)
    assert queries.members_by_id([owner.id])[owner.id].active


def test_nobody_reports_to_herself_even_through_others(
    workspace: Workspace, owner: MemberView, admin: MemberView
) -> None:
    actions.change_member(member=admin.id, by=owner, manager=owner.id)
    with pytest.raises(Invalid, match="report to herself"):
        actions.change_member(member=owner.id, by=owner, manager=admin.id)


def test_a_deactivated_member_is_a_stranger(workspace: Workspace, owner: MemberView, admin: MemberView) -> None:
    actions.change_member(member=admin.id, by=owner, active=False)
    with pytest.raises(NotFound):
        queries.membership(slug="acme", user_id=admin.user_id)


def test_a_member_of_another_workspace_cannot_be_changed(workspace: Workspace, owner: MemberView, cy: Member) -> None:
    with pytest.raises(NotFound):
        actions.change_member(member=cy.pk, by=owner, role=Role.VIEWER)


def test_a_revoked_key_stays_in_the_list_without_its_secret(workspace: Workspace, owner: MemberView) -> None:
    made = actions.make_key(name="Backend", kind="server", by=owner)
    actions.revoke_key(key=made.view.id, by=owner)
    actions.revoke_key(key=made.view.id, by=owner)
    assert [(k.name, k.revoked_at is not None, made.key in repr(k)) for k in queries.api_keys()] == [
        ("Backend", True, False)
    ]
    assert [row.action for row in queries.audit_trail().rows][:2] == ["api_key.revoked", "api_key.made"]
