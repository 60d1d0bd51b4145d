"""The pages of the timeline: written without script, filtered, two who edit, searched."""

import json
import re
from datetime import date

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work import actions, library, queries
from tenure.work.contracts import EntryDraft, EntryView, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(acme: Workspace) -> int:
    with tenancy.workspace(acme.pk):
        return upsert_accounts([AccountUpsert("A-1", name="Alpha")]).ids["A-1"]


def _entries(acme: Workspace, account: int) -> list[EntryView]:
    with tenancy.workspace(acme.pk):
        return queries.entries(account)


def _wrote(acme: Workspace, account: int, member: Member, body: str = "One", **more: object) -> int:
    with tenancy.workspace(acme.pk):
        by = members_by_id([member.pk])[member.pk]
        return actions.write_entry(account=account, draft=EntryDraft(body=body, **more), by=by)  # type: ignore[arg-type]


def test_an_entry_is_written_without_script(acme: Workspace, account: int, ana_client: Client) -> None:
    sent = {"kind": "call", "body": "They **called**", "flow": "renewal", "happened_at": "2024-05-01T14:30", "pin": "1"}
    answer = ana_client.post(f"/w/acme/accounts/{account}/entries/", sent)
    (entry,) = _entries(acme, account)
    assert answer["Location"] == f"/w/acme/accounts/{account}/timeline/?written={entry.id}#entry-{entry.id}"
    assert (entry.kind, entry.minutes, entry.pinned) == (Kind.CALL, 30, True)
    assert entry.happened_at.isoformat() == "2024-05-01T14:30:00+00:00"
    page = ana_client.get(f"/w/acme/accounts/{account}/timeline/").content.decode()
    assert page.count("<p>They <strong>called</strong></p>") == 2  # pinned, and in its place
    assert "≈ 30 min" in page


def test_what_is_refused_comes_back_with_what_was_typed(acme: Workspace, account: int, ana_client: Client) -> None:
    sent = {"kind": "meeting", "body": "Long talk", "minutes": "soon", "tags": "Unheard", "happened_at": "later"}
    answer = ana_client.post(f"/w/acme/accounts/{account}/entries/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("Long talk</textarea>" in page, 'value="soon"' in page, 'value="Unheard"' in page) == (True, True, True)
    assert _entries(acme, account) == []


def test_two_who_edit_see_both_texts(acme: Workspace, account: int, ana: Member, ana_client: Client) -> None:
    entry = _wrote(acme, account, ana)
    address = f"/w/acme/accounts/{account}/entries/{entry}/"
    assert ana_client.post(address, {"body": "Theirs", "revision": "1"}).status_code == 302
    answer = ana_client.post(address, {"body": "Mine", "revision": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("<p>Theirs</p>" in page, "Mine</textarea>" in page) == (True, True)
    assert 'name="revision" value="2"' in page
    assert _entries(acme, account)[0].body == "Theirs"
    assert ana_client.post(address, {"body": "Mine", "revision": "2"}).status_code == 302
    assert _entries(acme, account)[0].body == "Mine"


def test_an_entry_of_another_account_is_not_found_here(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    with tenancy.workspace(acme.pk):
        other = upsert_accounts([AccountUpsert("A-2", name="Beta")]).ids["A-2"]
    entry = _wrote(acme, account, ana)
    assert ana_client.get(f"/w/acme/accounts/{other}/entries/{entry}/").status_code == 404


def test_who_may_only_look_sees_no_form(acme: Workspace, account: int, ana: Member, ben_client: Client) -> None:
    entry = _wrote(acme, account, ana)
    for address in ("timeline/", f"entries/{entry}/"):
        page = ben_client.get(f"/w/acme/accounts/{account}/{address}").content.decode()
        assert ("<p>One</p>" in page, "<textarea" in page) == (True, False)


def test_a_filter_shows_only_what_fits(acme: Workspace, account: int, ana: Member, ana_client: Client) -> None:
    with tenancy.workspace(acme.pk):
        tag = library.add_tag(name="Risk", by=members_by_id([ana.pk])[ana.pk])
    _wrote(acme, account, ana, "A call", kind=Kind.CALL, tags=("Risk",))
    _wrote(acme, account, ana, "A note")
    timeline = f"/w/acme/accounts/{account}/timeline/"
    for narrowed in ("?type=call", f"?tag={tag}", f"?type=call&author={ana.pk}"):
        page = ana_client.get(timeline + narrowed).content.decode()
        assert ("A call" in page, "A note" in page) == (True, False)
    assert "No entry fits" in ana_client.get(timeline + "?type=mail").content.decode()


def test_names_and_tags_are_completed(acme: Workspace, account: int, ana: Member, ana_client: Client) -> None:
    with tenancy.workspace(acme.pk):
        library.add_tag(name="Risk", by=members_by_id([ana.pk])[ana.pk])
    named = ana_client.get(f"/w/acme/accounts/{account}/names?mention=1&text=an").content.decode()
    assert 'data-insert="Ana "' in named
    line = ana_client.get(f"/w/acme/accounts/{account}/names?text=Ana,+a&position=6").content.decode()
    assert "Ana" not in line
    tags = ana_client.get("/w/acme/timeline/tags?text=ris&position=3").content.decode()
    assert 'data-start="0" data-end="3" data-insert="Risk, "' in tags


def test_a_search_marks_its_words(acme: Workspace, account: int, ana: Member, ana_client: Client) -> None:
    _wrote(acme, account, ana, "The <b>renewal</b> is near", subject="Renewal")
    page = ana_client.get("/w/acme/timeline/?q=renew").content.decode()
    assert "The &lt;b&gt;<mark>renewal</mark>&lt;/b&gt; is near" in page
    assert "<mark>Renewal</mark>" in page
    assert "Nothing found" in ana_client.get("/w/acme/timeline/?q=zeppelin").content.decode()
    assert ana_client.get("/w/acme/timeline/?since=soon").status_code == 422


def test_templates_begin_an_entry_and_become_the_workspaces_own(
    acme: Workspace, account: int, ana_client: Client
) -> None:
    begun = ana_client.get(f"/w/acme/accounts/{account}/entries/new/?template=Kick-off").content.decode()
    assert "**Who is who**" in begun
    assert ana_client.post("/w/acme/settings/timeline/templates/").status_code == 302
    with tenancy.workspace(acme.pk):
        mine = next(each for each in library.templates() if each.name == "Kick-off")
    changed = {"name": "Kick-off", "kind": "call", "body": "Agenda"}
    assert ana_client.post(f"/w/acme/settings/timeline/templates/{mine.id}/", changed).status_code == 302
    again = ana_client.post("/w/acme/settings/timeline/templates/new/", changed)
    assert (again.status_code, b"already" in again.content) == (422, True)
    begun = ana_client.get(f"/w/acme/accounts/{account}/entries/new/?template={mine.id}").content.decode()
    assert ("Agenda</textarea>" in begun, "**Who is who**" in begun) == (True, False)


def test_only_who_configures_adds_tags(acme: Workspace, ana_client: Client, ben_client: Client) -> None:
    address = "/w/acme/settings/timeline/tags/"
    assert ben_client.post(address, {"name": "Risk"}).status_code == 403
    assert ana_client.post(address, {"name": "Risk"}).status_code == 302
    assert ana_client.post(address, {"name": "risk"}).status_code == 409
    with tenancy.workspace(acme.pk):
        assert [tag.name for tag in queries.tags()] == ["Risk"]


def test_as_of_another_day_shows_what_was_known_then(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    _wrote(acme, account, ana, "Written today")
    page = ana_client.get(f"/w/acme/accounts/{account}/timeline/?as_of={date(2024, 1, 1)}").content.decode()
    assert "Written today" not in page


def test_a_page_that_nothing_happened_to_is_not_made_again(
    acme: Workspace, account: int, ana: Member, ana_client: Client
) -> None:
    timeline = f"/w/acme/accounts/{account}/timeline/"
    _wrote(acme, account, ana)
    page = ana_client.get(timeline).content.decode()
    found = re.search(r'"If-None-Match": (".*?")}', page)
    assert found is not None
    seen = {"If-None-Match": json.loads(found[1])}
    again = ana_client.get(timeline, headers=seen)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", json.loads(found[1]))
    assert ana_client.get(f"{timeline}?kind=team", headers=seen).status_code == 200
    _wrote(acme, account, ana, body="Another")
    assert "Another" in ana_client.get(timeline, headers=seen).content.decode()


def test_an_edit_changes_the_mark_of_its_page(acme: Workspace, account: int, ana: Member) -> None:
    entry = _wrote(acme, account, ana)
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        before = queries.mark(account)
        actions.edit_entry(entry=entry, draft=EntryDraft(body="Two"), revision=1, by=by)
        edited = queries.mark(account)
        actions.pin_entry(entry=entry, by=by)
        assert len({before, edited, queries.mark(account)}) == 3
