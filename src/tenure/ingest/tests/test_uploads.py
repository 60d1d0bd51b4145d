"""Files through the browser: guessed, checked with examples, imported once, with rejects to correct."""

import csv
import io
from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.base import jobs
from tenure.base.refusals import NotFound
from tenure.customers.models import Account
from tenure.ingest import uploads
from tenure.ingest.contracts import CannotImport
from tenure.ingest.maps import WrongMap
from tenure.ingest.models import ImportRun, Upload
from tenure.ingest.uploads import folders
from tenure.ingest.uploads.actions import NotNow
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView, WorkspaceView
from tenure.tenants.models import Member, Workspace

ACCOUNTS = "id,company,signed_up\nA1,Initech,2024-01-05\nA2,Hooli,2024-02-30\nA3,=1+1,2024-03-01\n"
USAGE = "customer,day,logins\nA1,2024-03-01,3\nA1,2024-03-02,4\nA9,2024-03-02,1\n"
MAP = """\
source: shop
files:
  accounts: {file: accounts.csv, accounts: {key: id, name: company, started_on: signed_up}}
  usage:
    file: usage.csv
    events: {key: [customer, day], account: customer, at: day, name: {constant: login}, count: logins}
"""


def given(files: Mapping[str, str]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, text.encode()) for name, text in files.items()]


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    return tenants.members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def here(workspace: Workspace) -> WorkspaceView:
    return tenants.workspace(workspace.slug)


@pytest.fixture
def begun(here: WorkspaceView, by: MemberView) -> Iterator[int]:
    """An upload whose files were read."""
    upload = uploads.begin(files=given({"accounts.csv": ACCOUNTS, "usage.csv": USAGE}), workspace=here, by=by)
    jobs.work_off()
    yield upload
    folders.drop(here.slug, _uid(upload))


def _uid(upload: int) -> UUID:
    return Upload.objects.get(pk=upload).uid


def checked(upload: int, here: WorkspaceView) -> uploads.UploadView:
    uploads.edit(upload=upload, text=MAP)
    uploads.check(upload=upload, workspace=here)
    jobs.work_off()
    return uploads.upload(upload)


def test_the_map_is_guessed_in_the_background(begun: int) -> None:
    view = uploads.upload(begun)
    assert (view.status, view.map_from, view.problem) == ("mapping", "guess", None)
    assert view.files == (("accounts.csv", len(ACCOUNTS)), ("usage.csv", len(USAGE)))
    assert "source: files" in view.map
    assert "accounts.csv" in view.map


def test_a_check_shows_rows_with_their_fate_and_writes_nothing(begun: int, here: WorkspaceView) -> None:
    view = checked(begun, here)
    assert view.status == "checked"
    assert view.report is not None
    counts = [(f["file"], f["read"], f["created"], f["rejected"]) for f in view.report["files"]]
    assert counts == [("accounts.csv", 3, 2, 1), ("usage.csv", 3, 2, 1)]
    accounts, usage = view.report["previews"]
    assert accounts["columns"] == ["id", "company", "signed_up"]
    assert [(row["line"], row["fate"], row["column"]) for row in accounts["rows"]] == [
        (2, "created", ""), (3, "rejected", "signed_up"), (4, "created", ""),
    ]  # fmt: skip
    assert accounts["rows"][2]["cells"] == ["A3", "=1+1", "2024-03-01"]
    assert usage["rows"][2]["fate"] == "rejected"
    assert (Account.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_what_was_checked_is_imported_and_the_files_are_deleted(
    begun: int, here: WorkspaceView, by: MemberView
) -> None:
    checked(begun, here)
    uploads.start(upload=begun, workspace=here, by=by)
    assert uploads.upload(begun).waits
    jobs.work_off()
    view = uploads.upload(begun)
    assert view.status == "done"
    assert (view.steps_done, view.steps) == (11, 13)
    assert sorted(Account.objects.values_list("external_id", flat=True)) == ["A1", "A3"]
    assert view.run is not None
    assert ImportRun.objects.get(pk=view.run).path == "accounts.csv, usage.csv"
    assert not folders.folder(here.slug, _uid(begun)).exists()
    assert uploads.open_uploads() == []


def test_rejects_come_as_a_file_whose_formulas_are_harmless(begun: int, here: WorkspaceView, by: MemberView) -> None:
    checked(begun, here)
    uploads.start(upload=begun, workspace=here, by=by)
    jobs.work_off()
    run = uploads.upload(begun).run
    assert run is not None
    rows = list(csv.DictReader(io.StringIO(uploads.rejects_file(run))))
    assert [(row["file"], row["line"], row["column"], row["row"]) for row in rows] == [
        ("accounts.csv", "3", "signed_up", "A2,Hooli,2024-02-30"),
        ("usage.csv", "4", "customer", "A9,2024-03-02,1"),
    ]


def test_the_next_upload_of_such_files_takes_the_map_that_worked(
    begun: int, here: WorkspaceView, by: MemberView
) -> None:
    checked(begun, here)
    uploads.start(upload=begun, workspace=here, by=by)
    jobs.work_off()
    again = uploads.begin(files=given({"usage.csv": USAGE}), workspace=here, by=by)
    view = uploads.upload(again)
    assert (view.status, view.map_from, view.map) == ("mapping", "earlier", MAP)
    folders.drop(here.slug, _uid(again))


def test_a_wrong_map_is_kept_as_typed_and_refused_with_its_line(begun: int, here: WorkspaceView) -> None:
    wrong = MAP.replace("company", "firm").replace("accounts: {key", "acounts: {key")
    with pytest.raises(WrongMap) as refused:
        uploads.edit(upload=begun, text=wrong)
    assert [problem.line for problem in refused.value.problems] == [3]
    assert uploads.upload(begun).map == wrong


def test_a_map_that_does_not_fit_is_told_after_the_check(begun: int, here: WorkspaceView) -> None:
    uploads.edit(upload=begun, text=MAP.replace("company", "firm"))
    uploads.check(upload=begun, workspace=here)
    jobs.work_off()
    view = uploads.upload(begun)
    assert view.status == "mapping"
    assert view.problem is not None
    assert "firm" in view.problem["message"] + " ".join(view.problem["problems"])


def test_steps_out_of_order_are_refused(begun: int, here: WorkspaceView, by: MemberView) -> None:
    with pytest.raises(NotNow):
        uploads.start(upload=begun, workspace=here, by=by)
    uploads.discard(upload=begun, workspace=here, by=by)
    with pytest.raises(NotNow):
        uploads.check(upload=begun, workspace=here)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "at least one file"),
        ({"notes.docx": "x"}, "cannot be imported"),
        ({"a/x.csv": "x", "b/x.csv": "x"}, "cannot be imported"),
        ({f"{n}.csv": "x" for n in range(31)}, "at most 30"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_whole(
    here: WorkspaceView, by: MemberView, files: Mapping[str, str], message: str
) -> None:
    both = [*given(files)]
    with pytest.raises(CannotImport, match=message):
        uploads.begin(files=both, workspace=here, by=by)
    assert uploads.open_uploads() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\exports\\März 24.csv", "März 24.csv"),
        ("..csv", "csv"),
        ("a\x00;rm -rf.csv", "a_rm -rf.csv"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert folders.safe(name) == kept


def test_an_upload_of_another_workspace_is_not_found(begun: int, globex: Workspace) -> None:
    from tenure.base import tenancy

    with tenancy.no_workspace(), tenancy.workspace(globex.pk), pytest.raises(NotFound):
        uploads.upload(begun)
