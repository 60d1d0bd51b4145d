"""Keys: in force, replaced with an overlap, revoked at once, and when they were last used."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock
from tenure.base.refusals import Conflict, NotFound
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import ApiKey, AuditEntry, Member, Workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(workspace: Workspace, ana: Member) -> MemberView:
    return queries.members_by_id([ana.pk])[ana.pk]


def test_a_key_says_whose_it_is_and_where_it_may_be_used(owner: MemberView, workspace: Workspace) -> None:
    made = actions.make_key(name="Site", kind="browser", by=owner, origins=["https://App.example/ "])
    found = queries.key_in_force(made.key)
    assert found is not None
    assert (found.id, found.workspace_id, found.kind, found.name) == (made.view.id, workspace.pk, "browser", "Site")
    assert (found.origins, found.ends_at) == (("https://app.example",), None)
    assert queries.key_in_force(made.key + "x") is None
    assert queries.key_in_force("") is None


def test_a_replaced_key_works_until_its_overlap_ends(owner: MemberView) -> None:
    with clock.frozen(NOON):
        old = actions.make_key(name="Backend", kind="server", by=owner)
        new = actions.rotate_key(key=old.view.id, by=owner, overlap=timedelta(hours=2))
    assert new.view.name == "Backend"
    assert new.view.kind == "server"
    with clock.frozen(NOON + timedelta(hours=1, minutes=59)):
        found = queries.key_in_force(old.key)
        assert found is not None
        assert found.ends_at == NOON + timedelta(hours=2)
    with clock.frozen(NOON + timedelta(hours=2)):
        assert queries.key_in_force(old.key) is None
        assert queries.key_in_force(new.key) is not None
    assert AuditEntry.objects.order_by("-id").values_list("action", flat=True)[0] == "api_key.rotated"


def test_a_key_is_replaced_once(owner: MemberView) -> None:
    old = actions.make_key(name="Backend", kind="server", by=owner)
    actions.rotate_key(key=old.view.id, by=owner)
    with pytest.raises(Conflict):
        actions.rotate_key(key=old.view.id, by=owner)
    assert ApiKey.objects.count() == 2
    with pytest.raises(NotFound):
        actions.rotate_key(key=0, by=owner)


def test_a_revoked_key_is_not_in_force(owner: MemberView) -> None:
    made = actions.make_key(name="Backend", kind="server", by=owner)
    actions.revoke_key(key=made.view.id, by=owner)
    assert queries.key_in_force(made.key) is None
    with pytest.raises(Conflict):
        actions.rotate_key(key=made.view.id, by=owner)


def test_use_is_noted_once_a_minute(owner: MemberView) -> None:
    made = actions.make_key(name="Backend", kind="server", by=owner)
    actions.make_key(name="Unused", kind="server", by=owner)
    for seconds, noted in ((0, 0), (59, 0), (61, 61)):
        actions.note_key_use(keys_used=[made.view.id], at=NOON + timedelta(seconds=seconds))
        assert ApiKey.objects.get(pk=made.view.id).last_used_at == NOON + timedelta(seconds=noted)
    assert ApiKey.objects.get(name="Unused").last_used_at is None
