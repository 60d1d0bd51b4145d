"""Writes of meetings. Who may call them at all is the pages' table of permissions (`Permission.WORK`)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids
from tenure.meetings import guests, mailing, queries
from tenure.meetings.contracts import (
    KINDS,
    MeetingCancelled,
    MeetingChanged,
    MeetingDraft,
    MeetingHeld,
    MeetingPlanned,
    MeetingView,
)
from tenure.meetings.models import Meeting
from tenure.meetings.rules import (
    LONGEST_LOCATION,
    LONGEST_MINUTES,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_GUESTS,
    MOST_TIMES,
    MOST_WEEKS,
    occurrences,
    zones,
)
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import here
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft

VISIBLE = ("title", "starts_at", "minutes", "zone", "location", "message")
"""What the invited see: a change of it raises the SEQUENCE and goes out by mail. An agenda is the team's own."""


class EditConflict(Conflict):
    """Somebody changed the meeting since it was opened."""

    code = "edit_conflict"


@transaction.atomic
def plan(*, account: int, draft: MeetingDraft, by: MemberView, silent: bool = False) -> int:
    """Plan a meeting, or a series of them, and invite to it; the id of the first. The planner organizes it and comes.
    Refuses with `Invalid` what cannot be understood, and a time that has passed. `silent` sends nobody mail."""
    if account not in accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    draft, asked, starts = _checked(account, draft)
    asked = {(True, by.id): by.email, **asked}
    now, uid, series = clock.now(), f"{uuid.uuid4()}@tenure", len(starts) > 1
    rows = [
        Meeting(
            account_id=account, organizer_id=by.id, uid=uid, created_at=now, recurs_at=at if series else None,
            every_weeks=draft.every_weeks if series else 0, times=len(starts), number=number,
        )
        for number, at in enumerate(starts, start=1)
    ]  # fmt: skip
    for row, at in zip(rows, starts, strict=True):
        _fill(row, draft, at)
        row.save()
    guests.write(rows, asked)
    first = rows[0]
    if not silent:
        mailing.invite(queries.meeting(first.pk), whole_series=series)
    record_audit(by=by, action="meeting.planned", object=f"meeting {first.pk}", after=_said(first))
    outbox.add(MeetingPlanned(meeting=first.pk, account=account, by=by.id, starts_at=first.starts_at))
    return first.pk


@transaction.atomic
def change(*, meeting: int, draft: MeetingDraft, revision: int, by: MemberView) -> int:
    """Change a planned meeting, of a series this one alone; the new revision. What the invited see goes out to them,
    and who is asked no more is told so. `revision` is the one that was opened: refuses with `EditConflict` when
    somebody has changed it since, and with `Conflict` what was held or called off."""
    row = _planned(meeting)
    if row.revision != revision:
        raise EditConflict("This meeting was changed while you wrote. Look at what it is now, and save again.")
    before, were = _said(row), queries.meeting(meeting)
    draft, asked, starts = _checked(row.account_id, replace(draft, every_weeks=0, times=1), now=row, were=were)
    shown = _shown(row)
    _fill(row, draft, starts[0])
    told = _shown(row) != shown or set(asked) != {(one.is_member, one.id) for one in were.guests}
    if not told and _said(row) == before:
        return row.revision
    row.revision += 1
    row.sequence += told
    row.save()
    guests.write([row], asked)
    if told:
        _tell(were, queries.meeting(meeting))
    record_audit(by=by, action="meeting.changed", object=f"meeting {meeting}", before=before, after=_said(row))
    outbox.add(MeetingChanged(meeting=meeting, account=row.account_id, by=by.id, starts_at=row.starts_at))
    return row.revision


@transaction.atomic
def cancel(*, meeting: int, by: MemberView, with_later: bool = False) -> int:
    """Call a meeting off, and with `with_later` all later ones of its series; how many. Who was invited is told."""
    row = _planned(meeting)
    rows = [row]
    if with_later and row.recurs_at is not None:
        later = Meeting.objects.select_for_update().filter(uid=row.uid, number__gt=row.number)
        rows += list(later.filter(cancelled_at=None, held_at=None).order_by("number"))
    now = clock.now()
    for each in rows:
        each.cancelled_at, each.sequence, each.revision = now, each.sequence + 1, each.revision + 1
    Meeting.objects.bulk_update(rows, ["cancelled_at", "sequence", "revision"])
    views = queries.views(Meeting.objects.filter(pk__in=[each.pk for each in rows]).order_by("number"))
    mailing.call_off(views)
    for each in rows:
        record_audit(by=by, action="meeting.cancelled", object=f"meeting {each.pk}", before=_said(each))
        outbox.add(MeetingCancelled(meeting=each.pk, account=each.account_id, by=by.id))
    return len(rows)


@transaction.atomic
def hold(*, meeting: int, notes: str, by: MemberView, minutes: int | None = None) -> int:
    """The meeting took place: its notes become an entry on the account's timeline, with those who were asked; the
    entry's id. Refuses as `write_entry`."""
    row = _planned(meeting)
    view, now = queries.meeting(meeting), clock.now()
    draft = EntryDraft(
        kind=view.kind, body=notes, subject=view.title, happened_at=min(row.starts_at, now),
        minutes=minutes if minutes is not None else view.minutes,
        people=guests.names_to_write(row.account_id, view.guests),
    )  # fmt: skip
    entry = write_entry(account=row.account_id, draft=draft, by=by)
    row.held_at, row.entry_id, row.revision = now, entry, row.revision + 1
    row.save(update_fields=["held_at", "entry", "revision"])
    record_audit(by=by, action="meeting.held", object=f"meeting {meeting}", after={"entry": entry})
    outbox.add(MeetingHeld(meeting=meeting, account=row.account_id, by=by.id, entry=entry))
    return entry


def _tell(were: MeetingView, now: MeetingView) -> None:
    """Invite who is asked now; who had an invitation and is asked no more hears so."""
    stay = {(one.is_member, one.id) for one in mailing.addressed(now)}
    gone = [one for one in were.guests if one.invited and (one.is_member, one.id) not in stay]
    if gone:
        mailing.call_off([mailing.as_removed(now, gone)])
    mailing.invite(now, changed=True)


def _planned(meeting: int) -> Meeting:
    row = Meeting.objects.select_for_update().filter(pk=meeting).first()
    if row is None:
        raise NotFound("There is no such meeting.")
    if row.cancelled_at is not None:
        raise Conflict("This meeting was called off. Plan a new one.")
    if row.held_at is not None:
        raise Conflict("This meeting was held: what was said is on the timeline.")
    return row


def _checked(
    account: int, draft: MeetingDraft, *, now: Meeting | None = None, were: MeetingView | None = None
) -> tuple[MeetingDraft, dict[guests.Key, str], tuple[datetime, ...]]:
    """The draft with its texts trimmed, whom it asks, and when it takes place."""
    draft = replace(
        draft, title=" ".join(draft.title.split()), location=" ".join(draft.location.split()),
        message=draft.message.replace("\r\n", "\n").strip(), agenda=draft.agenda.replace("\r\n", "\n").strip(),
        zone=draft.zone or here().timezone,
    )  # fmt: skip
    problems = [problem for wrong, problem in _rules(draft) if wrong]
    starts: tuple[datetime, ...] = ()
    if not any(problem.where in ("zone", "times", "every_weeks") for problem in problems):
        starts = occurrences(draft.starts, draft.zone, every_weeks=draft.every_weeks, times=draft.times)
        moved = now is None or starts[0] != now.starts_at
        if moved and starts[0] < clock.now():
            problems.append(Problem("That has passed. What took place is written on the timeline.", "starts"))
    asked = guests.resolve(account, draft.people, problems, were=were.guests if were else ())
    if len(asked) > MOST_GUESTS:
        problems.append(Problem(f"At most {MOST_GUESTS} people can be asked to a meeting.", "people"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return draft, asked, starts


def _rules(draft: MeetingDraft) -> list[tuple[bool, Problem]]:
    return [
        (not draft.title, Problem("Give it a title.", "title")),
        (len(draft.title) > LONGEST_TITLE, Problem(f"A title has at most {LONGEST_TITLE} characters.", "title")),
        (draft.kind not in KINDS, Problem("Choose a call or a meeting.", "kind")),
        (not 0 < draft.minutes <= LONGEST_MINUTES, Problem(f"Give 1 to {LONGEST_MINUTES} minutes.", "minutes")),
        (draft.zone != here().timezone and draft.zone not in zones(), Problem("Choose a time zone.", "zone")),
        (
            len(draft.location) > LONGEST_LOCATION,
            Problem(f"A place has at most {LONGEST_LOCATION} characters.", "location"),
        ),
        (len(draft.message) > LONGEST_TEXT, Problem(f"At most {LONGEST_TEXT:,} characters.", "message")),
        (len(draft.agenda) > LONGEST_TEXT, Problem(f"At most {LONGEST_TEXT:,} characters.", "agenda")),
        (
            not 0 <= draft.every_weeks <= MOST_WEEKS,
            Problem(f"A series takes place every 1 to {MOST_WEEKS} weeks.", "every_weeks"),
        ),
        (
            bool(draft.every_weeks) and not 2 <= draft.times <= MOST_TIMES,
            Problem(f"A series has 2 to {MOST_TIMES} meetings.", "times"),
        ),
    ]


def _fill(row: Meeting, draft: MeetingDraft, starts_at: datetime) -> None:
    row.kind, row.title, row.starts_at, row.minutes = draft.kind.value, draft.title, starts_at, draft.minutes
    row.zone, row.location, row.message, row.agenda = draft.zone, draft.location, draft.message, draft.agenda
    row.invites_people = draft.invites_people


def _shown(row: Meeting) -> tuple[object, ...]:
    return (*(getattr(row, name) for name in VISIBLE), row.invites_people)


def _said(row: Meeting) -> dict[str, object]:
    """What the trail keeps, and an edit may change."""
    local = row.starts_at.astimezone(UTC).astimezone(ZoneInfo(row.zone))
    return {
        "kind": row.kind, "title": row.title, "starts_at": local.isoformat(), "minutes": row.minutes, "zone": row.zone,
        "location": row.location, "message": row.message, "agenda": row.agenda, "invites_people": row.invites_people,
    }  # fmt: skip
