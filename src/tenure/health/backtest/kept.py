"""Records that are kept: a back-test takes half a minute, a page must not."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.tasks import task

from tenure.base import clock, kept, tenancy
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.refusals import Conflict, Forbidden, Invalid
from tenure.health import belief, current
from tenure.health.backtest.measures import MeasureRecord
from tenure.health.backtest.record import HORIZON, NothingToTest, Record, measures_of_workspace, of_workspace
from tenure.health.backtest.rows import OUTCOMES, Outcome
from tenure.health.backtest.verdict import Standing, standing
from tenure.health.models import BackTest
from tenure.predictions.evaluation.intervals import Interval
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here

log = logging.getLogger(__name__)

EVERY = timedelta(days=7)
LOST = timedelta(hours=1)  # a test that has not come back by then is asked for again
HORIZONS = (30, 60, 90, 180)


@dataclass(frozen=True, slots=True)
class Kept:
    """A test that was asked for: its record, or why there is none, or neither while it is under way."""

    outcome: Outcome
    horizon: int
    known: date
    asked_at: datetime
    made_at: datetime | None
    record: Record | None
    refused: str

    @property
    def under_way(self) -> bool:
        """Asked for, and not yet back."""
        return self.made_at is None and clock.now() - self.asked_at < LOST


@dataclass(frozen=True, slots=True)
class Told:
    """What is said beside every score of a scorecard: its record by what was known on a day, in short."""

    scorecard: str
    version: int
    known: date
    standing: Standing
    auc: Interval | None
    verdict: str


_TOLD = kept.Document("record.json", Told)


def told(day: date) -> Told | None:
    """The record of the scorecard in force, for those who look at a day; None where it has none yet. No query: it is
    a file beside the current state."""
    slug = here().slug
    state, found = current.latest(slug), _TOLD.get(slug)
    if found is None or state is None or found.known > day:
        return None
    return found if (found.scorecard, found.version) == (state.scorecard, state.version) else None


def _tell(slug: str, record: Record, known: date) -> None:
    found = Told(
        record.scorecard, record.version, known, standing(record.auc, left=record.left_accounts), record.auc,
        record.verdict,
    )  # fmt: skip
    _TOLD.put(slug, found)


def latest(*, outcome: Outcome = "churn", horizon: int = HORIZON, known: date | None = None) -> Kept | None:
    """The newest test of the scorecard in force by what was known up to a day, one under way included. One query a
    stay inside the workspace."""
    return tenancy.remembered(("backtest", outcome, horizon, known), lambda: _latest(outcome, horizon, known))


def _latest(outcome: Outcome, horizon: int, known: date | None) -> Kept | None:
    card = belief.shown(here().slug).card
    if card is None:
        return None
    found = BackTest.objects.filter(scorecard=card.key, version=card.version, outcome=outcome, horizon=horizon)
    row = (found if known is None else found.filter(known__lte=known)).order_by("-known").first()
    return None if row is None else _kept(row)


def _kept(row: BackTest) -> Kept:
    assert row.outcome in OUTCOMES
    record = msgspec.convert(row.record, Record) if isinstance(row.record, Mapping) else None
    return Kept(row.outcome, row.horizon, row.known, row.asked_at, row.made_at, record, row.refused)


def measures_tested(known: date) -> tuple[MeasureRecord, ...]:
    """How well each measure alone told who leaves, by the newest test up to a day; best first. One query."""
    found = BackTest.objects.filter(outcome="churn", horizon=HORIZON, known__lte=known, made_at__isnull=False)
    told = found.order_by("-known", "-version").values_list("measures", flat=True).first()
    return msgspec.convert(told or [], tuple[MeasureRecord, ...])


def ask(*, outcome: str, horizon: int, by: MemberView) -> None:
    """Have the scorecard in force tested in the background. Refuses without the right to configure, or with an
    outcome or horizon that is not offered; asking again while it is under way changes nothing."""
    if not by.may(Permission.CONFIGURE):
        raise Forbidden("Your role may not start a back-test. Ask an owner, admin or manager.")
    if outcome not in OUTCOMES:
        raise Invalid(f"An outcome is one of {', '.join(OUTCOMES)}, not {outcome!r}.")
    if horizon not in HORIZONS:
        raise Invalid(f"A horizon is one of {', '.join(map(str, HORIZONS))} days, not {horizon}.")
    workspace = tenancy.current_workspace_id()
    if not _claimed(outcome, horizon):
        raise Conflict("This scorecard is being tested, or was tested today. Load the page again.")
    transaction.on_commit(lambda: test.enqueue(workspace, outcome, horizon))


def _claimed(outcome: str, horizon: int) -> bool:
    """Note that the test of the day is under way; false where it is already, or was made."""
    view = here()
    card = belief.setting(view.slug).card
    if card is None:
        raise NothingToTest("No scorecard is published.")
    key = {
        "scorecard": card.key, "version": card.version, "outcome": outcome, "horizon": horizon,
        "known": as_of_day(view),
    }  # fmt: skip
    try:
        with transaction.atomic():
            BackTest(**key, asked_at=clock.now()).save()
    except IntegrityError:
        again = BackTest.objects.filter(**key, made_at=None, asked_at__lt=clock.now() - LOST)
        return bool(again.update(asked_at=clock.now()))
    return True


@task
def test(workspace: int, outcome: str, horizon: int) -> None:
    """Test the scorecard in force, and keep the record."""
    with tenancy.workspace(workspace):
        make(outcome=outcome, horizon=horizon)


def make(*, outcome: str = "churn", horizon: int = HORIZON) -> str:
    """Test the scorecard in force in the ambient workspace and keep what came of it; its verdict."""
    assert outcome in OUTCOMES
    view = here()
    card = belief.setting(view.slug).card
    assert card is not None
    started, record, refused = time.monotonic(), None, ""
    measures: tuple[MeasureRecord, ...] = ()
    try:
        record = of_workspace(outcome=outcome, horizon=horizon)
        measures = measures_of_workspace(horizon=horizon) if outcome == "churn" else ()
    except NothingToTest as why:
        refused = str(why)
    made = {
        "made_at": clock.now(), "seconds": time.monotonic() - started, "refused": refused,
        "record": None if record is None else msgspec.to_builtins(record), "measures": msgspec.to_builtins(measures),
    }  # fmt: skip
    BackTest.objects.update_or_create(
        scorecard=card.key, version=card.version, outcome=outcome, horizon=horizon, known=as_of_day(view),
        defaults=made, create_defaults={"asked_at": clock.now(), **made},
    )  # fmt: skip
    if record and (outcome, horizon) == ("churn", HORIZON):
        _tell(view.slug, record, as_of_day(view))
    return refused or (record.verdict if record else "")


def stage(run: StageRun) -> StageReport:
    """Test the scorecard when it is new, or its last record a week old: at once where history is filled, by a job
    beside the worker's rounds."""
    if belief.setting(run.slug).card is None:
        return StageReport(0, "no scorecard is published")
    before = latest()
    if before is not None and run.as_of - before.known < EVERY and not _lost(before):
        return StageReport()
    if run.history:
        return StageReport(1, make())
    if _claimed("churn", HORIZON):
        test.enqueue(run.workspace_id, "churn", HORIZON)
    return StageReport(0, "the scorecard is being tested")


def _lost(test: Kept) -> bool:
    return test.made_at is None and not test.under_way


STAGE = Stage("record", stage)
