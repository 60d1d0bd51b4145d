from datetime import UTC, date, datetime

import pytest
from django.db import Error, transaction

from tenure.base import clock, tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.tenants import actions, keys, queries
from tenure.tenants.contracts import Role
from tenure.tenants.models import ApiKey, AuditEntry, Member, User, Workspace

pytestmark = pytest.mark.django_db


def found(**changes: object) -> actions.FoundedWorkspace:
    given: dict[str, object] = {"slug": "raven", "email": "Rae@Raven.example", "password": "correct horse battery"}
    return actions.found_workspace(**{**given, **changes})  # type: ignore[arg-type]


def test_a_founded_workspace_has_an_owner_and_two_keys_that_are_kept_as_digests() -> None:
    made = found(as_of=date(2024, 12, 31), currency="eur")
    assert (made.workspace.slug, made.workspace.currency, made.workspace.as_of) == ("raven", "EUR", date(2024, 12, 31))
    assert (made.owner.email, made.owner.role) == ("rae@raven.example", "owner")
    stored = {row.kind: row.key_hash for row in ApiKey.every_workspace.all()}
    assert stored == {"browser": keys.digest(made.write_key), "server": keys.digest(made.secret_key)}
    assert made.write_key.startswith("wk_")
    assert made.secret_key.startswith("sk_")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"slug": "Raven Stack"}, "workspace"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"currency": "euros"}, "currency"),
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_wrong_workspace_is_refused_whole(changes: dict[str, object], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(**changes)
    assert where in {problem.where for problem in refused.value.problems}
    assert (Workspace.objects.count(), User.objects.count()) == (0, 0)


def test_a_name_is_taken_once() -> None:
    found()
    with pytest.raises(Conflict, match="exists already"):
        found()


def test_as_of_defaults_to_today_in_the_workspace_s_zone() -> None:
    made = found(timezone="Asia/Tokyo")
    with clock.frozen(datetime(2026, 1, 31, 16, tzinfo=UTC)):
        assert queries.as_of_day(made.workspace) == date(2026, 2, 1)


def test_only_members_find_a_workspace(ana: Member, cy: Member) -> None:
    workspace, member = queries.membership(slug="acme", user_id=ana.user_id)
    assert (workspace.slug, member.role) == ("acme", "owner")
    with pytest.raises(NotFound):
        queries.membership(slug="acme", user_id=cy.user_id)


def test_the_audit_trail_only_grows(workspace: Workspace) -> None:
    actions.record_audit(by=None, action="test.done", object="x", after={"a": 1})
    entry = AuditEntry.objects.get()
    for change in (lambda: AuditEntry.objects.update(object="y"), lambda: entry.delete()):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    assert AuditEntry.objects.get().object == "x"


def test_my_team_is_my_reports_or_my_manager_s(workspace: Workspace, ana: Member, ben: Member) -> None:
    third = actions.add_member(email="dee@acme.example", name="Dee", role=Role.CSM, by=None)
    Member.objects.filter(pk__in=[ben.pk, third.id]).update(manager=ana)
    views = queries.members_by_id([ana.pk, ben.pk, third.id])
    assert set(queries.team_ids(views[ana.pk])) == {ana.pk, ben.pk, third.id}
    assert set(queries.team_ids(views[ben.pk])) == {ben.pk, third.id}


def test_a_trail_is_paged_newest_first(workspace: Workspace) -> None:
    for number in range(5):
        actions.record_audit(by=None, action="test.done", object=str(number))
    first = queries.audit_trail(limit=3)
    assert [row.on for row in first.rows] == ["4", "3", "2"]
    second = queries.audit_trail(cursor=first.next, limit=3)
    assert ([row.on for row in second.rows], second.next) == (["1", "0"], None)


def test_no_workspace_is_entered_by_looking(acme: Workspace) -> None:
    assert queries.workspace("acme").id == acme.pk
    with pytest.raises(tenancy.NoWorkspace):
        tenancy.current_workspace_id()
