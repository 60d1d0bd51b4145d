"""An account's first page: the score as a waterfall of reasons, how it went, what changed, what happened last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from tenure.health import queries as health
from tenure.health.contracts import Change, Explanation, HistoryPoint, Reason
from tenure.measures.contracts import Catalogue
from tenure.meetings import cadence
from tenure.meetings import queries as meetings
from tenure.screens import bands, charts, formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts import briefing, desk, pulse, stream
from tenure.screens.workspace.accounts.head import arrived, follows_merges, opened
from tenure.screens.workspace.entries import forms
from tenure.tasks import queries as tasks
from tenure.tenants.contracts import Permission

DAYS = 90
LATEST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the waterfall."""

    label: str
    note: str
    amount_shown: str
    bar: Markup
    href: str = ""


@page(Permission.VIEW)
@follows_merges
def overview(request: TeamRequest, account: int) -> HttpResponse:
    """The page."""
    before = request.as_of - timedelta(days=30)
    at = arrived(request, account, entries=True)
    health.ask_ahead(account, before)
    latest = stream.latest(request, account, days=DAYS, limit=LATEST)
    waiting = desk.asked(request, account)
    this = opened(request, account, "overview", at=at)
    why = this.explanation
    behind = _Behind(request, account, health.catalogue())
    lines = _lines(behind, why) if why else ([], [])
    points = health.history(account, first=request.as_of - timedelta(days=DAYS), last=request.as_of)
    change = health.changes(account, before, request.as_of, computed=False)
    planned = meetings.next_of_account(account)
    given, lately = pulse.of_facts(this.facts, account, request.as_of), latest()
    promises = tuple(tasks.promises_of_account(account))
    due = None if planned else cadence.of_account(account, this.facts, request.as_of)
    known = briefing.Known(
        this, change, given, lately.contact, waiting(), planned, due, promises, behind.of_reason
    )  # fmt: skip
    context = {
        "active": "accounts",
        "head": this.head,
        "follows": ["account-section"],
        "sections": this.head.sections,
        "why": why,
        "lines": lines[0],
        "silent": lines[1],
        "card": _card(why) if why else "",
        "total": _total(why) if why else None,
        "coverage": _coverage(why) if why else "",
        "frozen": [m for m in why.measures if m.stale_since] if why else [],
        "chart": _chart(points, why),
        "change": change,
        "moves": _moves(behind, change) if change else [],
        "moved": formats.delta(sum(r.shown for r in change.reasons), 0) if change else "",
        "window": DAYS,
        "latest": lately,
        "pulse": given,
        "briefing": briefing.briefing(request, known),
        "form": pulse.form(request),
        "composer": forms.empty(request, account),
        "may_write": request.member.may(Permission.WRITE_NOTES),
        "may_edit": request.member.may(Permission.EDIT_ACCOUNTS),
    }
    return render(request, "accounts/overview.html", context)


def _lines(behind: "_Behind", why: Explanation) -> tuple[list[Line], list[Line]]:
    """The reasons that cost or give at least a point, and the rest, which the page folds away."""
    bars = charts.waterfall([charts.Step(reason.words, reason.effect) for reason in why.reasons])
    told: tuple[list[Line], list[Line]] = ([], [])
    for reason, bar in zip(why.reasons, bars, strict=True):
        told[reason.shown == 0].append(_line(behind, reason, bar))
    return told


def _card(why: Explanation) -> str:
    """Which scorecard spoke: its profile only where it has several."""
    return f"{'Scorecard' if why.profile == 'default' else formats.capital(why.profile)}, version {why.version}"


@dataclass(frozen=True, slots=True)
class _Behind:
    """Where the measures of an account are explained. The catalogue is asked for once: it is long."""

    request: TeamRequest
    account: int
    catalogue: Catalogue

    def of_reason(self, reason: Reason) -> str:
        """Where the measure of a reason is explained."""
        return self.href(reason.measure) if reason.measure else ""

    def href(self, measure: str) -> str:
        """By its events, or by who said it; an attribute or trait says all by itself."""
        if measure in pulse.KEYS:
            return to(self.request, "workspace:account-pulses", account=self.account)
        field = self.catalogue.find(measure)
        if field is None or field.kind != "measure":
            return ""
        return to(self.request, "workspace:account-measure", account=self.account, key=measure)


def _line(behind: _Behind, reason: Reason, bar: Markup) -> Line:
    return Line(formats.capital(reason.words), "", formats.delta(reason.shown, 0), bar, behind.of_reason(reason))


def _total(why: Explanation) -> Line:
    score = why.total if why.total is not None else 0.0
    label = "Score" if why.score is not None else "What little is known adds up to"
    note = "Each line is rounded to whole points" if "." in why.total_shown else ""
    return Line(label, note, why.total_shown, charts.total(score, bands.of(why)))


def _coverage(why: Explanation) -> str:
    known = f"{why.known} of {len(why.measures)} measures known, {formats.percent(why.coverage)} of the weight"
    if why.score is None:
        return f"{known}. Below {formats.percent(why.coverage_floor)} we do not call it a score."
    return known


def _moves(behind: _Behind, change: Change) -> list[Line]:
    """What moved the score most, strongest first; lines too small to show are left out."""
    shown = [reason for reason in change.reasons if reason.shown != 0]
    shown.sort(key=lambda reason: -abs(reason.effect))
    lines = [_line(behind, reason, Markup("")) for reason in shown]
    return [replace(line, label=_without(line.label, change.days)) for line in lines]


def _without(label: str, days: Sequence[date]) -> str:
    """The sentence without its two days, which the section's head says once for all."""
    for day in days:
        label = label.replace(f" ({formats.day(day)})", "")
    return label


def _chart(points: Sequence[HistoryPoint], why: Explanation | None) -> Markup:
    if not why or sum(point.score is not None for point in points) < 2:
        return Markup("")
    return charts.line(
        [(point.day, point.score) for point in points],
        label=f"Score over {DAYS} days",
        low=0,
        high=100,
        bands=bands.stripes(),
        markers=[charts.Marker(m.day, f"Scorecard version {m.version}") for m in health.version_markers(points)],
        height=160,
        write=health.score_writer(),
    )
