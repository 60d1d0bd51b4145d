"""A pulse is given, and never changed: the next one takes its place."""

from datetime import date, timedelta

from django.db import transaction

from tenure.base import clock, outbox
from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import accounts_by_ids
from tenure.health.contracts import PulseGiven
from tenure.health.models import Pulse
from tenure.health.pulse.levels import BEST, LEVELS, LONGEST_DAYS, USUAL_DAYS, WORST
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here


@transaction.atomic
def give(*, account: int, level: int, note: str, by: MemberView, until: date | None = None) -> int:
    """Say how an account is, from the workspace's day until `until` (included; 90 days when left out); the pulse's id.

    It is always of the present day, so that what was believed of a past day stays what it was. Refuses without the
    right, a level of 1–6, a note, or an end within a year.
    """
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise Forbidden("Your role may not give a pulse. Ask an owner, admin or manager for the role of a CSM.")
    day = as_of_day(here())
    last = until or day + timedelta(days=USUAL_DAYS)
    problems = [
        *([] if level in LEVELS else [Problem(f"choose one of the levels, {WORST} to {BEST}", "level")]),
        *([] if note.strip() else [Problem("say why, for those who read it later", "note")]),
        *([] if last >= day else [Problem("expected today or a later day", "until")]),
        *([] if (last - day).days <= LONGEST_DAYS else [Problem("expected at most a year", "until")]),
    ]
    if problems:
        raise Invalid("The pulse is not given: " + "; ".join(map(str, problems)) + ".", problems)
    if not accounts_by_ids([account]):
        raise NotFound("There is no such account.")
    row = Pulse(
        account_id=account, level=level, note=note.strip(), author_id=by.id, day=day, until=last, made_at=clock.now()
    )
    row.save()
    record_audit(
        by=by, action="pulse.given", object=f"account {account}",
        after={"level": level, "note": row.note, "until": last.isoformat()},
    )  # fmt: skip
    outbox.add(PulseGiven(pulse=row.pk, account=account, level=level, by=by.id))
    return row.pk
