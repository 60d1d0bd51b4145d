"""Writes of the team's work. Who may call them is the pages' table of permissions."""

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids
from tenure.tenants.contracts import MemberView
from tenure.work.contracts import NoteEdited, NoteWritten
from tenure.work.models import Note, NoteEdit

LONGEST = 20_000
"""Characters of a note's body."""


@transaction.atomic
def write_note(*, account: int, body: str, by: MemberView) -> int:
    """Write a note on an account; its id. Refuses an empty or endless body, and an account that is not there."""
    text = _checked(body)
    if account not in accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    row = Note.objects.create(account_id=account, author_id=by.id, body=text, created_at=clock.now())
    outbox.add(NoteWritten(note=row.pk, account=account, by=by.id))
    return row.pk


@transaction.atomic
def edit_note(*, note: int, body: str, by: MemberView) -> None:
    """Change one's own note; what it said before is kept. The same text again changes nothing."""
    text = _checked(body)
    row = Note.objects.select_for_update().filter(pk=note).first()
    if row is None:
        raise NotFound("There is no such note.")
    if row.author_id != by.id:
        raise Forbidden("Only its author can change a note. Write one of your own below it.")
    if row.body == text:
        return
    now = clock.now()
    NoteEdit.objects.create(note=row, body=row.body, edited_at=now)
    row.body, row.edited_at = text, now
    row.save(update_fields=["body", "edited_at"])
    outbox.add(NoteEdited(note=row.pk, account=row.account_id, by=by.id))


def _checked(body: str) -> str:
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("Write something before you save the note.", [Problem("empty", "body")])
    if len(text) > LONGEST:
        raise Invalid(
            f"A note holds at most {LONGEST:,} characters; this one has {len(text):,}.", [Problem("too long", "body")]
        )
    return text
