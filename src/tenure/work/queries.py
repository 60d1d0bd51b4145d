"""Reads of the team's work."""

from datetime import datetime

from django.db.models import FETCH_RAISE, Q

from tenure.customers.queries import members_of
from tenure.work.contracts import EarlierBody, NoteView
from tenure.work.models import Note, NoteEdit
from tenure.work.rules import html_of

_KEY = "note-"


def notes(account: int, *, before: tuple[datetime, str] | None = None, limit: int = 50) -> list[NoteView]:
    """The account's notes and those of accounts merged into it, newest first, strictly older than `before`: a moment
    and an entry's key. One query, besides that for merges.

    The key is that of a note or of any other entry shown in the same stream; keys are compared as text.
    """
    rows = Note.objects.filter(account__in=members_of("account", account) or (account,))
    if before is not None:
        rows = rows.filter(_older(*before))
    rows = rows.select_related("author__user").fetch_mode(FETCH_RAISE)
    return [_view(row) for row in rows.order_by("-created_at", "-id")[:limit]]


def note(note: int) -> NoteView | None:
    """One note; None when there is none in this workspace. One query."""
    row = Note.objects.filter(pk=note).select_related("author__user").fetch_mode(FETCH_RAISE).first()
    return None if row is None else _view(row)


def earlier_bodies(note: int) -> list[EarlierBody]:
    """What the note said before its edits, newest first. One query."""
    rows = NoteEdit.objects.filter(note=note).order_by("-edited_at", "-id")
    return [EarlierBody(body, until) for body, until in rows.values_list("body", "edited_at")]


def _view(row: Note) -> NoteView:
    return NoteView(
        id=row.pk,
        key=f"{_KEY}{row.pk:019d}",
        account_id=row.account_id,
        author_id=row.author_id,
        author=str(row.author.user),
        body=row.body,
        html=html_of(row.body),
        created_at=row.created_at,
        edited_at=row.edited_at,
    )


def _older(at: datetime, key: str) -> Q:
    """Earlier than the moment, or of the same moment with a smaller key."""
    number = key.removeprefix(_KEY)
    if key.startswith(_KEY) and number.isdigit():
        return Q(created_at__lt=at) | Q(created_at=at, id__lt=int(number))
    return Q(created_at__lte=at) if key > _KEY else Q(created_at__lt=at)
