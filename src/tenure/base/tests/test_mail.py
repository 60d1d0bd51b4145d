"""A queued mail is sent once by a real server's word, and one that fails is tried again and given up visibly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from tenure.base import clock, mail, tenancy
from tenure.base.models import Mail
from tenure.tenants.models import Workspace
from tests import smtp

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def box(settings: Settings) -> Iterator[smtp.Mailbox]:
    """The mail server."""
    with smtp.receiving() as found:
        settings.MAILERS = found.mailers
        yield found


def _queue(key: str = "k", **more: object) -> None:
    mail.queue("ana@acme.example", "Good\r\n news", "Text ü", "<p>HTML</p>", key=key, **more)  # type: ignore[arg-type]


def test_a_mail_arrives_once_as_text_and_html(workspace: Workspace, box: smtp.Mailbox) -> None:
    _queue()
    _queue()
    assert [mail.send(), mail.send()] == [1, 0]
    [got] = box.mails
    assert (got["To"], got["Subject"], got["Auto-Submitted"]) == ("ana@acme.example", "Good news", "auto-generated")
    assert [part.get_content_type() for part in got.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert got.get_body(("plain",)).get_content() == "Text ü\r\n"  # type: ignore[union-attr]
    row = Mail.objects.get()
    assert (row.text, row.html, row.sent_at is not None) == ("", "", True)


def test_a_calendar_is_said_a_third_time_with_its_method_and_lies_beside(
    workspace: Workspace, box: smtp.Mailbox
) -> None:
    file = mail.Attachment("invite.ics", "application/ics", b"BEGIN:VCALENDAR")
    _queue(
        calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", attachments=[file], reply_to="a@b.example"
    )
    mail.send()
    [got] = box.mails
    assert [part.get_content_type() for part in got.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    part = next(part for part in got.walk() if part.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert [each.get_filename() for each in got.iter_attachments()] == ["invite.ics"]
    assert got["Reply-To"] == "a@b.example"


def test_a_key_is_one_mail_a_workspace_and_nothing_goes_before_it_is_due_or_committed(
    workspace: Workspace, globex: Workspace, box: smtp.Mailbox
) -> None:
    with clock.frozen(NOON):
        _queue(due_at=NOON + timedelta(hours=1))
        with tenancy.workspace(globex.pk):
            _queue()
        with transaction.atomic():
            _queue("other")
            transaction.set_rollback(True)
        assert mail.send() == 1
    with clock.frozen(NOON + timedelta(hours=1)):
        assert mail.send() == 1


def test_what_was_sent_and_not_marked_goes_again_under_the_same_name(workspace: Workspace, box: smtp.Mailbox) -> None:
    with clock.frozen(NOON):
        _queue()
        _queue("other")
        assert mail.send() == 2
        Mail.objects.filter(key="k").update(sent_at=None)
        assert mail.send() == 0
    with clock.frozen(NOON + mail.LEASE):
        assert mail.send() == 1
    first, other, again = (each["Message-ID"] for each in box.mails)
    assert first == again != other


def test_a_mail_that_is_refused_waits_longer_each_time_and_is_given_up_after_ten(
    workspace: Workspace, box: smtp.Mailbox
) -> None:
    box.refusing = "451 4.3.0 Not now"
    tried: list[timedelta] = []
    at = NOON
    with clock.frozen(NOON):
        _queue()
    while len(tried) < 12 and at < NOON + timedelta(days=2):
        with clock.frozen(at):
            before = Mail.objects.get().attempts
            mail.send()
            if Mail.objects.get().attempts > before:
                tried.append(at - NOON)
        at += timedelta(minutes=1)
    assert [int(each.total_seconds()) // 60 for each in tried] == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511]
    [failure] = mail.failures()
    assert (failure.to, failure.attempts) == ("ana@acme.example", 10)
    assert "Not now" in failure.error
    assert mail.failures(given_up=False) == []
    assert box.mails == []
