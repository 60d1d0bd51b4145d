"""What can be done with the board: a metric gets a target and an owner."""

import re

from django.db import IntegrityError, transaction

from tenure.base import clock
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.reports import wording
from tenure.reports.contracts import Metric
from tenure.reports.metrics import METRICS
from tenure.reports.models import MetricGoal
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import here, members_by_id

LONGEST = 20
GREATEST = 1e12
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")


class GoalConflict(Conflict):
    """Somebody changed the metric's target or owner since it was opened."""

    code = "edit_conflict"


def set_goal(*, metric: str, target: str, owner: int | None, revision: int, by: MemberView) -> None:
    """Give a metric a target (as it is typed: percent, whole money; empty for none) and an owner. The same again
    changes nothing. Refuses with `GoalConflict` where it was changed after `revision`, with `Invalid` what is no
    number or out of bounds, with `NotFound` an unknown metric, with `Forbidden` who may not configure."""
    if not by.may(Permission.CONFIGURE):
        raise Forbidden("Targets and owners are set by who may configure the workspace: ask a manager or an admin.")
    if metric not in METRICS:
        raise NotFound(f"There is no metric {metric!r}. See the page Executive.")
    wanted = _target(METRICS[metric], target, here().currency)
    if owner is not None:
        member = members_by_id([owner]).get(owner)
        if member is None or not member.active:
            text = "Choose an active member of the workspace as the owner."
            raise Invalid(text, [Problem(text, "owner")])
    try:
        with transaction.atomic():
            _write(metric, wanted, owner, revision, by)
    except IntegrityError:
        raise _changed(metric) from None


def _write(metric: str, target: float | None, owner: int | None, revision: int, by: MemberView) -> None:
    row = MetricGoal.objects.select_for_update().filter(metric=metric).first()
    if (row.revision if row else 0) != revision:
        raise _changed(metric)
    if row is None:
        if target is None and owner is None:
            return
        row, before = MetricGoal(metric=metric, revision=0), None
    else:
        before = {"target": row.target, "owner": row.owner_id}
        if before == {"target": target, "owner": owner}:
            return
    row.target, row.owner_id, row.by_id, row.at = target, owner, by.id, clock.now()
    row.revision += 1
    row.save()
    record_audit(
        by=by, action="metric.goal_set", object=f"metric {metric}", before=before,
        after={"target": target, "owner": owner},
    )  # fmt: skip


def _changed(metric: str) -> GoalConflict:
    label = METRICS[metric].label
    return GoalConflict(
        f"Somebody changed the target or owner of {label} while you had it open. Compare with what stands now, and save"
        " again."
    )


def _target(metric: Metric, text: str, currency: str) -> float | None:
    typed = text.strip().removesuffix("%").replace("−", "-").strip()
    typed = typed.replace(",", "") if _THOUSANDS.fullmatch(typed) else typed.replace(",", ".")
    if not typed:
        return None
    try:
        number = float(typed) if len(typed) <= LONGEST else float("nan")
    except ValueError:
        number = float("nan")
    least = -100.0 if metric.key == "health_change" else 0.0
    if not least <= number <= GREATEST:
        raise _wrong(metric, least)
    if (metric.unit == "share" and number > 1000) or (metric.unit == "points" and number > 100):
        raise _wrong(metric, least)
    return wording.read(metric, number, currency)


def _wrong(metric: Metric, least: float) -> Invalid:
    most = {"share": "1000", "points": "100"}.get(metric.unit)
    text = f"The target of {metric.label} is a number from {least:g} {'to ' + most if most else 'on'}, such as "
    text += {"share": "95", "money": "12000", "points": "75"}.get(metric.unit, "4") + "."
    return Invalid(text, [Problem(text, "target")])
