"""The executive page of a month, and the form of a metric's target and owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenure.base.months import first_day, months_back
from tenure.base.refusals import Invalid, NotFound
from tenure.reports import queries as reports
from tenure.reports import wording
from tenure.reports.actions import GoalConflict, set_goal
from tenure.reports.contracts import Board
from tenure.reports.metrics import METRICS
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import query, to
from tenure.screens.prepared import prepared
from tenure.screens.workspace.executive import rows
from tenure.screens.workspace.retention.asked import month as read_month
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members

type Both = tuple[Board, Board]
HEADLINES = ("nrr", "grr", "expansion", "mrr", "new_mrr", "health")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a metric's target and owner as it stands, and what is wrong with it."""

    key: str
    label: str
    target: str
    unit: str
    owner: str
    revision: int
    owners: tuple[tuple[str, str], ...]
    cancel: str
    problem: str = ""
    wrong_owner: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure at the top: its change on the month before, and its target."""

    label: str
    shown: str
    href: str
    change: str
    good: bool | None
    note: str


@page(Permission.VIEW)
@require_GET
@prepared("executive")
def executive(request: TeamRequest) -> HttpResponse:
    """The page: `month` and, beside it, `against`; `edit` opens the form of a metric."""
    both, key = _asked(request), request.GET.get("edit", "")
    form = _form(request, both, key) if key in METRICS and request.member.may(Permission.CONFIGURE) else None
    return _page(request, both, form)


@page(Permission.CONFIGURE)
@require_POST
def goals(request: TeamRequest) -> HttpResponse:
    """POST `metric`, `target`, `owner` and the `revision` that was seen."""
    given = request.POST.dict()
    key = given.get("metric", "")
    if key not in METRICS:
        raise NotFound("There is no such metric. See the page Executive.")
    owner, revision = (given.get(name, "") for name in ("owner", "revision"))
    try:
        set_goal(
            metric=key, target=given.get("target", ""), owner=_number(owner), revision=_number(revision) or 0,
            by=request.member,
        )  # fmt: skip
    except (Invalid, GoalConflict) as refusal:
        both = _asked(request)
        return _page(request, both, _form(request, both, key, given, refused=refusal), status=refusal.status)
    messages.success(request, f"Saved for {METRICS[key].label}.")
    back = to(request, "workspace:executive")
    asked = request.GET.urlencode()
    return redirect(f"{back.partition('?')[0]}{'?' + asked if asked else ''}#metric-{key}")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _asked(request: TeamRequest) -> Both:
    """The month that is asked for, and the one beside it: the one before where none is named."""
    wanted, other = request.GET.get("month", ""), request.GET.get("against", "")
    month = read_month(wanted, "month") if wanted else None
    if other:
        board, against = reports.boards(request.as_of, [month, read_month(other, "against")])
        return board, against
    board = reports.board(request.as_of, month)
    return board, reports.board(request.as_of, max(months_back(board.month, 1), board.months[-1]))


def _page(request: TeamRequest, both: Both, form: Form | None, status: int = 200) -> HttpResponse:
    board, against = both
    falls, begins = rows.fall(request, board)
    context = {
        "active": "executive",
        "board": board,
        "empty": board.empty and against.empty and not board.waterfall,
        "month": f"{board.month:%B %Y}",
        "against": f"{against.month:%B %Y}",
        "month_short": f"{board.month:%b %Y}",
        "against_short": f"{against.month:%b %Y}",
        "months": [(f"{each:%Y-%m}", _named(request, each)) for each in board.months],
        "chosen": f"{board.month:%Y-%m}",
        "chosen_against": f"{against.month:%Y-%m}",
        "headlines": [_headline(request, board, against, key) for key in HEADLINES],
        "tree": rows.tree(request, board, against),
        "falls": falls,
        "begins": begins,
        "sentences": [rows.told(request, board, each) for each in board.sentences],
        "may_configure": request.member.may(Permission.CONFIGURE),
        "form": form,
        "goals_address": f"{to(request, 'workspace:executive-goals').partition('?')[0]}{_kept(request)}",
    }
    return render(request, "executive/executive.html", context, status=status)


def _named(request: TeamRequest, month: date) -> str:
    running = month == first_day(request.as_of)
    return f"{month:%b %Y}{' so far' if running else ''}"


def _kept(request: TeamRequest) -> str:
    """The months and the day asked for, to come back to after the form."""
    return query(request, edit=None).removeprefix(request.path)


def _headline(request: TeamRequest, board: Board, against: Board, key: str) -> Headline:
    reading, currency = board.reading(key), board.currency
    then = against.reading(key).value
    change = wording.change(reading.metric, reading.value, then, currency)
    wanted = wording.target(reading.metric, reading.target, currency)
    known = f"{f'target {wanted} · ' if wanted else ''}{reading.metric.tells}"
    return Headline(
        label=reading.metric.label,
        shown=wording.write(reading.metric, reading.value, currency),
        href=rows.href(request, reading.leads, board) if reading.value is not None else "",
        change=change,
        good=rows.better(reading, then, change),
        note=known if reading.value is not None else "no data yet",
    )


def _form(
    request: TeamRequest,
    both: Both,
    key: str,
    given: Mapping[str, str] | None = None,
    *,
    refused: Invalid | GoalConflict | None = None,
) -> Form:
    """As it stands; after a refusal with what was typed, and of a conflict with what stands beside it."""
    board = both[0]
    metric, goal = METRICS[key], board.reading(key).goal
    sent = given or {}
    wrong = {problem.where: problem.message for problem in refused.problems} if isinstance(refused, Invalid) else {}
    theirs = refused.message if isinstance(refused, GoalConflict) else ""
    stands = wording.target(metric, goal.target, board.currency) or "no target"
    return Form(
        key=key,
        label=metric.label,
        target=sent.get("target", wording.entered(metric, goal.target, board.currency)),
        unit=wording.unit(metric, board.currency),
        owner=sent.get("owner", str(goal.owner or "")),
        revision=goal.revision,
        owners=(("", "Nobody"), *((str(each.id), each.label) for each in members(active_only=True))),
        cancel=f"{to(request, 'workspace:executive').partition('?')[0]}{_kept(request)}#metric-{key}",
        problem=wrong.get("target", ""),
        wrong_owner=wrong.get("owner", ""),
        theirs=f"{theirs} It is now {stands}, owned by {goal.owner_name or 'nobody'}." if theirs else "",
    )
