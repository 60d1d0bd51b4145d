"""Alerts and tasks as the inbox shows them: finished texts, and why each stands where it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from tenure.alerts import queries
from tenure.alerts.contracts import PRIORITIES, TYPES, AlertRule, AlertView, Evidence, Group, RankedTask, Shown, Worth
from tenure.screens import bands, formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.alerts.wording import guidance_html

ICONS = {
    "risk": "triangle-alert", "lifecycle": "calendar-clock", "expansion": "trending-up", "objective": "flag",
    "activity": "activity",
}  # fmt: skip
_ALWAYS = ("score", "band", "mrr")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue: an alert, or a task (`is_task`)."""

    id: int
    is_task: bool
    href: str
    title: str
    note: str
    type: str
    icon: str
    priority: str
    due: str
    late: bool
    worth: str
    worth_why: str
    gone: bool
    chosen: str
    owner: str
    said: str
    has_task: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """An account with its lines."""

    key: str
    name: str
    href: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of an alert's worth: its text, its words."""

    shown: str
    words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An alert in full."""

    row: Row
    view: AlertView
    account_href: str
    why_href: str
    rule_name: str
    rule_href: str
    evidence: tuple[tuple[str, str], ...]
    guidance: Markup
    factors: tuple[Factor, ...]
    seen: str


def group(request: TeamRequest, found: Group, key: int) -> GroupRow:
    """A group of the queue."""
    rows = [(-a.value_minor, alert(request, a)) for a in found.alerts]
    rows += [(-t.value_minor, task(request, t)) for t in found.tasks]
    rows.sort(key=lambda pair: pair[0])
    account, name = _account(found)
    href = to(request, "workspace:account", account=account) if account is not None else ""
    return GroupRow(f"group-{key}", name, href, tuple(row for _, row in rows))


def _account(found: Group) -> tuple[int | None, str]:
    if found.alerts:
        first = found.alerts[0]
        return first.account, first.account_name or first.subject
    view = found.tasks[0].view
    return view.account_id, view.account or "No account"


def alert(request: TeamRequest, view: AlertView) -> Row:
    """A line of an alert."""
    closed = view.state is Shown.CLOSED
    due, late = (formats.day(view.due_on), False) if closed else _due(view.due_on, request.as_of)
    return Row(
        id=view.id,
        is_task=False,
        href=to(request, "workspace:inbox-alert", alert=view.id),
        title=view.reason,
        note=_first(request, view),
        type=TYPES[view.type],
        icon=ICONS[view.type],
        priority=view.priority if view.priority in ("urgent", "high") else "",
        due=due,
        late=late,
        worth=_money(request, view.value_minor),
        worth_why=_sum(request, view.worth),
        gone=not view.holds and not closed,
        chosen=f"{view.id}:{view.revision}",
        owner=view.owner_name,
        said=_said(view),
        has_task=view.task is not None,
    )


def task(request: TeamRequest, ranked: RankedTask) -> Row:
    """A line of a task."""
    view = ranked.view
    due, late = _due(view.due, request.as_of) if view.due else ("", False)
    return Row(
        id=view.id, is_task=True, href=to(request, "workspace:task", task=view.id),
        title=view.title, note=view.detail[:120], type=view.kind.label, icon="circle-check", priority="", due=due,
        late=late, worth=_money(request, ranked.value_minor), worth_why=_sum(request, ranked.worth), gone=False,
        chosen="", owner=view.assignee, said="", has_task=False,
    )  # fmt: skip


def opened(request: TeamRequest, view: AlertView) -> Opened:
    """An alert with everything that is known of it."""
    rule = queries.in_force().get(view.rule)
    body = rule.body if rule is not None and isinstance(rule.body, AlertRule) else None
    account = view.account
    return Opened(
        row=alert(request, view),
        view=view,
        account_href=to(request, "workspace:account", account=account) if account is not None else "",
        why_href=f"{to(request, 'workspace:account', account=account)}#why" if account is not None else "",
        rule_name=body.name if body else view.rule,
        rule_href=to(request, "workspace:alert-rule", rule=view.rule) if body else "",
        evidence=tuple((each.label, _value(request, each)) for each in view.evidence),
        guidance=guidance_html(body.guidance) if body else Markup(""),
        factors=_factors(request, view),
        seen=_seen(view),
    )


def _factors(request: TeamRequest, view: AlertView) -> tuple[Factor, ...]:
    words = "MRR of all customers" if view.account is None else "MRR" if view.mrr_known else "MRR (unknown: the usual)"
    priority = PRIORITIES[view.priority].lower()
    return (
        Factor(_money(request, view.worth.mrr_minor), words),
        Factor("12", "months"),
        Factor(formats.percent(view.worth.chance, 1), "chance that its rule is right"),
        Factor(formats.number(view.worth.urgency, 2), f"urgency: {priority}, due {formats.day(view.due_on)}"),
    )


def _sum(request: TeamRequest, worth: Worth) -> str:
    return (
        f"MRR {_money(request, worth.mrr_minor)} × 12 × {formats.percent(worth.chance, 1)} chance "
        f"× {formats.number(worth.urgency, 2)} urgency"
    )


def _money(request: TeamRequest, minor: int) -> str:
    return formats.minor(minor, request.workspace.currency, 0)


def _due(day: date, today: date) -> tuple[str, bool]:
    left = (day - today).days
    if left < 0:
        return f"{formats.count(-left, 'day')} late", True
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days" if left <= 60 else formats.day(day)), left == 0


def _first(request: TeamRequest, view: AlertView) -> str:
    """The strongest piece of evidence: what its rule read first."""
    found = next((each for each in view.evidence if each.key not in _ALWAYS and each.value is not None), None)
    found = found or next((each for each in view.evidence if each.value is not None), None)
    if found is None:
        return view.subject
    return f"{found.label}: {_value(request, found)}"


def _value(request: TeamRequest, each: Evidence) -> str:
    value = each.value
    if value is None:
        return formats.UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return bands.labels().get(value, formats.capital(value)) if each.key == "band" else _text(value)
    if each.key.endswith("__change"):
        return formats.delta(value * 100, 0, " %")
    if each.unit == "share":
        return formats.percent(value)
    if each.key == "mrr" or each.unit == "money":
        return formats.money(value, request.workspace.currency, 0)
    unit = f" {each.unit}" if each.unit and each.unit not in ("points",) else ""
    return f"{formats.number(value)}{unit}"


def _text(value: str) -> str:
    try:
        return formats.day(date.fromisoformat(value))
    except ValueError:
        return value


def _seen(view: AlertView) -> str:
    times = f", seen on {formats.count(view.times_seen, 'day')}" if view.times_seen > 1 else ""
    gone = "" if view.holds else f"; no longer holds, last seen {formats.day(view.last_seen_on)}"
    return f"Since {formats.day(view.opened_on)}{times}{gone}"


def _said(view: AlertView) -> str:
    if view.state is Shown.CLOSED:
        how = view.outcome.label if view.outcome else "Closed by itself"
        return f"{how}{f' · {view.closed_by}' if view.closed_by else ''} · {formats.day(view.closed_at)}"
    if view.state is Shown.SNOOZED and view.snoozed_until:
        return f"Until {formats.day(view.snoozed_until)}: {view.snooze_reason}"
    return ""


def snoozes(today: date) -> Sequence[tuple[str, str]]:
    """Days that are offered for snoozing: value and words."""
    monday = today + timedelta(days=7 - today.weekday())
    days: Mapping[date, str] = {
        today + timedelta(days=1): "Tomorrow", today + timedelta(days=3): "In three days", monday: "Next Monday",
        today + timedelta(days=14): "In two weeks", today + timedelta(days=30): "In 30 days",
    }  # fmt: skip
    return [(each.isoformat(), f"{words} · {formats.day(each)}") for each, words in sorted(days.items())]
