"""The page of an account's links and files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.models import Member, Workspace
from tenure.work.models import AccountLink, Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(acme: Workspace) -> str:
    with tenancy.workspace(acme.pk):
        account = upsert_accounts([AccountUpsert("A-1", name="Alpha")]).ids["A-1"]
    return f"/w/acme/accounts/{account}/files/"


def test_a_link_is_added_shown_and_taken_away(ana_client: Client, page: str, acme: Workspace) -> None:
    links = page.replace("/files/", "/links/")
    wrong = ana_client.post(links, {"url": "javascript:alert(1)", "title": "Kept <b>"})
    assert wrong.status_code == 422
    assert "Give an address of the web" in wrong.content.decode()
    assert 'value="Kept &lt;b&gt;"' in wrong.content.decode()
    assert ana_client.post(links, {"url": "https://drive.example.com/x", "title": "Folder"})["Location"] == page
    shown = ana_client.get(page).content.decode()
    assert 'href="https://drive.example.com/x" rel="noopener noreferrer nofollow"' in shown
    with tenancy.workspace(acme.pk):
        link = AccountLink.objects.get().pk
    ana_client.post(f"/w/acme/links/{link}/removals/")
    assert "No links yet" in ana_client.get(page).content.decode()


def test_files_are_taken_or_refused_with_the_reason(ana_client: Client, page: str, acme: Workspace) -> None:
    refused = {
        "Choose a file": [],
        "of a kind that is not taken": [SimpleUploadedFile("x.svg", b"<svg><script>1</script></svg>")],
        "holds a web page": [SimpleUploadedFile("x.txt", b"<!doctype html><script>1</script>")],
        "11 MB large": [SimpleUploadedFile("x.txt", b"a" * (11 * 1024**2))],
    }
    for reason, files in refused.items():
        answer = ana_client.post(page, {"files": files})
        assert (answer.status_code, reason in answer.content.decode()) == (422, True), reason
    assert ana_client.post(page, {}, CONTENT_LENGTH=str(50 * 1024**2)).status_code == 413
    ana_client.post(page, {"files": [SimpleUploadedFile("plan.txt", b"One")], "note": "The plan"})
    with tenancy.workspace(acme.pk):
        file = Attachment.objects.get().pk
    shown = ana_client.get(page).content.decode()
    assert f'href="/w/acme/attachments/{file}/"' in shown
    assert "plan.txt" not in ana_client.get(f"{page}?as_of=2025-01-01").content.decode()


def test_a_viewer_reads_and_adds_nothing(ben: Member, ben_client: Client, page: str) -> None:
    shown = ben_client.get(page).content.decode()
    assert 'type="file"' not in shown
    assert "Add link" not in shown
    assert ben_client.post(page, {"note": "x"}).status_code == 403
