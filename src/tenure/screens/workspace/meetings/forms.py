"""The form of a meeting: what it shows, and what somebody wrote into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.base import clock
from tenure.base.refusals import Invalid, Problem
from tenure.meetings import rules
from tenure.meetings.contracts import KINDS, MeetingDraft, MeetingView
from tenure.meetings.queries import names_of_guests
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.work.contracts import Kind
from tenure.work.mentions import listed

NAMES = (
    "kind", "title", "starts", "minutes", "zone", "people", "invites_people", "location", "message", "agenda",
    "every_weeks", "times",
)  # fmt: skip
MINUTES = {Kind.CALL: 30, Kind.MEETING: 60}
REPEATS = (
    ("0", "Does not repeat"), ("1", "Every week"), *((str(n), f"Every {n} weeks") for n in (2, 3, 4, 6, 8, 12)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """The texts of the controls as they stand, and what is wrong with them by control."""

    values: Mapping[str, str]
    people_url: str
    zones: tuple[tuple[str, str], ...]
    problems: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, ""))
    kinds: tuple[tuple[str, str], ...] = tuple((kind.value, kind.label) for kind in KINDS)
    repeats: tuple[tuple[str, str], ...] = REPEATS


def empty(request: TeamRequest, account: int, agenda: str) -> Form:
    """A new meeting's: tomorrow at ten, or on Monday where tomorrow is none of the team's days."""
    zone = request.workspace.timezone
    day = clock.today(zone) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    kind = Kind.CALL if request.GET.get("kind") == Kind.CALL.value else Kind.MEETING
    values = {
        **dict.fromkeys(NAMES, ""), "kind": kind.value, "starts": _written(datetime.combine(day, time(10))),
        "minutes": str(MINUTES[kind]), "zone": zone, "agenda": agenda, "every_weeks": "0", "times": "6", "revision": "",
    }  # fmt: skip
    return Form(values, to(request, "workspace:account-names", account=account), _zones(zone))


def of_meeting(request: TeamRequest, view: MeetingView) -> Form:
    """One that is changed."""
    values = {
        "kind": view.kind.value, "title": view.title, "starts": _written(view.starts_at), "minutes": str(view.minutes),
        "zone": view.zone, "people": ", ".join(names_of_guests(view)), "location": view.location,
        "invites_people": "1" if view.invites_people else "", "message": view.message, "agenda": view.agenda,
        "every_weeks": "0", "times": "1", "revision": str(view.revision),
    }  # fmt: skip
    return Form(values, to(request, "workspace:account-names", account=view.account_id), _zones(view.zone))


def posted(form: Form, given: Mapping[str, str], refusal: Invalid | None = None) -> Form:
    """The form as somebody sent it, with what is wrong. With a refusal it is still on top of what she saw."""
    wrong = dict(form.problems)
    for problem in refusal.problems if refusal else ():
        wrong[problem.where] = f"{wrong.get(problem.where, '')} {problem.message}".strip()
    seen = given.get("revision", "") if refusal else form.values["revision"]
    sent = {**{name: given.get(name, "") for name in NAMES}, "revision": seen}
    return replace(form, values=sent, problems=wrong)


def read(given: Mapping[str, str]) -> MeetingDraft:
    """What was sent; refuses with `Invalid` what is no time and no number."""
    problems: list[Problem] = []
    draft = MeetingDraft(
        kind=Kind.CALL if given.get("kind") == Kind.CALL.value else Kind.MEETING,
        title=given.get("title", ""),
        starts=_starts(given.get("starts", "").strip(), problems),
        minutes=_number(given.get("minutes", ""), "minutes", "Give whole minutes.", problems),
        zone=given.get("zone", ""),
        people=listed(given.get("people", "")),
        invites_people=bool(given.get("invites_people")),
        location=given.get("location", ""),
        message=given.get("message", ""),
        agenda=given.get("agenda", ""),
        every_weeks=_number(given.get("every_weeks") or "0", "every_weeks", "Choose how often.", problems),
        times=_number(given.get("times") or "1", "times", "Give a whole number.", problems),
    )
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    return draft


def _starts(text: str, problems: list[Problem]) -> datetime:
    """The time on the clocks of the chosen zone."""
    try:
        found = datetime.fromisoformat(text).replace(second=0, microsecond=0)
    except ValueError:
        problems.append(Problem("Give day and time as 2026-01-31T14:30.", "starts"))
        return clock.now().replace(tzinfo=None)
    if not 2000 <= found.year <= 2200:
        problems.append(Problem("Give a day of this century.", "starts"))
    return found.replace(tzinfo=None)


def _number(text: str, name: str, message: str, problems: list[Problem]) -> int:
    if text.strip().isdecimal() and len(text.strip()) < 6:
        return int(text)
    problems.append(Problem(message, name))
    return 0


def _zones(chosen: str) -> tuple[tuple[str, str], ...]:
    names = rules.zones()
    return tuple((name, name.replace("_", " ")) for name in ([] if chosen in names else [chosen]) + names)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def local(view: MeetingView, zone: str) -> str:
    """When it is on the clocks of another zone, empty where they show the same."""
    there = view.starts_at.astimezone(ZoneInfo(zone))
    return "" if there.utcoffset() == view.starts_at.utcoffset() else f"{there:%a %-d %b, %H:%M} in {zone}"
