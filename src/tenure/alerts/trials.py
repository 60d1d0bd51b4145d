"""Trials of rules on the past, before they are in force: at once where there is little to read, else by a job."""

import time
from collections.abc import Mapping
from datetime import timedelta

import msgspec
from django.db import transaction
from django.tasks import task
from pydantic import ValidationError

from tenure.alerts import trying
from tenure.alerts.contracts import KIND, AlertRule, TrialResult, TrialView
from tenure.alerts.kind import ALERT_RULE
from tenure.alerts.models import Trial
from tenure.base import clock, tenancy
from tenure.base.refusals import Forbidden, NotFound, Problem, Refusal
from tenure.definitions.contracts import WrongDocument
from tenure.tenants.contracts import MemberView, Permission

AT_ONCE = 60_000
"""So many rows are read while somebody waits: about a second."""
LOST = timedelta(hours=1)
KEPT = 200


def ask(*, key: str, body: Mapping[str, object], by: MemberView) -> int:
    """Try a rule on the past; the trial's number. Refuses a document that its kind would not take."""
    if not by.may(Permission.CONFIGURE):
        raise Forbidden(f"Your role ({by.role.label}) may not try alert rules. Ask an admin of the workspace.")
    _checked(key, body)
    row = Trial(key=key, body=dict(body), asked_at=clock.now(), by_id=by.id)
    row.save()
    if trying.rows_to_read() <= AT_ONCE:
        make(row.pk)
    else:
        workspace = tenancy.current_workspace_id()
        transaction.on_commit(lambda: run.enqueue(workspace, row.pk))
    _forget_old()
    return row.pk


def _checked(key: str, body: Mapping[str, object]) -> AlertRule:
    try:
        rule = AlertRule.model_validate(body)
    except ValidationError as error:
        found = [Problem(each["msg"], ".".join(str(part) for part in each["loc"])) for each in error.errors()]
        raise WrongDocument(f"This is not an {KIND} yet.", found) from None
    if problems := ALERT_RULE.problems(key, rule):
        raise WrongDocument(f"This is not an {KIND} yet.", problems)
    return rule


@task
def run(workspace: int, trial: int) -> None:
    """Make a trial in the background."""
    with tenancy.workspace(workspace):
        make(trial)


def make(trial: int) -> None:
    """Try it, and keep what came of it."""
    row = Trial.objects.get(pk=trial)
    started = time.monotonic()
    try:
        row.found = msgspec.to_builtins(trying.tried(AlertRule.model_validate(row.body)))
    except Refusal as refusal:
        row.refused = refusal.message
    row.made_at, row.seconds = clock.now(), time.monotonic() - started
    row.save()


def trial(number: int) -> TrialView:
    """A trial; refuses with `NotFound`. One query."""
    row = Trial.objects.filter(pk=number).first()
    if row is None:
        raise NotFound("There is no such trial. Try the rule again.")
    return _view(row)


def latest(key: str) -> TrialView | None:
    """The newest trial of a rule in force. One query."""
    row = Trial.objects.filter(key=key).order_by("-pk").first()
    return None if row is None else _view(row)


def _view(row: Trial) -> TrialView:
    waits = row.made_at is None and clock.now() - row.asked_at < LOST
    refused = row.refused or ("" if row.made_at or waits else "The trial was lost with its process. Start it again.")
    result = msgspec.convert(row.found, TrialResult) if row.found is not None else None
    return TrialView(row.pk, row.key, row.body, row.asked_at, waits, result, refused, row.seconds)


def _forget_old() -> None:
    """Trials are made again in seconds; a workspace keeps the newest."""
    oldest = Trial.objects.order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + 1].first()
    if oldest is not None:
        Trial.objects.filter(pk__lte=oldest).delete()
