"""The stages of the cycle that look after alerts: one for accounts, one for sources of events."""

from collections.abc import Iterator
from datetime import date, timedelta

from tenure.alerts import judging, keeping, opening, standing, starters, watching
from tenure.alerts.contracts import AlertRule, Evidence, ReviewOpens, SourceTrouble
from tenure.alerts.models import Alert, RuleNow
from tenure.alerts.opening import Cause
from tenure.alerts.watching import Seen
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.health import current, reviews
from tenure.health import queries as health
from tenure.health.contracts import ReviewOpened
from tenure.ingest import sources
from tenure.segments import queries as segments
from tenure.tenants.queries import as_of_day, here, workspace_by_id

NEWS = timedelta(days=14)
"""A departure that lies further back is history, not an alert."""


def alerts_stage(run: StageRun) -> StageReport:
    """Open alerts for whoever came under a rule since the last look, and keep those that stand up to date."""
    begun = starters.publish_first() if run.history else 0
    today = as_of_day(workspace_by_id(run.workspace_id))
    state = _state()
    standing.wake(today)
    seen = watching.look(state) if state is not None else ()
    opened = opening.open_all(list(_causes(seen, state)), state, today) if state is not None else 0
    gone = standing.look_again(seen, today)
    standing.rank_again(judging.answers(), today)
    if state is not None and seen:
        watching.keep(seen, state)
    notes = [f"{begun} starters published"] if begun else []
    notes += [f"{opened} opened, {gone} no longer hold"] if opened or gone else []
    return StageReport(opened + gone, ", ".join(notes) or "nothing changed")


def begin_from(day: date) -> None:
    """Take it that the rules were last looked at as of a day of the past: the next look opens what happened since. For
    a workspace whose history was loaded whole, such as the demo's."""
    state = health.state_as_of(day)
    RuleNow.objects.all().delete()
    watching.keep(watching.look(state), state)


def _state() -> current.State | None:
    try:
        return health.state()
    except health.NoScores:
        return None


def _causes(seen: tuple[Seen, ...], state: current.State | None) -> Iterator[Cause]:
    if state is None:
        return
    catalogue = segments.catalogue()
    for each in seen:
        if not len(each.began):
            continue
        asked = [text for text in (each.rule.now, each.rule.before) if text is not None]
        columns = keeping.kept_columns(asked, each.rule.body.evidence, catalogue)
        for row in current.rows_by_id(state, each.began.tolist(), [name for name, _ in columns]):
            account = int(str(row["id"]))
            yield Cause(each.rule.key, each.rule.version, each.rule.body, account,
                        evidence=keeping.told(columns, row))  # fmt: skip


def sources_stage(run: StageRun) -> StageReport:
    """Open an alert to the admins for every source in trouble, and note where the trouble is over."""
    wanted = {key: rule for key, rule in watching.active().items() if isinstance(rule[1].when, SourceTrouble)}
    if not wanted:
        return StageReport()
    today = as_of_day(workspace_by_id(run.workspace_id))
    causes = [cause for key, (version, body) in wanted.items() for cause in _troubles(key, version, body)]
    there = {(each.rule, each.subject) for each in causes}
    # Answered or not: what still goes on is no news, and has an end that is to be noticed.
    going_on = list(Alert.objects.filter(rule__in=wanted, account=None, holds=True))
    for row in going_on:
        if (row.rule, row.subject) not in there:
            standing.end([row.pk], closes=row.state != "closed" and wanted[row.rule][1].closes_itself)
    known = {(row.rule, row.subject) for row in going_on}
    opened = opening.open_all([each for each in causes if (each.rule, each.subject) not in known], _state(), today)
    return StageReport(opened, f"{opened} opened" if opened else "")


def _troubles(key: str, version: int, body: AlertRule) -> Iterator[Cause]:
    assert isinstance(body.when, SourceTrouble)
    if body.when.silent:
        for source, since in sources.silences().items():
            kept = Evidence("silent_since", "Silent since", "", since.isoformat(timespec="minutes"))
            yield Cause(key, version, body, None, subject=source, evidence=(kept,))
    if body.when.parked is not None:
        waiting: dict[str, int] = {}
        for each in sources.parked_reasons():
            waiting[each.source] = waiting.get(each.source, 0) + each.count
        for source, count in waiting.items():
            if count >= body.when.parked:
                kept = Evidence("parked", "Events that wait for an account", "events", float(count))
                yield Cause(key, version, body, None, subject=f"{source}, parked events", evidence=(kept,))


def on_review(fact: ReviewOpened) -> None:
    """An account left though its score was good: open an alert where a rule asks for it, while it is news."""
    wanted = [(key, rule) for key, rule in watching.active().items() if isinstance(rule[1].when, ReviewOpens)]
    today = as_of_day(here())
    if not wanted or not _is_news(fact.review, today):
        return
    state = _state()
    causes = [Cause(key, version, body, fact.account) for key, (version, body) in wanted if _within(body, fact, state)]
    opening.open_all(causes, state, today)


def _is_news(review: int, today: date) -> bool:
    return today - reviews.review(review).left_on <= NEWS


def _within(body: AlertRule, fact: ReviewOpened, state: current.State | None) -> bool:
    """Whether the rule's narrowing condition lets the account in."""
    if body.where is None or state is None:
        return body.where is None
    return bool(watching.holding(body.where, state, fact.account))


STAGE = Stage("alerts", alerts_stage)
SOURCES_STAGE = Stage("source alerts", sources_stage)
