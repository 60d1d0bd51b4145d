"""Answers to alerts, of one or many at once: every one names the revision that was seen, and can be taken back."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction

from tenure.alerts.contracts import AlertClosed, Answered, Outcome
from tenure.alerts.models import Alert, AlertChange
from tenure.base import clock, outbox
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.tasks import actions as tasks
from tenure.tasks.contracts import NewTask, Origin
from tenure.tenants.contracts import MemberView, Permission, Role
from tenure.tenants.queries import as_of_day, here, members_by_id
from tenure.work.actions import write_entry
from tenure.work.contracts import EntryDraft

MOST = 200
LONGEST_SNOOZE = timedelta(days=365)
LONGEST_REASON, LONGEST_NOTE = 200, 10_000
ADMINS = frozenset({Role.OWNER, Role.ADMIN})
_FIELDS = (
    "state",
    "owner_id",
    "for_admins",
    "snoozed_until",
    "snooze_reason",
    "task",
    "outcome",
    "closed_at",
    "closed_by_id",
)

type Chosen = Mapping[int, int]
"""Alerts with the revision of each that the member saw."""


@transaction.atomic
def snooze(alerts: Chosen, *, until: date, reason: str, by: MemberView) -> Answered:
    """Put alerts away until a day. Refuses a day that is not to come within a year, and no reason."""
    today, reason = as_of_day(here()), " ".join(reason.split())
    if not today < until <= today + LONGEST_SNOOZE:
        raise _wrong("until", "Choose a day after today, at most a year ahead.")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise _wrong("reason", f"Say why it can wait, in at most {LONGEST_REASON} characters.")

    def change(row: Alert) -> None:
        row.state, row.snoozed_until, row.snooze_reason = "snoozed", until, reason

    return _answer(alerts, "snoozed", change, by, note=f"Until {until.isoformat()}: {reason}")


@transaction.atomic
def delegate(alerts: Chosen, *, to: int, by: MemberView) -> Answered:
    """Give alerts to another member, into her inbox."""
    member = members_by_id([to]).get(to)
    if member is None or not member.may(Permission.WORK):
        raise _wrong("to", "Choose an active member who answers alerts.")

    def change(row: Alert) -> None:
        row.state = "open" if row.state == "held" else row.state
        row.owner_id, row.for_admins = to, False

    return _answer(alerts, "delegated", change, by, note=f"To {member.label}")


@transaction.atomic
def take_up(alerts: Chosen, *, by: MemberView) -> Answered:
    """Bring alerts back from the digest, or from being snoozed, into the inbox."""

    def change(row: Alert) -> None:
        row.state, row.snoozed_until, row.snooze_reason = "open", None, ""

    return _answer(alerts, "taken_up", change, by)


@transaction.atomic
def close(alerts: Chosen, *, outcome: str, note: str, by: MemberView) -> Answered:
    """Say what came of alerts. A note goes on the timeline of each account. Refuses without an outcome."""
    if outcome not in list(Outcome):
        raise _wrong("outcome", "Say what came of it: the rule learns from it.")
    said, note = Outcome(outcome), note.strip()
    if len(note) > LONGEST_NOTE:
        raise _wrong("note", f"A note has at most {LONGEST_NOTE:,} characters.")
    now = clock.now()

    def change(row: Alert) -> None:
        row.state, row.outcome, row.closed_at, row.closed_by_id = "closed", said.value, now, by.id
        row.snoozed_until, row.snooze_reason = None, ""
        outbox.add(AlertClosed(row.pk, row.account_id, row.rule, said.value, by.id))

    def written(row: Alert) -> int | None:
        if not note or row.account_id is None:
            return None
        subject = f"Alert closed: {row.reason} ({said.label.lower()})"
        return write_entry(account=row.account_id, draft=EntryDraft(body=note, subject=subject), by=by)

    return _answer(alerts, "closed", change, by, note=note, also=written)


@transaction.atomic
def make_tasks(alerts: Chosen, *, by: MemberView) -> Answered:
    """Make a task of each alert: its reason, due when the alert is, for whose the alert is. The alert stays until it
    is closed; one that has a task keeps it."""
    made: list[int] = []

    def change(row: Alert) -> None:
        if row.task is None:
            row.task = tasks.add_task(_task(row, by), by=by)
            made.append(row.task)

    found = _answer(alerts, "task", change, by)
    return Answered(found.batch, found.changed, found.missed, tuple(made))


def _task(row: Alert, by: MemberView) -> NewTask:
    title = row.reason if row.account_id is not None else f"{row.reason}: {row.subject}"
    return NewTask(
        title=title, account=row.account_id, due=row.due_on, assignee=row.owner_id or by.id,
        origin=Origin("alert", str(row.pk)),
    )  # fmt: skip


@transaction.atomic
def take_back(batch: str, *, by: MemberView) -> Answered:
    """Undo what was done at once: alerts that nobody has changed since are as they were. What was written on a
    timeline stays there. Refuses with `Conflict` where the same cause has a new alert by now."""
    changes = list(AlertChange.objects.filter(batch=batch, undone_at=None).select_related("alert"))
    if not changes:
        raise NotFound("There is nothing to take back: it was taken back already.")
    if any(each.by_id != by.id for each in changes) and not by.may(Permission.MANAGE_TEAM):
        raise Forbidden("Only whoever did this, or a manager, can take it back.")
    rows = {row.pk: row for row in Alert.objects.select_for_update().filter(pk__in=[c.alert_id for c in changes])}
    now, missed = clock.now(), []
    for each in changes:
        row = rows[each.alert_id]
        if row.revision != each.revision:
            missed.append(row.pk)
            continue
        if each.kind == "task" and row.task is not None and each.before["task"] is None:
            tasks.drop(row.task, reason="The alert's task was taken back", by=by)
        for name in _FIELDS:
            setattr(row, name, each.before[name])
        row.revision += 1
        _save(row)
        each.undone_at = now
        each.save(update_fields=["undone_at"])
    return Answered(batch, len(changes) - len(missed), tuple(missed))


def _save(row: Alert) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict("The same cause has a new alert by now. Answer that one.") from None


def _answer(
    alerts: Chosen,
    kind: str,
    change: Callable[[Alert], None],
    by: MemberView,
    *,
    note: str = "",
    also: Callable[[Alert], int | None] | None = None,
) -> Answered:
    """Change those that are as the member saw them, and keep how they were."""
    if not by.may(Permission.WORK):
        raise Forbidden(f"Your role ({by.role.label}) does not answer alerts. Ask an admin of the workspace.")
    if not 0 < len(alerts) <= MOST:
        raise Invalid(f"Choose 1 to {MOST} alerts.")
    visible = Alert.objects.select_for_update().filter(pk__in=list(alerts))
    rows = list((visible if by.role in ADMINS else visible.filter(for_admins=False)).order_by("pk"))
    if len(rows) < len(alerts):
        raise NotFound("One of these alerts is not there. Load the page again.")
    batch, missed, changes = uuid4().hex, [], []
    for row in rows:
        if row.revision != alerts[row.pk] or row.state == "closed":
            missed.append(row.pk)
            continue
        before = {name: _plain(getattr(row, name)) for name in _FIELDS}
        change(row)
        row.revision += 1
        row.save()
        changes.append(
            AlertChange(alert=row, batch=batch, kind=kind, at=clock.now(), by_id=by.id, note=note, before=before,
                        revision=row.revision, entry=also(row) if also else None)
        )  # fmt: skip
    AlertChange.objects.bulk_create(changes)
    return Answered(batch, len(changes), tuple(missed))


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _wrong(where: str, message: str) -> Invalid:
    return Invalid(message, [Problem(message, where)])
