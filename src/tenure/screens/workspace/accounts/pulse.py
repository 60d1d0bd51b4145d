"""What the team thinks of an account: pulses given of it, and giving one; all pulses, and how often they were right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tenure.base.refusals import Conflict, Invalid, Problem
from tenure.customers import queries
from tenure.health import judged as judgements
from tenure.health import pulse
from tenure.health.pulse import LEVELS, PulseView
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.workspace.accounts import judged
from tenure.screens.workspace.accounts.head import check_stands, follows_merges
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day

KEYS = frozenset(field.key for field in pulse.FIELDS)
LOOKS = {6: "healthy", 5: "healthy", 4: "healthy", 3: "watch", 2: "risk", 1: "risk"}


@dataclass(frozen=True, slots=True)
class Given:
    """A pulse as a page shows it; `until` says how long it counts, or since when it does not any more."""

    label: str
    look: str
    note: str
    author: str
    day: str
    until: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A pulse in the list of all."""

    name: str
    href: str
    given: Given
    came: str
    right: bool | None


def of_account(account: int, day: date) -> list[Given]:
    """The pulses of an account up to a day, newest first: only the first of them can still count."""
    found = pulse.pulses_of(account, day)
    return [_given(each, day, last=each is found[0]) for each in found]


def of_facts(facts: Mapping[str, object], account: int, day: date) -> Given | None:
    """The newest pulse as the facts of a day have it: no query; None without one."""
    level, ago, until = (facts.get(name) for name in ("pulse_level", "days_since_pulse", "pulse_until"))
    if not (isinstance(level, float) and isinstance(ago, float) and isinstance(until, date)):
        return None
    note, author = (str(facts.get(name) or "") for name in ("pulse_note", "pulse_by"))
    view = PulseView(0, account, "", int(level), note, author, day - timedelta(days=int(ago)), until)
    return _given(view, day, last=True)


def form(request: TeamRequest, given: dict[str, str] | None = None, error: Invalid | None = None) -> dict[str, object]:
    """What the form needs; empty, or as it was sent with what is wrong. Without the right, or for the past, no form."""
    today = as_of_day(request.workspace)
    if request.as_of != today or not request.member.may(Permission.EDIT_ACCOUNTS):
        return {}
    return {
        "levels": [(str(level), label, LOOKS[level]) for level, label in LEVELS.items()],
        "given": given or {"level": "", "note": "", "until": (today + timedelta(days=pulse.USUAL_DAYS)).isoformat()},
        "problems": {each.where: each.message for each in error.problems} if error else {},
        "first": today.isoformat(),
        "last": (today + timedelta(days=pulse.LONGEST_DAYS)).isoformat(),
    }


@page(Permission.VIEW, writes=Permission.EDIT_ACCOUNTS)
@require_http_methods(["GET", "POST"])
@follows_merges
def account_pulses(request: TeamRequest, account: int) -> HttpResponse:
    """GET: those given of the account, and the form. POST: give one, from today on."""
    header = queries.account_header(account)
    check_stands(request, header)
    given: dict[str, str] | None = None
    error: Invalid | None = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("level", "note", "until")}
        try:
            _give(request, account, given)
        except Invalid as refused:
            error = refused
        else:
            messages.success(request, "Your pulse is kept. Scores that weigh it follow within a minute.")
            return redirect(to(request, "workspace:account-pulses", account=account))
    context = {
        "active": "accounts",
        "account": header.account,
        "pulses": of_account(account, request.as_of),
        "form": form(request, given, error),
    }
    return render(request, "accounts/pulses.html", context, status=422 if error else 200)


def _give(request: TeamRequest, account: int, given: dict[str, str]) -> None:
    if request.as_of != as_of_day(request.workspace):
        raise Conflict("A pulse is of today, and you look at another day. Go back to today.")
    problems = []
    level = int(given["level"]) if given["level"].isascii() and given["level"].isdigit() else 0
    try:
        until = date.fromisoformat(given["until"])
    except ValueError:
        problems.append(Problem("expected a day", "until"))
    if problems:
        raise Invalid("The pulse is not given: " + "; ".join(map(str, problems)) + ".", problems)
    pulse.give(account=account, level=level, note=given["note"], until=until, by=request.member)


def _given(each: PulseView, day: date, *, last: bool) -> Given:
    counts = last and each.in_force(day)
    until = f"until {formats.day(each.until)}" if counts else "replaced by a later one"
    if last and not counts:
        until = f"expired on {formats.day(each.until)}"
    return Given(
        label=each.label,
        look=LOOKS[each.level],
        note=each.note,
        author=each.author,
        day=formats.relative_day(each.day, day),
        until=until,
        counts=counts,
    )


@page(Permission.VIEW)
@require_GET
def pulses(request: TeamRequest) -> HttpResponse:
    """Every pulse, newest first, and how often they were right."""
    found = pulse.pulses(request.as_of, cursor=request.GET.get("cursor"))
    context = {
        "active": "population",
        "tabs": judged.tabs(request, "workspace:pulses"),
        "rows": _rows(request, found.rows),
        "report": judged.shown(judgements.reports(request.as_of).pulses),
        "next": query(request, cursor=found.next) if found.next else "",
        "first": query(request, cursor=None) if request.GET.get("cursor") else "",
    }
    return render(request, "workspace/population/pulses.html", context)


def _rows(request: TeamRequest, found: Sequence[pulse.Outcome]) -> list[Row]:
    return [
        Row(
            name=each.pulse.account_name,
            href=to(request, "workspace:account", account=each.pulse.account),
            given=_listed(each.pulse),
            came=_came(each),
            right=each.right,
        )
        for each in found
    ]


def _listed(each: PulseView) -> Given:
    return Given(
        each.label, LOOKS[each.level], each.note, each.author, formats.day(each.day), formats.day(each.until),
        counts=True,
    )  # fmt: skip


def _came(each: pulse.Outcome) -> str:
    if each.left_on is not None:
        return f"Left on {formats.day(each.left_on)}"
    if each.right is not None:
        return "Stayed"
    return "Was no customer" if each.passed else "Not yet known"
