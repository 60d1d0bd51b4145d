"""Mails that invite to meetings, tell of their changes and call them off."""

from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings

from tenure.base import clock, mail
from tenure.meetings.contracts import GuestView, MeetingView
from tenure.meetings.invitations import Attendee, Invitation, Method, calendar
from tenure.meetings.models import Guest
from tenure.tenants.queries import here

_TITLES = {"invited": "Invitation", "changed": "Changed", "cancelled": "Cancelled"}
_SAYS = {
    "invited": "{organizer} invites you to this {kind}.",
    "changed": "{organizer} has changed this {kind}. Your calendar takes the new time when you accept.",
    "cancelled": "This {kind} does not take place.",
}


def addressed(view: MeetingView) -> list[GuestView]:
    """Those of the guests whom mails go to: the team, and people of the account only where that was asked for."""
    return [one for one in view.guests if one.email and (one.is_member or view.invites_people)]


def invite(view: MeetingView, *, whole_series: bool = False, changed: bool = False) -> None:
    """Send the invitation to everybody it is for, with what is new of it; note who was sent it."""
    to = addressed(view)
    known = {(one.is_member, one.id) for one in view.guests if one.invited}
    for one in to:
        what = "changed" if changed and (one.is_member, one.id) in known else "invited"
        _send("REQUEST", [view], one, what, whole_series=whole_series)
    _note(view, to, whole_series=whole_series)


def call_off(views: Sequence[MeetingView]) -> None:
    """Tell those who were invited that the meetings do not take place; all of a series, in one mail to each."""
    missed: dict[tuple[bool, int], list[MeetingView]] = {}
    who: dict[tuple[bool, int], GuestView] = {}
    for view in views:
        for one in view.guests:
            if one.email and one.invited:
                who[(one.is_member, one.id)] = one
                missed.setdefault((one.is_member, one.id), []).append(view)
    for key, one in who.items():
        _send("CANCEL", missed[key], one, "cancelled", whole_series=False)


def file_of(view: MeetingView) -> str:
    """The meeting as a file for a member's own calendar."""
    return calendar("REQUEST", [_invitation(view, whole_series=False, team=True)], stamped_at=clock.now())


def _send(method: Method, views: Sequence[MeetingView], one: GuestView, what: str, *, whole_series: bool) -> None:
    view, space = views[0], here()
    said = [_invitation(each, whole_series=whole_series, team=one.is_member) for each in views]
    written = calendar(method, said, stamped_at=clock.now())
    title = f"{_TITLES[what]}: {view.title}"
    text, html = mail.composed(
        "invitation",
        workspace=space.name,
        title=title,
        says=_SAYS[what].format(organizer=view.organizer, kind=view.kind.label.lower()),
        facts=_facts(views, whole_series=whole_series),
        message=view.message if what != "cancelled" else "",
        label="Open the meeting",
        href=_link(view) if one.is_member else "",
    )
    mail.queue(
        one.email,
        f"{title}, {when(view)}" if len(views) == 1 else title,
        text,
        html,
        key=f"meeting:{view.id}:{view.sequence}:{what}:{'member' if one.is_member else 'person'}:{one.id}",
        calendar=written,
        attachments=[mail.Attachment("invite.ics", "application/ics", written.encode())],
        reply_to=view.organizer_email,
    )


def when(view: MeetingView) -> str:
    """`Tue 3 Mar 2026, 10:00–10:30 (Europe/Berlin)`."""
    start, end = view.starts_at, view.ends_at
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{_day(end)}, {end:%H:%M}"
    return f"{_day(start)}, {start:%H:%M}–{last} ({view.zone})"


def rhythm(view: MeetingView) -> str:
    """`every 2 weeks, 6 times`."""
    weeks = "every week" if view.every_weeks == 1 else f"every {view.every_weeks} weeks"
    return f"{weeks}, {view.times} times"


def _day(moment: object) -> str:
    return f"{moment:%a %-d %b %Y}"


def _facts(views: Sequence[MeetingView], *, whole_series: bool) -> list[tuple[str, str]]:
    view = views[0]
    facts = [("When", when(each)) for each in views]
    if whole_series and view.times > 1:
        facts.append(("Repeats", rhythm(view)))
    if view.location:
        facts.append(("Where", view.location))
    facts.append(("With", ", ".join([view.account, *(one.name for one in view.guests)])))
    return facts


def _invitation(view: MeetingView, *, whole_series: bool, team: bool) -> Invitation:
    link = _link(view) if team else ""
    quiet = [one.name for one in view.guests if not one.is_member and not view.invites_people]
    text = [view.message, f"With {', '.join(quiet)} of {view.account}." if team and quiet else "", link]
    return Invitation(
        uid=view.uid,
        sequence=view.sequence,
        title=f"{view.account}: {view.title}" if team else view.title,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        zone=view.zone,
        organizer=Attendee(view.organizer, view.organizer_email),
        sent_by=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendees=tuple(Attendee(one.name, one.email) for one in addressed(view)),
        location=view.location,
        text="\n\n".join(part for part in text if part),
        url=link,
        recurs_at=None if whole_series else view.recurs_at,
        every_weeks=view.every_weeks,
        times=view.times if whole_series else 1,
    )


def _link(view: MeetingView) -> str:
    return f"{settings.TENURE_BASE_URL}/w/{here().slug}/meetings/{view.id}/"


def _note(view: MeetingView, to: Sequence[GuestView], *, whole_series: bool) -> None:
    """Remember to whom the last invitation went."""
    rows = Guest.objects.filter(meeting__uid=view.uid) if whole_series else Guest.objects.filter(meeting=view.id)
    rows.update(invited="")
    for one in to:
        named = {"member": one.id} if one.is_member else {"person": one.id}
        rows.filter(**named).update(invited=one.email)


def as_removed(view: MeetingView, gone: Sequence[GuestView]) -> MeetingView:
    """The meeting as it is told to those who are not asked any more: they are its attendees (RFC 5546, 3.2.5)."""
    return replace(view, guests=tuple(gone), invites_people=True)
