"""The only place that knows every domain: what each registers, and the order of the cycle."""

from tenure.alerts import jobs as alerts
from tenure.alerts.kind import ALERT_RULE
from tenure.base import outbox
from tenure.base.cycle import Stage, register_stages
from tenure.customers.contracts import MergeMade
from tenure.definitions.contracts import Kind
from tenure.definitions.contracts import register as register_kind
from tenure.definitions.labels import Labels
from tenure.digests import sections as digests
from tenure.digests.jobs import STAGE as DIGESTS
from tenure.digests.sections import alerts as alerts_digested
from tenure.digests.sections import meetings as meetings_digested
from tenure.digests.sections import moves as moves_digested
from tenure.digests.sections import tasks as tasks_digested
from tenure.events.jobs import maintain_stage, roll_up_stage
from tenure.health import derived
from tenure.health.backtest.kept import STAGE as RECORD
from tenure.health.contracts import ReviewOpened
from tenure.health.jobs import PAST as PAST_ACCOUNTS
from tenure.health.jobs import STAGES as HEALTH
from tenure.health.judged import STAGE as JUDGEMENTS
from tenure.health.kind import SCORECARD
from tenure.health.people import PAST as PAST_PEOPLE
from tenure.health.people import STAGE as PEOPLE
from tenure.health.population import PAST as PAST_POPULATION
from tenure.health.population import STAGE as POPULATION
from tenure.health.pulse.columns import COLUMNS as PULSE_COLUMNS
from tenure.health.reviews import STAGE as REVIEWS
from tenure.ingest.connectors.taking import take_stage
from tenure.ingest.drain.draining import drain
from tenure.ingest.maps.document import SourceMap
from tenure.ingest.watching import silences, telling
from tenure.measures import joined
from tenure.measures.document import Measure
from tenure.ownership.assigning import STAGE as OWNERS
from tenure.packs.jobs import STAGE as PACKS
from tenure.past import keeping
from tenure.past.jobs import STAGE as PAST
from tenure.reports.digested import missed as targets_digested
from tenure.reports.kept import PAST as PAST_BOARD
from tenure.reports.kept import STAGE as BOARD
from tenure.revenue.fit.standing import PAST as PAST_STANDING
from tenure.revenue.fit.standing import STAGE as STANDING
from tenure.revenue.payers import PAST as PAST_PAYERS
from tenure.revenue.payers import STAGE as PAYERS
from tenure.segments.jobs import STAGE as SEGMENTS
from tenure.segments.kind import SEGMENT
from tenure.segments.membership import COLUMNS as SEGMENT_COLUMNS
from tenure.segments.membership import PEOPLE_COLUMNS as PEOPLE_SEGMENT_COLUMNS
from tenure.subscriptions.jobs import PAST as PAST_SUBSCRIPTIONS
from tenure.subscriptions.jobs import on_merge
from tenure.subscriptions.jobs import run_stage as derive_stage
from tenure.traits.writing import write_stage
from tenure.views.layout import LAYOUT
from tenure.work.attachments import STAGE as ATTACHMENTS


def register() -> None:
    """Called once at start, after all apps are loaded."""
    _kinds()
    joined.register(PULSE_COLUMNS)
    derived.register(SEGMENT_COLUMNS)
    derived.register(PEOPLE_SEGMENT_COLUMNS)
    outbox.subscribe(MergeMade, on_merge)
    outbox.subscribe(ReviewOpened, alerts.on_review)
    outbox.subscribe(silences.SourceWentSilent, telling.tell_of_silence)
    outbox.subscribe(silences.SourceIsBack, telling.tell_of_return)
    digests.register(
        (
            alerts_digested.opened,
            tasks_digested.due,
            meetings_digested.upcoming,
            meetings_digested.due_for_call,
            moves_digested.in_and_out_of_red,
            targets_digested,
            alerts_digested.held,
        )
    )
    keeping.register(
        (PAST_SUBSCRIPTIONS, PAST_ACCOUNTS, PAST_PEOPLE, PAST_PAYERS, PAST_STANDING, PAST_POPULATION, PAST_BOARD)
    )
    register_stages(
        (
            Stage("drain", drain),
            Stage("connectors", take_stage),
            Stage("sources", silences.watch_stage),
            Stage("traits by hand", write_stage),
            Stage("roll-ups", roll_up_stage),
            Stage("subscriptions", derive_stage),
            *HEALTH,
            PEOPLE,
            SEGMENTS,
            OWNERS,
            alerts.SOURCES_STAGE,
            alerts.STAGE,
            PAYERS,
            STANDING,
            POPULATION,
            BOARD,
            PAST,
            JUDGEMENTS,
            RECORD,
            REVIEWS,
            DIGESTS,
            PACKS,
            ATTACHMENTS,
            Stage("lake", maintain_stage),
        )
    )


def _kinds() -> None:
    """Kinds of definitions; each may speak of those before it."""
    register_kind(Kind("labels", Labels))
    register_kind(Kind("source_map", SourceMap))
    register_kind(Kind("measure", Measure))
    register_kind(SCORECARD)
    register_kind(SEGMENT)
    register_kind(ALERT_RULE)
    register_kind(LAYOUT)
