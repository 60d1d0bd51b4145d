"""What to know before one talks to a customer, and what to ask: from what is known already, saying what is not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from tenure.events.queries import Desk
from tenure.health.contracts import Change, Explanation, Reason
from tenure.meetings.contracts import Due, MeetingView
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.desk import age, answer_row
from tenure.screens.workspace.accounts.head import Opened, countdown, tenure
from tenure.screens.workspace.accounts.pulse import Given
from tenure.screens.workspace.meetings.rows import day_of, every
from tenure.tasks.contracts import TaskView
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day
from tenure.work.contracts import EntryView

COSTLIEST = 3
MOVED = 2
_SHORT = 120


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the card: what is known of a thing, where it is written."""

    label: str
    shown: str
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask: what the data says, what it does not say (nothing where the line before asks the same), and
    where the measure is explained."""

    said: str
    ask: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """The card; `unknown` names in words what nobody knows."""

    points: tuple[Point, ...] = ()
    unknown: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the card is made of. `href` leads to what explains a reason, empty where nothing does."""

    opened: Opened
    change: Change | None
    pulse: Given | None
    contact: EntryView | None
    desk: Desk
    meeting: MeetingView | None = None
    cadence: Due | None = None
    promises: tuple[TaskView, ...] = ()
    href: Callable[[Reason], str] = field(default=lambda reason: "")


def briefing(request: TeamRequest, known: Known) -> Briefing:
    """The card of an account on the page's day. No query."""
    promises = _promises(request, known)
    told = [
        ("any contact with them", _contact(request, known.contact)),
        ("when one talks next", _next(request, known)),
        ("how the team thinks they are", _pulse(request, known)),
        ("what they say in surveys", _survey(request, known)),
        ("their tickets", _tickets(request, known)),
        ("when they became a customer", _since(request, known.opened)),
    ]
    if known.opened.head.status != "former":
        told.append(("when their contract renews", _renewal(request, known.opened)))
    return Briefing(
        points=(*([promises] if promises else []), *(point for _, point in told if point)),
        unknown=tuple(what for what, point in told if point is None),
        questions=questions(known.opened.explanation, known.change, known.href),
    )


def _promises(request: TeamRequest, known: Known) -> Point | None:
    """What we promised them and did not keep yet, the longest due first."""
    if not known.promises:
        return None
    first, today = known.promises[0], as_of_day(request.workspace)
    late = first.due is not None and first.due < today
    day = f"due {formats.relative_day(first.due, today)}" if first.due else ""
    more = f"{len(known.promises) - 1} more" if len(known.promises) > 1 else ""
    return Point(
        "We promised",
        _shortened(first.title),
        " · ".join(part for part in (day, f"to {first.promised_to}" if first.promised_to else "", more) if part),
        to(request, "workspace:account-tasks", account=known.opened.head.id),
        "bad" if late else "",
    )


def _contact(request: TeamRequest, entry: EntryView | None) -> Point | None:
    if entry is None:
        return None
    day = entry.happened_at.astimezone(ZoneInfo(request.workspace.timezone)).date()
    return Point(
        "Last contact",
        f"{entry.kind.label}, {formats.relative_day(day, request.as_of)}",
        " · ".join(part for part in (_shortened(entry.subject), f"by {entry.author}") if part),
        to(request, "workspace:account-entry", account=entry.account_id, entry=entry.id),
    )


def _next(request: TeamRequest, known: Known) -> Point:
    """The next meeting; without one whether a call is due, and the way to plan one."""
    view = known.meeting
    if view is not None:
        start = view.starts_at.astimezone(ZoneInfo(request.workspace.timezone))
        href = to(request, "workspace:meeting", meeting=view.id)
        return Point("Next meeting", f"{day_of(start)}, {start:%H:%M}", _shortened(view.title), href)
    may = request.member.may(Permission.WORK)
    href = to(request, "workspace:account-meeting-new", account=known.opened.head.id) if may else ""
    due, shown = known.cadence, "Plan one" if may else "None planned"
    if due is None:
        return Point("Next meeting", shown, "", href)
    late = due.over is None or due.over >= 0
    if due.over is None or due.over == 0:
        left = "A call is due"
    else:
        days = formats.count(abs(due.over), "day")
        left = f"A call is {days} late" if late else f"Call in {days}"
    note = f"{left} · {every(due.every_days)}"
    return Point("Next meeting", shown, note, href, "warning" if late else "")


def _pulse(request: TeamRequest, known: Known) -> Point | None:
    given = known.pulse
    if given is None:
        return None
    href = to(request, "workspace:account-pulses", account=known.opened.head.id)
    return Point("Pulse", given.label, f"{given.author}, {given.day} · {given.until}", href)


def _survey(request: TeamRequest, known: Known) -> Point | None:
    if not known.desk.answers:
        return None
    newest = known.desk.answers[0]
    row = answer_row(newest, {})
    said = f"“{_shortened(row.text)}”" if row.text else ""
    shown = f"{row.kind} {row.shown}, {formats.relative_day(newest.on, request.as_of)}"
    return Point(
        "Last survey answer",
        shown,
        said,
        _support(request, known.opened, "answers"),
        "bad" if row.tone == "bad" else "",
    )


def _tickets(request: TeamRequest, known: Known) -> Point | None:
    """Nothing is open only where tickets are known at all."""
    waiting = known.desk.open
    href = _support(request, known.opened, "open")
    if waiting:
        grave = any(each.escalated for each in waiting)
        oldest = age(waiting[0].opened_on, request.as_of)
        return Point(
            "Open tickets",
            formats.number(len(waiting)),
            f"oldest {oldest}" + (", one is escalated" if grave else ""),
            href,
            "bad" if grave else "",
        )
    if known.desk.closed or isinstance(known.opened.facts.get("tickets_open"), int | float):
        return Point("Open tickets", "None", "", href)
    return None


def _since(request: TeamRequest, opened: Opened) -> Point | None:
    since = opened.header.account.started_on or opened.facts.get("started_on")
    if not isinstance(since, date):
        return None
    return Point("Customer for", tenure(since, request.as_of), f"since {formats.day(since)}")


def _renewal(request: TeamRequest, opened: Opened) -> Point | None:
    renewal = opened.facts.get("renewal_on")
    if not isinstance(renewal, date):
        return None
    days = (renewal - request.as_of).days
    return Point("Renewal", countdown(days), formats.day(renewal), tone="warning" if 0 <= days <= 60 else "")


def questions(why: Explanation | None, change: Change | None, href: Callable[[Reason], str]) -> tuple[Question, ...]:
    """What cost most, then what moved the score most in the last weeks; each measure once."""
    costly = sorted((each for each in why.reasons if each.shown < 0), key=lambda each: each.effect) if why else []
    costly = costly[:COSTLIEST]
    asked = {each.key for each in costly}
    moved = [each for each in change.reasons if each.shown != 0 and each.key not in asked] if change else []
    moved = [each for each in moved if each.kind == "measure"]
    moved.sort(key=lambda each: -abs(each.effect))
    days = change.days if change else ()
    found = [_question(each, (), href) for each in costly] + [_question(each, days, href) for each in moved[:MOVED]]
    # The same question is put once for those that follow each other.
    return tuple(
        replace(each, ask="") if before is not None and each.ask == before.ask else each
        for before, each in zip([None, *found], found, strict=False)
    )


_ENDINGS = (
    (" is not known", "The data does not say: ask them."),
    (" fell ", "What changed on their side?"),
    (" rose ", "What is behind it?"),
    (" stayed at ", "What keeps it there?"),
    ("ays since ", "Who has spoken with them since?"),
    ("icket", "What hurts most?"),
)


def _question(reason: Reason, days: Sequence[date], href: Callable[[Reason], str]) -> Question:
    words = reason.words
    for day in days:
        words = words.replace(f" ({formats.day(day)})", "")
    ask = next((asked for mark, asked in _ENDINGS if mark in f"{words} "), "What stands in the way of more?")
    if reason.effect > 0:
        ask = "What works well, and who else could use it?"
    elif reason.kind != "measure":
        ask = "Where does it stand?"
    return Question(formats.capital(words), ask, href(reason))


def _support(request: TeamRequest, opened: Opened, part: str) -> str:
    return to(request, "workspace:account-support", account=opened.head.id) + f"#{part}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[:_SHORT].rsplit(" ", 1)[0] + "…"
