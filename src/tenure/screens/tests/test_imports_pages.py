"""Imports: history, counts, rejects page by page."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.ingest.models import ImportFile, ImportRun, Reject
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(acme: Workspace) -> ImportRun:
    """An import of two files, one of which has 60 rejects."""
    at = datetime(2024, 12, 30, 9, 0, tzinfo=UTC)
    with tenancy.workspace(acme.pk):
        made: ImportRun = ImportRun.objects.create(
            source="crm", path="exports", status="done", started_at=at, finished_at=at.replace(minute=2)
        )
        ImportFile.objects.create(
            run=made, file="a.csv", read=1200, created=1000, updated=90, unchanged=50, rejected=60, warnings={"odd": 3}
        )
        ImportFile.objects.create(run=made, file="b.csv", read=5, created=5, updated=0, unchanged=0, rejected=0)
        for line in range(1, 61):
            Reject.objects.create(run=made, file="a.csv", line=line, column="day", reason="no date", raw="<script>x")
    return made


def test_without_imports_the_page_says_how_to_begin(ana_client: Client, acme: Workspace) -> None:
    page = ana_client.get("/w/acme/imports/").content.decode()
    assert "Nothing was imported yet" in page
    assert "/w/acme/start/" in page


def test_the_history_shows_what_became_of_the_rows(ana_client: Client, run: ImportRun) -> None:
    page = ana_client.get("/w/acme/imports/").content.decode()
    cells = [cell.split(">")[-1] for cell in page.split("</td>")]
    assert cells[3:10] == ["2", "1,205", "1,005", "90", "50", "60", "2 min"]


def test_rejects_come_in_pages_with_their_reason_and_are_escaped(ana_client: Client, run: ImportRun) -> None:
    page = ana_client.get(f"/w/acme/imports/{run.pk}/").content.decode()
    assert page.count("no date") == 50
    assert "<script>x" not in page
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert ana_client.get(following).content.decode().count("no date") == 10


def test_rejects_of_one_file(ana_client: Client, run: ImportRun) -> None:
    page = ana_client.get(f"/w/acme/imports/{run.pk}/?file=b.csv").content.decode()
    assert "No row was rejected" in page


def test_an_import_of_another_workspace_is_not_there(cy_client: Client, cy: Member, run: ImportRun) -> None:
    assert cy_client.get(f"/w/globex/imports/{run.pk}/").status_code == 404


def test_a_damaged_page_link_is_refused_in_words(ana_client: Client, run: ImportRun) -> None:
    answer = ana_client.get("/w/acme/imports/?after=nonsense")
    assert answer.status_code == 422
    assert "This page link is damaged" in answer.content.decode()
