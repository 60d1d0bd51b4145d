"""Links and files of an account: which are taken, whose they are, when they stood there."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.base import clock, tenancy
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.customers.actions import merge_accounts, upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.permissions import Role
from tenure.tenants.queries import members_by_id
from tenure.work import queries, shelf
from tenure.work.models import AccountLink, Entry

FOLDER = "https://drive.example.com/acme"
JAN, MAR, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 5))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.com/x", "https://", "example.com", "",
     "https://a b.example", "https://[::1", "https://example.com/\n<script>", "https://example.com\\@evil.example",
     "https://me:secret@example.com"],
)  # fmt: skip
def test_only_plain_addresses_of_the_web_are_taken(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        shelf.checked_link("Folder", url)
    assert [each.where for each in refused.value.problems] == ["url"]


def test_a_link_without_a_title_is_called_by_where_it_leads() -> None:
    assert shelf.checked_link("  Their \n folder ", f" {FOLDER} ") == ("Their folder", FOLDER)
    assert shelf.checked_link("", FOLDER) == ("drive.example.com", FOLDER)
    with pytest.raises(Invalid):
        shelf.checked_link("x" * 121, FOLDER)


@pytest.mark.django_db
def test_links_stand_from_their_day_until_they_are_taken_away(acme: Workspace, ana: Member, ben: Member) -> None:
    Member.every_workspace.filter(pk=ben.pk).update(role=Role.SUPPORT)
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("A-1")]).ids["A-1"]
        both = members_by_id([ana.pk, ben.pk])
        with clock.frozen(JAN):
            link = shelf.add_link(account=account, title="", url=FOLDER, by=both[ana.pk])
        with pytest.raises(Forbidden):
            shelf.remove_link(link=link, by=both[ben.pk])
        with clock.frozen(MAR):
            assert shelf.remove_link(link=link, by=both[ana.pk]) == account
        with pytest.raises(NotFound):
            shelf.remove_link(link=link, by=both[ana.pk])
        assert [len(shelf.links(account, until=day)) for day in (JAN, MAR, MAY)] == [1, 0, 0]
        assert AccountLink.objects.count() == 1
        actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
        assert [each for each in actions if each.startswith("link.")] == ["link.added", "link.removed"]
        with pytest.raises(NotFound):
            shelf.add_link(account=account + 999, title="", url=FOLDER, by=both[ana.pk])


@pytest.mark.django_db
def test_files_come_with_an_entry_and_those_of_merged_accounts_are_there(acme: Workspace, ana: Member) -> None:
    with tenancy.workspace(acme.pk):
        ids = upsert_accounts([AccountUpsert("A-1"), AccountUpsert("A-2")]).ids
        by = members_by_id([ana.pk])[ana.pk]
        plan = SimpleUploadedFile("plan_*a*.txt", b"One")
        entry = shelf.bring_files(account=ids["A-1"], files=[plan], note=" ", by=by)
        shelf.bring_files(account=ids["A-2"], files=[SimpleUploadedFile("b.txt", b"Two")], note="Terms", by=by)
        said = queries.entry(entry)
        assert said is not None
        assert said.html == "<p>Added <code>plan__a_.txt</code>.</p>"
        for wrong in ([], [SimpleUploadedFile("x.svg", b"<svg><script>1</script></svg>")]):
            with pytest.raises(Invalid):
                shelf.bring_files(account=ids["A-1"], files=wrong, note="", by=by)
        assert Entry.objects.count() == 2
        merge_accounts(absorbed=ids["A-2"], into=ids["A-1"], by=by)
        tenancy.forget()
        found, more = shelf.files(ids["A-1"], until=clock.now(), limit=1)
        assert [each.name for each in found] == ["b.txt"]
        rest, end = shelf.files(ids["A-1"], until=clock.now(), before=more, limit=1)
        assert ([each.name for each in rest], end) == (["plan__a_.txt"], None)
        assert shelf.files(ids["A-1"], until=JAN) == ([], None)
