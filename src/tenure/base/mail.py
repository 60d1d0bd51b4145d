"""Mail: queued in the transaction of what it tells of, sent once by the worker through the mail server.

A mail that was handed over and could not be marked because its worker was killed goes out again under the same
Message-ID: the mailbox of whoever gets it tells that it is the same.
"""

import hashlib
import logging
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string

from tenure.base import clock, tenancy
from tenure.base.models import Mail

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
LEASE = timedelta(minutes=5)
"""How long one worker has to hand a mail over before another may: several times the patience with a mail server."""
FIRST_PAUSE = timedelta(minutes=1)
"""After the first failure; each further pause is twice as long, so that the tenth try is eight and a half hours on."""
KEPT = timedelta(days=90)
"""How long it is known that a mail was sent."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file at a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """A mail that was given up, or waits after an error."""

    to: str
    subject: str
    attempts: int
    error: str
    queued_at: datetime


def composed(template: str, **context: object) -> tuple[str, str]:
    """Text and HTML of a mail from the templates `mail/<template>.txt` and `.html`; every mail has a `title` and its
    `workspace`'s name."""
    text, html = (render_to_string(f"mail/{template}.{kind}", context, using="jinja2") for kind in ("txt", "html"))
    return text.strip() + "\n", html


def queue(
    to: str, subject: str, text: str, html: str = "", *, key: str, calendar: str = "",
    attachments: Sequence[Attachment] = (), reply_to: str = "", unsubscribe: str = "",
    due_at: datetime | None = None,
) -> None:  # fmt: skip
    """Send a mail when the surrounding transaction is through, or from `due_at` on. The same `key` is never sent twice
    in a workspace. `calendar` is an iCalendar object that the mail says a third time, as programs read it.
    `unsubscribe` is an address where a POST ends such mails (RFC 8058): mail programs make a button of it."""
    now = clock.now()
    row = Mail(
        workspace=tenancy.current_workspace_id(), key=key, to=to, reply_to=reply_to, unsubscribe=unsubscribe,
        subject=" ".join(subject.split())[:250], text=text, html=html, calendar=calendar, queued_at=now,
        due_at=due_at or now,
        attachments=[
            {"name": each.name, "media_type": each.media_type, "content": b64encode(each.content).decode()}
            for each in attachments
        ],
    )  # fmt: skip
    Mail.objects.bulk_create([row], ignore_conflicts=True)


def send(*, limit: int = 100) -> int:
    """Hand over what is due, oldest first; how many were taken by the mail server.

    A claim is one conditional UPDATE, so two workers never send the same mail at the same time. One that fails waits,
    longer each time; after ten tries it stays with its error.
    """
    now, sent = clock.now(), 0
    waiting = Mail.objects.filter(sent_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS)
    for row in waiting.order_by("due_at", "id")[:limit]:
        claimed = Mail.objects.filter(pk=row.pk, sent_at=None, due_at=row.due_at).update(
            attempts=F("attempts") + 1, due_at=clock.now() + LEASE
        )
        if claimed:
            sent += _send_one(row)
    if sent:
        Mail.objects.filter(sent_at__lt=now - KEPT).delete()
    return sent


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries that failed."""
    return FIRST_PAUSE * (1 << max(attempts - 1, 0))


def failures(*, given_up: bool = True) -> list[Failure]:
    """Mails of all workspaces that were given up, newest first; else those that are tried again. One query."""
    rows = Mail.objects.filter(sent_at=None).exclude(error="")
    rows = rows.filter(attempts__gte=MAX_ATTEMPTS) if given_up else rows.filter(attempts__lt=MAX_ATTEMPTS)
    return [Failure(row.to, row.subject, row.attempts, row.error, row.queued_at) for row in rows.order_by("-id")[:100]]


def try_again() -> int:
    """Let the worker try what was given up from the beginning; how many."""
    given_up = Mail.objects.filter(sent_at=None, attempts__gte=MAX_ATTEMPTS)
    return given_up.update(attempts=0, due_at=clock.now(), error="")


def drop() -> int:
    """Forget what was given up: nobody gets it any more; how many."""
    return Mail.objects.filter(sent_at=None, attempts__gte=MAX_ATTEMPTS).delete()[0]


def _send_one(row: Mail) -> bool:
    attempts = row.attempts + 1
    try:
        _message(row).send()
    except Exception as error:
        level = logging.ERROR if attempts >= MAX_ATTEMPTS else logging.WARNING
        log.log(level, "Mail %s was not sent (try %d of %d): %s", row.pk, attempts, MAX_ATTEMPTS, error)
        Mail.objects.filter(pk=row.pk).update(
            error=f"{type(error).__name__}: {error}", due_at=clock.now() + pause(attempts)
        )
        return False
    Mail.objects.filter(pk=row.pk).update(sent_at=clock.now(), error="", text="", html="", calendar="", attachments=[])
    return True


class _Message(EmailMultiAlternatives):
    """Says of a calendar part what is to be done with it (RFC 6047, section 2.4): `method=REQUEST`."""

    def message(self, *, policy: "Policy[Message[str, str]] | None" = None) -> EmailMessage:
        made: EmailMessage = super().message(policy=policy or default)
        for part in made.walk():
            if part.get_content_type() == "text/calendar":
                part.set_param("method", _method(part.get_content()))
        return made


def _message(row: Mail) -> _Message:
    headers = {
        "Message-ID": _message_id(row), "Date": format_datetime(clock.now()), "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    if row.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{row.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }  # fmt: skip
    made = _Message(
        row.subject,
        row.text,
        settings.DEFAULT_FROM_EMAIL,
        [row.to],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers=headers,
    )
    if row.html:
        made.attach_alternative(row.html, "text/html")
    if row.calendar:
        made.attach_alternative(row.calendar, "text/calendar")
    for each in row.attachments:
        made.attach(each["name"], b64decode(each["content"]), each["media_type"])
    return made


def _message_id(row: Mail) -> str:
    """The same for the same mail, however often it is sent."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{row.workspace}:{row.key}".encode()).hexdigest()[:40]
    return f"<{digest}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def _method(calendar: str) -> str:
    found = (line.removeprefix("METHOD:").strip() for line in calendar.splitlines() if line.startswith("METHOD:"))
    return next(found, "PUBLISH")
