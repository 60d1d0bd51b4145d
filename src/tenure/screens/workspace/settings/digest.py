"""Settings · Your digest: when a member hears by mail what her day or week brings, and what that would be now."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tenure.base import clock
from tenure.base.refusals import Invalid
from tenure.digests import actions, composing, queries
from tenure.digests.contracts import Choice, Rhythm
from tenure.meetings.rules import zones
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission

RHYTHMS = ((Rhythm.OFF.value, "Never"), (Rhythm.DAILY.value, "Daily"), (Rhythm.WEEKLY.value, "Weekly"))
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple((str(hour), f"{hour:02}:00") for hour in range(24))


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the page shows it: lines of text, address and note."""

    title: str
    lines: tuple[tuple[str, str, str], ...]
    more: str


@page(Permission.WORK)
def digest(request: TeamRequest) -> HttpResponse:
    """The choice, and what the digest would say now. POST: choose."""
    standing = queries.choice_of(request.member.id)
    if request.method != "POST":
        return _page(request, standing)
    given = _read(request)
    try:
        actions.choose(choice=given, by=request.member)
    except Invalid as refusal:
        return _page(request, given, {each.where: each.message for each in refusal.problems})
    messages.success(request, "Saved." if given.rhythm is not Rhythm.OFF else "You get no digest any more.")
    return redirect(to(request, "workspace:digest"))


@page(Permission.WORK)
@require_POST
def digest_mails(request: TeamRequest) -> HttpResponse:
    """Send one now."""
    actions.send_now(by=request.member)
    messages.success(request, f"It is on its way to {request.member.email}.")
    return redirect(to(request, "workspace:digest"))


def _read(request: HttpRequest) -> Choice:
    """What was sent; what is no number is out of every range."""
    given = request.POST
    rhythm = given.get("rhythm", "")
    return Choice(
        rhythm=Rhythm(rhythm) if rhythm in set(Rhythm) else Rhythm.OFF,
        hour=_number(given.get("hour", "")),
        days=tuple(sorted({_number(each) for each in given.getlist("day")})),
        weekday=_number(given.get("weekday", "")),
        zone=given.get("zone", ""),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 99


def _page(request: TeamRequest, choice: Choice, problems: dict[str, str] | None = None) -> HttpResponse:
    day = clock.today(composing.zone_of(choice)) if not problems else clock.today(request.workspace.timezone)
    made = composing.digest(request.member, choice if not problems else Choice(), day)
    root = to(request, "workspace:front").partition("?")[0]
    context = {
        "section": "digest",
        "choice": choice,
        "problems": {"hour": "", "days": "", "weekday": "", "zone": "", **(problems or {})},
        "rhythms": RHYTHMS,
        "hours": HOURS,
        "days": tuple((str(n), name, n in choice.days) for n, name in enumerate(DAYS)),
        "weekdays": tuple((str(n), name) for n, name in enumerate(DAYS)),
        "zones": (("", f"The workspace’s: {request.workspace.timezone}"), *((name, name) for name in zones())),
        "parts": [
            Part(
                each.title,
                tuple((line.text, root + line.path if line.path else "", line.note) for line in each.lines),
                f"and {each.more} more" if each.more else "",
            )
            for each in made.sections
        ],
    }
    return render(request, "workspace/settings/digest.html", context, status=422 if problems else 200)
