"""What somebody who manages the team has to decide."""

from datetime import timedelta

from tenure.alerts import queries as alerts
from tenure.ownership import handoffs
from tenure.ownership.assigning import LOOKED_AFTER
from tenure.ownership.contracts import Book
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to, with_query
from tenure.screens.workspace.home.panels import Line, Panel
from tenure.tasks import queries as tasks
from tenure.tasks.contracts import Kind, TaskFilter

PATIENCE = timedelta(days=3)
ALERTS = 3


def decisions(request: TeamRequest, nobody: Book | None) -> Panel:
    """Alerts of much worth that nobody answered, promises past their day, accounts without an owner, handoffs that do
    not go on, rules that cry wolf."""
    lines = (
        *_alerts(request), *_promises(request), *_ownerless(request, nobody), *_stuck(request), *_wolves(request),
    )  # fmt: skip
    return Panel(
        "decisions", "Needs a decision", lines, len(lines), "",
        "Nothing waits for you. Alerts that nobody answers, late promises, accounts without an owner, handoffs that do "
        "not go on and rules that cry wolf stand here.",
    )  # fmt: skip


def _money(request: TeamRequest, minor: int) -> str:
    return formats.minor(minor, request.workspace.currency, 0)


def _alerts(request: TeamRequest) -> list[Line]:
    found, count = alerts.unanswered(request.as_of - PATIENCE, limit=ALERTS)
    lines = [
        Line(
            "inbox", "Alert without an answer", f"{each.account_name or each.subject}: {each.reason}",
            to(request, "workspace:inbox-alert", alert=each.id),
            f"{each.owner_name or 'Nobody'}, open for {formats.count((request.as_of - each.opened_on).days, 'day')}",
            _money(request, each.value_minor), "What the alert is worth", "warning",
        )
        for each in found
    ]  # fmt: skip
    if count > len(found):
        text = f"{formats.count(count - len(found), 'more alert')} without an answer for three days"
        lines.append(Line("inbox", "Alerts without an answer", text, to(request, "workspace:inbox")))
    return lines


def _promises(request: TeamRequest) -> list[Line]:
    late = tasks.tally(TaskFilter(request.as_of, kind=Kind.PROMISE))["overdue"]
    text = f"{formats.count(late, 'promise')} past {'its' if late == 1 else 'their'} day"
    href = with_query(request, "workspace:tasks", scope="all", kind=Kind.PROMISE.value, when="overdue")
    return [Line("flag", "Late promises", text, href, "A customer was told an earlier day", tone="bad")] if late else []


def _ownerless(request: TeamRequest, nobody: Book | None) -> list[Line]:
    if nobody is None or not nobody.accounts:
        return []
    text = f"{formats.count(nobody.accounts, 'account')} without an owner"
    href = with_query(request, "workspace:accounts", scope="all", where=f"owner_id is unknown and {LOOKED_AFTER}")
    aside = _money(request, nobody.mrr)
    return [Line("user", "No owner", text, href, "Alerts of theirs reach nobody", aside, "MRR", "warning")]


def _stuck(request: TeamRequest) -> list[Line]:
    n = handoffs.stuck_since(request.as_of - PATIENCE)
    text = f"{formats.count(n, 'handoff')} under way for over three days"
    href = with_query(request, "workspace:handoffs", show="open")
    return [Line("arrow-right", "Handoffs", text, href, "Their gates are not passed")] if n else []


def _wolves(request: TeamRequest) -> list[Line]:
    return [
        Line("bell", "Proposed for muting", f"Mute the rule “{name}”?", to(request, "workspace:alert-rule", rule=key),
             "It cries wolf: most of its alerts were wrong")
        for key, name in alerts.proposed(request.as_of)
    ]  # fmt: skip
