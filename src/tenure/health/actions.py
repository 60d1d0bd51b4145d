"""Writes: scores set by hand."""

from datetime import date

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids
from tenure.health.contracts import OverrideEnded, OverrideSet
from tenure.health.models import Override
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission

LONGEST_DAYS = 366


@transaction.atomic
def set_override(*, account: int, value: float, reason: str, since: date, until: date, by: MemberView) -> int:
    """Set an account's score by hand from `since` until `until` (both included); the override's id.

    Refuses without the right, a reason, a value of 0–100, or an end within a year. A later override wins over an
    earlier one on the days they share.
    """
    _may(by)
    problems = [
        *([] if 0 <= value <= 100 else [Problem("expected 0 to 100", "value")]),
        *([] if reason.strip() else [Problem("say why, for those who read it later", "reason")]),
        *([] if since <= until else [Problem("expected a day on or after the first", "until")]),
        *([] if (until - since).days <= LONGEST_DAYS else [Problem("expected at most a year", "until")]),
    ]
    if problems:
        raise Invalid("The score cannot be set: " + "; ".join(map(str, problems)) + ".", problems)
    if not accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    row = Override(
        account_id=account, value=float(value), reason=reason.strip(), author_id=by.id, since=since, until=until,
        made_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    row.save()
    record_audit(
        by=by, action="score.overridden", object=f"account {account}",
        after={"value": value, "reason": row.reason, "since": since.isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    outbox.add(OverrideSet(override=row.pk, account=account, value=float(value), by=by.id))
    return row.pk


@transaction.atomic
def end_override(*, override: int, on: date, by: MemberView) -> None:
    """End an override so that `on` is the first day without it. Doing it twice changes nothing."""
    _may(by)
    row = Override.objects.select_for_update().filter(pk=override).first()
    if row is None:
        raise NotFound("There is no such override.")
    if row.ended_on is not None or on > row.until:
        return
    row.ended_on, row.changed_at = on, clock.now()
    row.save(update_fields=["ended_on", "changed_at"])
    record_audit(by=by, action="score.override_ended", object=f"account {row.account_id}", after={"on": on.isoformat()})
    outbox.add(OverrideEnded(override=row.pk, account=row.account_id, by=by.id))


def _may(by: MemberView) -> None:
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise Forbidden("Your role may not set scores by hand. Ask an owner, admin or manager for the role of a CSM.")
