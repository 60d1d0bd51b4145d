"""A rule: when it speaks and to whom, how often it was right, what it would have done, its versions."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from tenure.alerts import queries, trials
from tenure.alerts.contracts import PRIORITIES, TYPES, AlertRule, TrialResult, TrialView
from tenure.definitions.queries import versions
from tenure.measures.contracts import Catalogue
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.alerts import listing, wording
from tenure.segments import queries as segments
from tenure.tenants.contracts import Permission


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the rule."""

    number: int
    state: str
    by: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial found, or why it found nothing yet."""

    under_way: bool
    refused: str
    many: str = ""
    right: str = ""
    chart: str = ""
    course: tuple[tuple[str, str], ...] = ()
    asked_at: str = ""


@page(Permission.VIEW)
def rule(request: TeamRequest, rule: str) -> HttpResponse:
    """The page."""
    found = queries.listing_of(rule, request.as_of)
    catalogue = segments.catalogue()
    newest = trials.latest(rule)
    context = {
        "active": "alert-rules",
        "key": rule,
        "rule": listing.row(request, found, catalogue),
        "body": found.body,
        "facts": _facts(found.body, catalogue),
        "condition": queries.condition_of(found.body),
        "figures": (
            ("Stand now", formats.number(found.standing), ""),
            ("Opened in 30 days", formats.number(found.opened), ""),
            ("Right", formats.percent(found.precision[0]) if found.precision else formats.UNKNOWN,
             wording.between(found.precision) if found.precision else "Nothing was closed yet"),
            ("Closed with an outcome", formats.number(found.answers.closed),
             f"{formats.number(found.answers.right)} right, {formats.number(found.answers.wrong)} wrong"),
        ),
        "guidance": wording.guidance_html(found.body.guidance),
        "muted_because": found.muted_because,
        "tried": tried(newest) if newest else None,
        "versions": [
            Version(v.version, v.state, v.author, formats.moment(v.published_at), v.note)
            for v in versions("alert_rule", rule) if v.state != "draft"
        ],
        "current": found.version,
        "may_change": request.member.may(Permission.CONFIGURE),
        "until": (request.as_of + timedelta(days=listing.MUTED_DAYS)).isoformat(),
    }  # fmt: skip
    return render(request, "alerts/rule.html", context)


def _facts(body: AlertRule, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    gone = "Closes by itself" if body.closes_itself else "Stays until it is answered"
    return (
        ("When", formats.capital(wording.when(body, catalogue))),
        ("Only where", body.where or "every account"),
        ("Type", TYPES[body.type]),
        ("Reason", body.reason),
        ("Priority", PRIORITIES[body.priority]),
        ("Goes to", wording.role(body.role)),
        ("Due", f"in {formats.count(body.due_days, 'day')}"),
        ("When its cause is gone", gone),
    )


def tried(view: TrialView) -> Tried:
    """A trial as pages show it."""
    if view.result is None:
        return Tried(view.under_way, view.refused, asked_at=formats.moment(view.asked_at))
    many, right = wording.tried(view.result)
    course = _course(view.result)
    points = [(view.result.first + timedelta(weeks=n), float(count)) for n, count in enumerate(view.result.moves)]
    chart = charts.line(points, label="Alerts a week", height=120, write=formats.number) if len(points) > 1 else ""
    return Tried(under_way=False, refused="", many=many, right=right, chart=chart, course=course,
                 asked_at=formats.moment(view.asked_at))  # fmt: skip


def _course(result: TrialResult) -> tuple[tuple[str, str], ...]:
    return tuple(
        (formats.day(result.first + timedelta(weeks=n)), formats.number(count)) for n, count in enumerate(result.moves)
    )
