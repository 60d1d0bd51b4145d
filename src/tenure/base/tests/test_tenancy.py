import pytest

from tenure.base import tenancy
from tenure.tenants.models import ApiKey, Member, Workspace


def test_a_scoped_query_without_a_workspace_is_a_bug(acme: Workspace, ana: Member) -> None:
    with tenancy.no_workspace(), pytest.raises(tenancy.NoWorkspace):
        Member.objects.count()


def test_the_loud_name_sees_every_workspace(ana: Member, cy: Member) -> None:
    assert set(Member.every_workspace.values_list("pk", flat=True)) == {ana.pk, cy.pk}


def test_a_scoped_query_sees_its_own_rows_only(acme: Workspace, ana: Member, cy: Member) -> None:
    with tenancy.workspace(acme.pk):
        assert [row.pk for row in Member.objects.all()] == [ana.pk]
        assert not Member.objects.filter(pk=cy.pk).exists()


def test_a_row_takes_the_ambient_workspace(workspace: Workspace) -> None:
    row = ApiKey(name="x", kind="server", key_hash="h", created_at="2026-01-01T00:00Z")
    row.save()
    assert row.workspace_id == workspace.pk


def test_a_row_of_another_workspace_is_not_written(workspace: Workspace, globex: Workspace) -> None:
    row = ApiKey(workspace=globex, name="x", kind="server", key_hash="h", created_at="2026-01-01T00:00Z")
    with pytest.raises(tenancy.WrongWorkspace):
        row.save()
    with pytest.raises(tenancy.WrongWorkspace):
        ApiKey.objects.bulk_create([row])
    assert ApiKey.every_workspace.count() == 0
