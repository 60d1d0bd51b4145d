"""Files at entries: what is taken by its content, what is refused, and how it comes back."""

import io
import os
import time
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenure.base import paths
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.tenants.contracts import MemberView
from tenure.work import actions, attachments, queries
from tenure.work.contracts import AttachmentView, EntryDraft
from tenure.work.models import Attachment, Entry

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def _office(inner: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types></Types>')
        archive.writestr(inner, "<x/>")
    return held.getvalue()


@pytest.fixture
def entry(account: int, author: MemberView) -> int:
    return actions.write_entry(account=account, draft=EntryDraft(body="One"), by=author)


def _files() -> list[str]:
    folder = paths.home() / "attachments"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def _empty() -> None:
    import shutil

    shutil.rmtree(paths.home() / "attachments", ignore_errors=True)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("Screen.PNG", PNG, "image/png"),
        ("photo.jpg", JPEG, "image/jpeg"),
        ("notes.txt", "Grüße".encode(), "text/plain"),
        ("rows.csv", b"a,b\n1,2\n", "text/csv"),
        ("letter.docx", _office("word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("sheet.xlsx", _office("xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)  # fmt: skip
def test_what_is_taken(entry: int, author: MemberView, name: str, content: bytes, media_type: str) -> None:
    (made,) = attachments.add(entry=entry, files=[SimpleUploadedFile(name, content)], by=author)
    found = attachments.stored(made)
    assert found.view == AttachmentView(made, name, media_type, len(content))
    assert found.path.read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "of a kind that is not taken"),
        ("page.html", b"<html></html>", "of a kind that is not taken"),
        ("run.exe", b"MZ\x90\x00", "of a kind that is not taken"),
        ("macro.docm", _office("word/document.xml"), "of a kind that is not taken"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not what its name says"),
        ("picture.png", b"MZ\x90\x00" + b"\0" * 60, "not what its name says"),
        ("plan.pdf", PNG, "not what its name says"),
        ("letter.docx", PDF, "not what its name says"),
        ("notes.txt", b"hello <script>alert(1)</script>", "web page or a drawing"),
        ("rows.csv", b"\x7fELF\x02\x01\x01", "is not plain text"),
        ("notes.txt", b"a\0b", "is not plain text"),
        ("empty.txt", b"", "is empty"),
        ("large.txt", b"x" * (10 * 1024**2 + 1), "at most 10 MB"),
    ],
)
def test_what_is_refused_with_its_reason(entry: int, author: MemberView, name: str, content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        attachments.add(
            entry=entry, files=[SimpleUploadedFile("good.pdf", PDF), SimpleUploadedFile(name, content)], by=author
        )
    assert (Attachment.objects.count(), _files()) == (0, [])


def _age(seconds: float) -> None:
    """Make every file of the workspace so old."""
    for path in (paths.home() / "attachments").rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - seconds,) * 2)


def test_the_same_content_lies_once_and_goes_a_day_after_its_last_entry(
    account: int, entry: int, author: MemberView
) -> None:
    other = actions.write_entry(account=account, draft=EntryDraft(body="Two"), by=author)
    (first,) = attachments.add(entry=entry, files=[SimpleUploadedFile("a.pdf", PDF)], by=author)
    (second,) = attachments.add(entry=other, files=[SimpleUploadedFile("b.pdf", PDF)], by=author)
    assert len(_files()) == 1
    attachments.remove(attachment=first, by=author)
    _age(2 * attachments.LEFT_S)
    assert attachments.sweep() == 0
    attachments.remove(attachment=second, by=author)
    with pytest.raises(NotFound):
        attachments.stored(second)
    assert attachments.sweep() == 1
    assert _files() == []


def test_what_an_entry_was_refused_with_goes_too_and_not_at_once(entry: int, author: MemberView) -> None:
    with pytest.raises(NotFound):
        attachments.add(entry=entry + 1, files=[SimpleUploadedFile("a.pdf", PDF)], by=author)
    assert attachments.sweep() == 0
    assert len(_files()) == 1
    _age(2 * attachments.LEFT_S)
    assert attachments.sweep() == 1


def test_content_that_was_put_back_in_this_moment_stays(entry: int, author: MemberView) -> None:
    attachments.add(entry=entry, files=[SimpleUploadedFile("a.pdf", PDF)], by=author)
    assert not attachments._delete(next(path for path in (paths.home() / "attachments").rglob("*") if path.is_file()))
    assert len(_files()) == 1


def test_another_ones_file_is_not_removed_by_who_may_not_edit(
    entry: int, author: MemberView, ben_as_support: MemberView
) -> None:
    (made,) = attachments.add(entry=entry, files=[SimpleUploadedFile("a.pdf", PDF)], by=author)
    with pytest.raises(Forbidden):
        attachments.remove(attachment=made, by=ben_as_support)
    assert Attachment.objects.count() == 1


def test_an_entry_holds_ten_files(entry: int, author: MemberView) -> None:
    ten = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(10)]
    attachments.add(entry=entry, files=ten, by=author)
    with pytest.raises(Invalid, match="at most 10"):
        attachments.add(entry=entry, files=[SimpleUploadedFile("more.txt", b"x")], by=author)
    assert Attachment.objects.count() == 10


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\x\\plan.pdf", "plan.pdf"),
        ("a\nb;c.txt", "a_b_c.txt"),
        ("", "file"),
    ],
)
def test_a_name_is_made_safe(given: str, name: str) -> None:
    assert attachments.safe_name(given) == name


def test_a_file_is_saved_never_shown(account: int, entry: int, author: MemberView, ana_client: Client) -> None:
    (made,) = attachments.add(entry=entry, files=[SimpleUploadedFile("plan (1).pdf", PDF)], by=author)
    answer = ana_client.get(f"/w/acme/attachments/{made}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="plan (1).pdf"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_files_come_with_the_form_or_nothing_does(account: int, author: MemberView, ana_client: Client) -> None:
    address = f"/w/acme/accounts/{account}/entries/"
    bad = ana_client.post(address, {"body": "One", "files": SimpleUploadedFile("x.svg", b"<svg/>")})
    assert (bad.status_code, Entry.objects.count()) == (422, 0)
    assert b"One</textarea>" in bad.content
    good = ana_client.post(address, {"body": "One", "files": SimpleUploadedFile("x.pdf", PDF)})
    assert good.status_code == 302
    assert [file.name for file in queries.entries(account)[0].attachments] == ["x.pdf"]


class _Unread:
    """A body that says how long it is and must not be read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    def readline(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def test_fifty_megabytes_are_refused_unread(account: int, ana_client: Client) -> None:
    extra: dict[str, Any] = {"CONTENT_LENGTH": str(50 * 1024**2), "wsgi.input": _Unread()}
    answer = ana_client.generic(
        "POST", f"/w/acme/accounts/{account}/entries/", b"", content_type="multipart/form-data; boundary=x",
        **extra,
    )  # fmt: skip
    assert answer.status_code == 413
    assert Entry.objects.count() == 0
