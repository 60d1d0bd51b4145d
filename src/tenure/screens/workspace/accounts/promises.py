"""Promises to an account: kept and broken ones on its timeline, the open ones before one talks to it."""

from markupsafe import Markup

from tenure.events.contracts import TimelineKey
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.screens.workspace.accounts.items import Item, clock_of
from tenure.tasks import queries, rules
from tenure.tasks.contracts import TaskView
from tenure.tenants.queries import as_of_day

_LOOKS = {
    "kept": ("circle-check", "good", "kept a promise"),
    "kept late": ("circle-check", "warning", "kept a promise late"),
    "broken": ("circle-x", "bad", "broke a promise"),
}


def promised(request: TeamRequest, account: int, before: TimelineKey, limit: int) -> list[Item]:
    """Promises that were kept or broken, newest first, strictly older than `before`. Three queries, one where there are
    none."""
    found = queries.settled_promises(account, before=(before.at, before.message_id), limit=limit)
    return [_item(request, each) for each in found]


def _item(request: TeamRequest, task: TaskView) -> Item:
    assert task.finished_at is not None
    today = as_of_day(request.workspace)
    became = rules.promise(task.state, due=task.due, finished_on=task.finished_on, today=today)
    icon, tone, words = _LOOKS[became]
    late = f"It was due on {formats.day(task.due)}" if became == "kept late" else ""
    to_whom = f"Promised to {task.promised_to}" if task.promised_to else ""
    said = " · ".join(part for part in (to_whom, late, task.reason) if part)
    return Item(
        at=task.finished_at,
        key=queries.key_of(task),
        icon=icon,
        tone=tone,
        title=Markup('<strong>{}</strong> {}: <a class="timeline-subject" href="{}">{}</a>').format(
            task.finished_by or "Tenure", words, to(request, "workspace:task", task=task.id), task.title
        ),
        time=clock_of(request, task.finished_at),
        body=Markup("{}").format(said),
    )
