"""Notes of before are entries now: dated, attributed, found."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.models import Member, Workspace
from tenure.work import queries
from tenure.work.contracts import EntryFilter, Kind

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_notes_become_entries_with_nothing_lost(acme: Workspace, ana: Member) -> None:
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]
    executor = MigrationExecutor(connection)
    executor.migrate([("work", "0001_initial")])
    try:
        before = executor.loader.project_state([("work", "0001_initial")]).apps
        note = before.get_model("work", "Note").every_workspace.create(
            workspace_id=acme.pk, account_id=account, author_id=ana.pk, body="Two", created_at=NOON, edited_at=NOON
        )
        before.get_model("work", "NoteEdit").every_workspace.create(
            workspace_id=acme.pk, note=note, body="One", edited_at=NOON
        )
    finally:
        executor.loader.build_graph()
        executor.migrate(executor.loader.graph.leaf_nodes())
    with tenancy.workspace(acme.pk):
        (found,) = [row.entry for row in queries.search(EntryFilter(words="two")).rows]
        assert (found.id, found.kind, found.happened_at, found.edited_by) == (note.pk, Kind.NOTE, NOON, "Ana")
        assert [each.body for each in queries.earlier_texts(found.id)] == ["One"]
