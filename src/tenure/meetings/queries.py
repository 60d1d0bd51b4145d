"""Reads of meetings."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import FETCH_RAISE, Min, Q, QuerySet

from tenure.base import clock, cursors
from tenure.base.many import Many
from tenure.base.refusals import Invalid, NotFound
from tenure.customers.queries import members_of
from tenure.meetings import guests
from tenure.meetings.contracts import GuestView, MeetingPage, MeetingView, State
from tenure.meetings.models import Guest, Meeting
from tenure.work.contracts import Kind


def meeting(meeting: int) -> MeetingView:
    """One meeting; refuses with `NotFound`. Two queries."""
    found = views(Meeting.objects.filter(pk=meeting))
    if not found:
        raise NotFound("There is no such meeting.")
    return found[0]


def planned(*, member: int | None = None, until: datetime | None = None, limit: int = 200) -> list[MeetingView]:
    """Meetings that were neither held nor called off, those of the past too, by when they begin: all, or those that a
    member organizes or is asked to. Two queries."""
    rows = _of(Meeting.objects.filter(cancelled_at=None, held_at=None), member)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return views(rows.order_by("starts_at", "id")[:limit])


def of_days(member: int, first: date, last: date, zone: str) -> list[MeetingView]:
    """A member's meetings that begin on these days (both included) of her time zone. Two queries."""
    begin = datetime.combine(first, time(), ZoneInfo(zone))
    end = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    rows = Meeting.objects.filter(cancelled_at=None, held_at=None, starts_at__gte=begin, starts_at__lt=end)
    return views(_of(rows, member).order_by("starts_at", "id"))


def held(*, member: int | None = None, cursor: str | None = None, limit: int = 50) -> MeetingPage:
    """Meetings that took place, newest first. Two queries."""
    rows = _of(Meeting.objects.exclude(held_at=None), member)
    if cursor:
        rows = rows.filter(_before(cursor))
    found = views(rows.order_by("-held_at", "-id")[: limit + 1])
    shown = tuple(found[:limit])
    if len(found) <= limit:
        return MeetingPage(shown, None)
    last = shown[-1]
    assert last.held_at is not None
    return MeetingPage(shown, cursors.encode([last.held_at.isoformat(), last.id]))


def next_of_accounts(accounts: Sequence[int] | None = None) -> dict[int, datetime]:
    """When the next planned meeting of each account begins; accounts without one are left out. One query."""
    rows = Meeting.objects.filter(cancelled_at=None, held_at=None, starts_at__gt=clock.now())
    if accounts is not None:
        rows = rows.filter(account__among=Many(accounts))
    return dict(rows.order_by().values_list("account").annotate(at=Min("starts_at")))


def next_of_account(account: int) -> MeetingView | None:
    """The next meeting with an account, or with one merged into it. Two queries, besides that for merges."""
    family = members_of("account", account) or (account,)
    rows = Meeting.objects.filter(account__in=family, cancelled_at=None, held_at=None, starts_at__gt=clock.now())
    return next(iter(views(rows.order_by("starts_at", "id")[:1])), None)


def later_of_series(view: MeetingView) -> int:
    """How many meetings of its series are planned after it. One query."""
    rows = Meeting.objects.filter(uid=view.uid, cancelled_at=None, held_at=None, number__gt=view.number)
    return rows.count() if view.of_series else 0


def names_of_guests(view: MeetingView) -> tuple[str, ...]:
    """Its guests as a form takes their names back. Three queries, besides that for merges."""
    return guests.names_to_type(view.account_id, view.guests)


def views(rows: QuerySet[Meeting]) -> list[MeetingView]:
    """Finished rows in their order. Two queries, one for none."""
    found = list(rows.select_related("account", "organizer__user").fetch_mode(FETCH_RAISE))
    asked = _guests([row.pk for row in found])
    return [_view(row, tuple(asked.get(row.pk, ()))) for row in found]


def _of(rows: QuerySet[Meeting], member: int | None) -> QuerySet[Meeting]:
    if member is None:
        return rows
    return rows.filter(Q(organizer=member) | Q(pk__in=Guest.objects.filter(member=member).values("meeting")))


def _guests(meetings: Sequence[int]) -> dict[int, list[GuestView]]:
    """Those who are asked to come, members first, by name."""
    if not meetings:
        return {}
    rows = Guest.objects.filter(meeting__in=meetings).select_related("member__user", "person")
    found: dict[int, list[GuestView]] = {}
    for row in rows.fetch_mode(FETCH_RAISE):
        if row.member is not None:
            user = row.member.user
            # Who has left the team is sent nothing more.
            email = user.email if row.member.deactivated_at is None else ""
            view = GuestView(row.member.pk, user.name or user.email, email, True, bool(row.invited))
        else:
            assert row.person is not None
            name = row.person.name or row.person.email or row.person.external_id
            view = GuestView(row.person.pk, name, row.person.email or "", False, bool(row.invited))
        found.setdefault(row.meeting_id, []).append(view)
    for each in found.values():
        each.sort(key=lambda one: (not one.is_member, one.name.casefold(), one.id))
    return found


def _view(row: Meeting, asked: tuple[GuestView, ...]) -> MeetingView:
    user = row.organizer.user
    return MeetingView(
        id=row.pk,
        account_id=row.account_id,
        account=row.account.name,
        organizer_id=row.organizer_id,
        organizer=user.name or user.email,
        organizer_email=user.email,
        kind=Kind(row.kind),
        title=row.title,
        starts_at=row.starts_at.astimezone(ZoneInfo(row.zone)),
        minutes=row.minutes,
        zone=row.zone,
        location=row.location,
        message=row.message,
        agenda=row.agenda,
        invites_people=row.invites_people,
        state=State.CANCELLED if row.cancelled_at else State.HELD if row.held_at else State.PLANNED,
        entry_id=row.entry_id,
        held_at=row.held_at,
        uid=row.uid,
        sequence=row.sequence,
        recurs_at=row.recurs_at,
        every_weeks=row.every_weeks,
        times=row.times,
        number=row.number,
        revision=row.revision,
        guests=asked,
    )


def _before(cursor: str) -> Q:
    try:
        at, pk = cursors.decode(cursor)
        moment = datetime.fromisoformat(str(at)).astimezone(UTC)
        return Q(held_at__lt=moment) | Q(held_at=moment, id__lt=int(str(pk)))
    except (ValueError, IndexError):
        raise Invalid("This page link cannot be read. Open the list again from its start.") from None
