"""Notices when a source falls silent and when it is heard again, and states it as a fact."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tenure.base import clock, outbox, tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.ingest.drain.models import SourceHour, SourceNow
from tenure.ingest.watching import habits
from tenure.ingest.watching.models import Silence

SOONEST = timedelta(hours=habits.MISSED)
"""Nobody is silent earlier."""


@dataclass(frozen=True)
class SourceWentSilent(outbox.Fact):
    """A source was not heard though it always had been by then."""

    source: str
    since: datetime


@dataclass(frozen=True)
class SourceIsBack(outbox.Fact):
    """A source that was silent since `since` was heard again."""

    source: str
    since: datetime
    back_at: datetime


def watch_stage(run: StageRun) -> StageReport:
    """Look at every source of the workspace. `rows` = silences that began or ended."""
    with tenancy.workspace(run.workspace_id):
        return StageReport(rows=watch(clock.now()))


def watch(now: datetime) -> int:
    """Note silences that have begun or ended; how many. Two queries, three when somebody has been quiet for hours."""
    last = dict(SourceNow.objects.values_list("source", "last_at"))
    open_ = {each.source: each for each in Silence.objects.filter(ended_at=None)}
    changed = 0
    for source, silence in open_.items():
        if source in last and last[source] > silence.since:
            changed += _end(silence, last[source])
    quiet = {source: at for source, at in last.items() if now - at >= SOONEST and source not in open_}
    if not quiet:
        return changed
    heard: defaultdict[str, list[datetime]] = defaultdict(list)
    hours = SourceHour.objects.filter(source__in=quiet, hour__gte=min(quiet.values()) - habits.MEMORY, messages__gt=0)
    for source, hour in hours.values_list("source", "hour"):
        if hour >= quiet[source] - habits.MEMORY:
            heard[source].append(hour)
    for source, at in quiet.items():
        if habits.is_silent(heard[source], last=at, now=now):
            changed += _begin(source, at, now)
    return changed


@transaction.atomic
def _begin(source: str, since: datetime, now: datetime) -> int:
    _, made = Silence.objects.get_or_create(source=source, since=since, defaults={"noticed_at": now})
    if made:
        outbox.add(SourceWentSilent(source, since))
    return int(made)


@transaction.atomic
def _end(silence: Silence, at: datetime) -> int:
    ended = Silence.objects.filter(pk=silence.pk, ended_at=None).update(ended_at=at)
    if ended:
        outbox.add(SourceIsBack(silence.source, silence.since, at))
    return ended
