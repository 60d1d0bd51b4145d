"""The stage that asks for the packs whose hour has come, and for those again whose worker died."""

from django.db import transaction

from tenure.base import clock, jobs
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.months import first_day
from tenure.packs import actions, mailing, when
from tenure.packs.models import Pack, PackSchedule
from tenure.packs.queries import plan_of
from tenure.tenants.queries import here

TRIES = 5


def ask_stage(run: StageRun) -> StageReport:
    """Ask for the pack that is due; `rows` = packs asked for. A month is written down by a conditional update, so that
    of several workers one asks, and once. History that is filled asks for nothing, nor does a day before the month's
    end."""
    if run.history:
        return StageReport()
    row = PackSchedule.objects.filter(active=True).first()
    if row is None:
        return StageReport()
    return StageReport(_ask(row, run) + _again())


def _ask(row: PackSchedule, run: StageRun) -> int:
    month = when.due_month(plan_of(row), here().timezone, clock.now(), row.last_month)
    if month is None or month >= first_day(run.as_of):
        return 0
    with transaction.atomic():
        mine = PackSchedule.objects.filter(pk=row.pk, active=True, last_month=row.last_month).update(last_month=month)
        if mine:
            actions.ask(month=month, by=None, mailed=True)
    return mine


def _again() -> int:
    """Those of the schedule whose process ended before they were done."""
    asked = 0
    for row in Pack.objects.filter(mailed=True, made_at=None, problem=""):
        _, died = jobs.course(row.task) if row.task else (False, "it was never begun")
        if died and row.tries < TRIES:
            if Pack.objects.filter(pk=row.pk, tries=row.tries, made_at=None).update(tries=row.tries + 1):
                actions.enqueue(row.pk)
                asked += 1
        elif died:
            problem = f"The work ended {TRIES} times before it was done: {died}."
            with transaction.atomic():
                if Pack.objects.filter(pk=row.pk, made_at=None, problem="").update(problem=problem):
                    mailing.tell_of_failure(row.pk, row.month, problem)
    return asked


STAGE = Stage("board packs", ask_stage)
