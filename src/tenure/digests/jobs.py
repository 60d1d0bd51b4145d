"""The stage that sends digests to those whose hour has come."""

import logging
from datetime import date, datetime

from django.db import transaction

from tenure.base import clock
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.digests import composing
from tenure.digests.contracts import Rhythm
from tenure.digests.models import DigestChoice
from tenure.digests.queries import choice
from tenure.digests.rules import due_day
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import members

log = logging.getLogger(__name__)

AT_ONCE = 50
"""So many in a round: the cycle goes on between them."""


def send_stage(run: StageRun) -> StageReport:
    """Send the digests that are due; `rows` = how many members were looked after. One that fails is tried again."""
    if run.history:
        return StageReport()
    rows = list(DigestChoice.objects.exclude(rhythm=Rhythm.OFF.value).order_by("id"))
    if not rows:
        return StageReport()
    now = clock.now()
    waiting = [(row, day) for row in rows if (day := _day(row, now))]
    if not waiting:
        return StageReport()
    team = {one.id: one for one in members(active_only=True)}
    done = 0
    for row, day in waiting[:AT_ONCE]:
        member = team.get(row.member_id)
        try:
            with transaction.atomic():
                # Who is first with the day sends it.
                mine = DigestChoice.objects.filter(pk=row.pk, last_on=row.last_on).update(last_on=day)
                if mine and member is not None and member.may(Permission.WORK):
                    made = composing.digest(member, choice(row), day)
                    if made.sections or made.weekly:
                        composing.queue(made, key=f"digest:{member.id}:{day.isoformat()}")
                done += mine
        except Exception:
            log.exception("The digest of member %s failed; it is tried again.", row.member_id)
    return StageReport(rows=done)


def _day(row: DigestChoice, now: datetime) -> date | None:
    wanted = choice(row)
    return due_day(wanted, composing.zone_of(wanted), now, row.last_on)


STAGE = Stage("digests", send_stage)
