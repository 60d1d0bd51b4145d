"""Writes of entries. Who may call them at all is the pages' table of permissions; who may change whose is here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError, transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids, members_of
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.work import index, naming
from tenure.work.contracts import (
    USUAL_MINUTES,
    EntryDraft,
    EntryEdited,
    EntryPinned,
    EntryWritten,
    MemberMentioned,
    PersonMentioned,
)
from tenure.work.models import Entry, EntryEdit
from tenure.work.rules import LONGEST_BODY, LONGEST_MINUTES, LONGEST_SUBJECT, place_of, usual_work

LONGEST_REASON = 80


class EditConflict(Conflict):
    """Somebody changed the entry since it was opened for editing."""

    code = "edit_conflict"


@transaction.atomic
def write_entry(*, account: int, draft: EntryDraft, by: MemberView) -> int:
    """Write an entry on an account's timeline; its id. Refuses with `Invalid` an empty or endless text, a time to come,
    and names or tags that are not known; with `NotFound` an account that is not there."""
    if account not in accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    checked, named = _checked(account, draft)
    now = clock.now()
    row = Entry(account_id=account, author_id=by.id, created_at=now)
    _fill(row, checked)
    row.save()
    naming.write(row, named)
    _settle(row)
    outbox.add(
        EntryWritten(
            entry=row.pk, account=account, by=by.id, kind=row.kind, minutes=row.minutes, work_type=row.work_type
        )
    )
    _tell(row, named, by, known=set())
    return row.pk


@transaction.atomic
def edit_entry(*, entry: int, draft: EntryDraft, revision: int, by: MemberView) -> int:
    """Change an entry; what it said before is kept. The new revision; the same again changes nothing.

    `revision` is the one that was opened: refuses with `EditConflict` when somebody has changed it since. Refuses with
    `Forbidden` who neither wrote it nor may edit others'.
    """
    row = _locked(entry)
    if row.author_id != by.id and not by.may(Permission.EDIT_ENTRIES):
        raise Forbidden("Your role lets you change only what you wrote. Write an entry of your own below it.")
    if row.revision != revision:
        raise EditConflict(
            "This entry was changed while you wrote. Nothing is lost: compare both texts and save again."
        )
    before, were = _said(row), naming.read([row.pk])[row.pk]
    checked, named = _checked(row.account_id, draft, now=row, were=were)
    place = row.place
    _fill(row, checked)
    if _said(row) == before and naming.same(were, named):
        return row.revision
    EntryEdit.objects.create(
        entry=row, subject=before["subject"], body=before["body"], edited_at=clock.now(), edited_by_id=by.id,
        fields={**{name: value for name, value in before.items() if name not in ("subject", "body")}, **were.fields},
    )  # fmt: skip
    row.edited_at, row.edited_by_id, row.revision = clock.now(), by.id, row.revision + 1
    row.save()
    naming.write(row, named)
    if place is not None and place != place_of(row.happened_at, row.pk):
        index.forget([place])
    _settle(row)
    if row.author_id != by.id:
        record_audit(by=by, action="entry.edited", object=f"entry {row.pk}", after={"revision": row.revision})
    outbox.add(EntryEdited(entry=row.pk, account=row.account_id, by=by.id))
    _tell(row, named, by, known=were.mentioned)
    return row.revision


@transaction.atomic
def pin_entry(*, entry: int, by: MemberView) -> None:
    """Make the entry its account's handover note, in place of the one that was. Audited."""
    row = _locked(entry)
    if row.pinned_at is None:
        family = members_of("account", row.account_id) or (row.account_id,)
        for other in Entry.objects.select_for_update().filter(account__in=family, pinned_at__isnull=False):
            _pin(other, by, pinned=False)
        try:
            with transaction.atomic():
                _pin(row, by, pinned=True)
        except IntegrityError:
            raise Conflict("Somebody pinned another entry at this moment. Load the page again.") from None


@transaction.atomic
def unpin_entry(*, entry: int, by: MemberView) -> None:
    """Make it an entry like the others. Audited."""
    row = _locked(entry)
    if row.pinned_at is not None:
        _pin(row, by, pinned=False)


def _pin(row: Entry, by: MemberView, *, pinned: bool) -> None:
    row.pinned_at = clock.now() if pinned else None
    row.save(update_fields=["pinned_at"])
    record_audit(by=by, action="entry.pinned" if pinned else "entry.unpinned", object=f"entry {row.pk}")
    outbox.add(EntryPinned(entry=row.pk, account=row.account_id, by=by.id, pinned=pinned))


def _locked(entry: int) -> Entry:
    row = Entry.objects.select_for_update().filter(pk=entry).first()
    if row is None:
        raise NotFound("There is no such entry.")
    return row


def _checked(
    account: int, draft: EntryDraft, *, now: Entry | None = None, were: naming.Parts = naming.NOTHING
) -> tuple[EntryDraft, naming.Resolved]:
    """The draft with its texts trimmed and the usual filled in, and whom and what it names."""
    body = draft.body.replace("\r\n", "\n").strip()
    subject, reason = " ".join(draft.subject.split()), " ".join(draft.reason.split())
    when = draft.happened_at or (now.happened_at if now else clock.now())
    if now is not None and when.replace(second=0) == now.happened_at.replace(second=0, microsecond=0):
        when = now.happened_at  # forms know minutes
    problems = []
    if not body:
        problems.append(Problem("Write something before you save.", "body"))
    if len(body) > LONGEST_BODY:
        problems.append(
            Problem(f"An entry holds at most {LONGEST_BODY:,} characters; this one has {len(body):,}.", "body")
        )
    if len(subject) > LONGEST_SUBJECT:
        problems.append(Problem(f"A subject has at most {LONGEST_SUBJECT} characters.", "subject"))
    if len(reason) > LONGEST_REASON:
        problems.append(Problem(f"A reason has at most {LONGEST_REASON} characters.", "reason"))
    if when > clock.now() + timedelta(minutes=5):
        problems.append(Problem("That lies in the future: an entry is about what has happened.", "happened_at"))
    if draft.minutes is not None and not 0 < draft.minutes <= LONGEST_MINUTES:
        problems.append(Problem(f"Give 1 to {LONGEST_MINUTES} minutes, or leave it empty.", "minutes"))
    named = naming.resolve(account, body=body, people=draft.people, tags=draft.tags, problems=problems, were=were)
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    work_type = draft.work_type or usual_work(draft.kind, draft.flow)
    return replace(draft, body=body, subject=subject, reason=reason, happened_at=when, work_type=work_type), named


def _fill(row: Entry, draft: EntryDraft) -> None:
    assert draft.happened_at is not None
    row.kind, row.subject, row.body, row.happened_at = draft.kind.value, draft.subject, draft.body, draft.happened_at
    row.reason = draft.reason
    row.flow = draft.flow.value if draft.flow else ""
    row.work_type = draft.work_type.value if draft.work_type else ""
    row.minutes_usual = draft.minutes is None and draft.kind.is_contact
    row.minutes = USUAL_MINUTES.get(draft.kind) if draft.minutes is None else draft.minutes


def _said(row: Entry) -> dict[str, str]:
    """What an edit may change, as text."""
    return {
        "kind": row.kind, "subject": row.subject, "body": row.body, "happened_at": row.happened_at.isoformat(),
        "reason": row.reason, "flow": row.flow, "work_type": row.work_type,
        "minutes": "" if row.minutes is None or row.minutes_usual else str(row.minutes),
    }  # fmt: skip


def _settle(row: Entry) -> None:
    """Its place, now that there is an id, and its words."""
    row.place = place_of(row.happened_at, row.pk)
    row.save(update_fields=["place"])
    index.write([row])


def _tell(row: Entry, named: naming.Resolved, by: MemberView, *, known: set[tuple[bool, int]]) -> None:
    """State who is mentioned that was not before."""
    for meant in named.mentioned:
        if meant.who.key in known:
            continue
        if meant.who.is_member:
            outbox.add(MemberMentioned(entry=row.pk, account=row.account_id, member=meant.who.id, by=by.id))
        else:
            outbox.add(PersonMentioned(entry=row.pk, account=row.account_id, person=meant.who.id, by=by.id))


def load_entries(rows: Sequence[tuple[int, int, EntryDraft]]) -> list[int]:
    """Write many entries of the past at once, as (account, member, draft); their ids in that order. For history that
    comes from elsewhere: nobody is told of it. Names and tags are taken as in `write_entry`, once an account."""
    with transaction.atomic():
        made: list[Entry] = []
        resolved: list[naming.Resolved] = []
        books: dict[int, naming.Book] = {}
        for account, member, draft in rows:
            book = books.get(account) or books.setdefault(account, naming.book(account))
            problems: list[Problem] = []
            named = naming.resolve(
                account, body=draft.body, people=draft.people, tags=draft.tags, problems=problems, known=book
            )
            if problems or not draft.body.strip():
                raise Invalid(" ".join(p.message for p in problems) or "An entry says something.", problems)
            row = Entry(account_id=account, author_id=member, created_at=draft.happened_at or clock.now())
            work_type = draft.work_type or usual_work(draft.kind, draft.flow)
            _fill(row, replace(draft, happened_at=row.created_at, work_type=work_type))
            made.append(row)
            resolved.append(named)
        Entry.objects.bulk_create(made, batch_size=500)
        for row in made:
            row.place = place_of(row.happened_at, row.pk)
        Entry.objects.bulk_update(made, ["place"], batch_size=500)
        naming.write_many(list(zip(made, resolved, strict=True)))
        index.write(made)
    return [row.pk for row in made]
