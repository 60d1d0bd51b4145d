"""What keeps scores up to date: the history in the lake, and the current state of the workspace.

A day's scores are written once, when the day is over (or as-of has moved past it), and never again. The as-of day
itself lives in the current state only, and moves with what arrives.
"""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from tenure.base import clock, sql
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.past import Part
from tenure.customers.queries import accounts_changed_since, accounts_of_people, holders, merged
from tenure.definitions.actions import publish_body
from tenure.definitions.queries import published, versions
from tenure.events.actions import append
from tenure.events.queries import Lake, accounts_since, engine, open_lake
from tenure.health import current, derived, state
from tenure.health.belief import PACKAGE, Setting, built, configuration, scores_of, setting, stored_days
from tenure.health.card import KIND
from tenure.health.models import Override, Pulse
from tenure.health.proposal import Proposal, propose
from tenure.health.scorecard import Scorecard
from tenure.measures.actions import publish_proposal
from tenure.measures.queries import catalogue as catalogue_of
from tenure.measures.queries import facts as facts_of
from tenure.tenants.queries import as_of_day, workspace_by_id

log = logging.getLogger(__name__)

MEASURE = "measure"
PROPOSED = "health"
PROPOSED_NOTE = "Proposed from the data"
DAILY_DAYS = 90
ROWS_AT_ONCE = 200_000
OPEN_TRANSACTIONS = timedelta(seconds=5)  # a change may be stamped this long before it can be seen
BESIDE_S = 20.0  # how long a round of the worker may fill history


def history_days(first: date, as_of: date) -> tuple[date, ...]:
    """The days a full history has before `as_of`: every Monday from `first` on, every day of the last 90."""
    daily = [as_of - timedelta(days=n) for n in range(DAILY_DAYS, 0, -1)]
    monday = first + timedelta(days=-first.weekday() % 7)
    weekly = [monday + timedelta(weeks=n) for n in range(max(0, (daily[0] - monday).days) // 7 + 1)]
    return tuple(sorted({day for day in (*weekly, *daily) if first <= day < as_of}))


def first_day(lake: Lake) -> date | None:
    """The first day the log has anything of; None while it is empty."""
    months = lake.months("usage_account_day")
    if not months:
        return None
    relation = lake.relation("usage_account_day", months={months[0]})
    found = engine().query(sql.load(PACKAGE, "first_day"), relations={"usage_account_day": relation})
    day = found["day"][0].as_py()
    assert day is None or isinstance(day, date)
    return day


def fill(given: Setting, days: Iterable[date], *, budget_s: float | None = None) -> int:
    """Score the days that have not been scored, newest first, and write them; the number of rows.

    Chunks of days bound the memory; each is one commit. With a budget, the rest is left to a later call.
    """
    if given.card is None:
        return 0
    nobody = _nobody_scored(given)
    missing = sorted(set(days) - stored_days(given.lake) - nobody, reverse=True)
    started, rows, step = time.monotonic(), 0, 1
    while missing:
        chunk, missing = sorted(missing[:step]), missing[step:]
        scored, accounts = scores_of(given, chunk)
        nobody.update(set(chunk) - set(pc.unique(scored["day"]).to_pylist()))
        # Somebody else may have filled the same days meanwhile.
        taken = pa.array(sorted(stored_days(given.lake)), pa.date32())
        scored = scored.filter(pc.invert(pc.is_in(scored["day"], value_set=taken)))
        if scored.num_rows:
            run = given.lake.snapshot("scores").version + 2
            append(given.lake, "scores", scored, writer="scores", run=run)
        rows += scored.num_rows
        step = max(1, ROWS_AT_ONCE // max(1, accounts))
        if budget_s is not None and time.monotonic() - started > budget_s:
            break
    return rows


def unfinished(slug: str, days: Iterable[date]) -> set[date]:
    """Those of the days that still wait for their scores; none without a scorecard."""
    given = setting(slug)
    return set(days) - stored_days(given.lake) - _nobody_scored(given) if given.card else set()


_nobody: dict[tuple[object, ...], set[date]] = {}


def _nobody_scored(given: Setting) -> set[date]:
    """The days this process found without anybody to score, so that the worker does not look at them every round.
    Forgotten when the log gains a month, or another card or other measures are in force."""
    key = (given.lake.root, tuple(given.lake.months("events")), configuration(given))
    return _nobody.setdefault(key, set())


def refresh(given: Setting, as_of: date, *, full: bool = False) -> StageReport:
    """Bring the current state up to `as_of`: only the accounts that were touched, or all of them when the day, the
    scorecard or the measures changed (or `full`)."""
    seen = _seen(given, as_of)
    stored = current.latest(given.slug)
    before = derived.bare(stored) if stored else None
    whole = full or before is None or before.as_of != as_of or _configured(before.seen) != _configured(seen)
    if not whole:
        assert before is not None
        assert stored is not None
        touched = _touched(given, before, seen)
        if touched is not None and not touched:
            if stored.marks == derived.marks():
                return StageReport(0, "nothing changed")
            _write(given, as_of, before.table, before.seen)
            return StageReport(before.table.num_rows, "segments changed")
        if touched is not None:
            table = _partial(given, as_of, before, touched, back=before.seen.get("merges", 0) != seen["merges"])
            if table is not None:
                _write(given, as_of, table, seen)
                return StageReport(len(touched), "touched accounts")
    table = built(given, as_of)
    _write(given, as_of, table, seen)
    return StageReport(table.num_rows, "all accounts")


def _write(given: Setting, as_of: date, table: pa.Table, seen: Mapping[str, int]) -> None:
    card = given.card
    bare = current.State(
        table=table,
        as_of=as_of,
        made_at=clock.now(),
        scorecard=card.key if card else "",
        version=card.version if card else 0,
        seen=seen,
    )
    current.write(given.slug, derived.complete(bare))


def _seen(given: Setting, as_of: date) -> dict[str, int]:
    """What a state is made from: versions of the log and of the configuration, and how many days it shows scores of."""
    shown = as_of - timedelta(days=state.DAYS)
    return {
        "events": given.lake.snapshot("events").version,
        "scores": sum(shown <= day < as_of for day in stored_days(given.lake)),
        "merges": merged().number,
        "configuration": configuration(given),
        "at": int(clock.now().timestamp() * 1_000_000),
    }


def _configured(seen: Mapping[str, int]) -> tuple[int | None, int | None]:
    return seen.get("configuration"), seen.get("scores")


def _touched(given: Setting, before: current.State, seen: Mapping[str, int]) -> list[int] | None:
    """Accounts with new events, changed attributes or owners, a pulse, or an override made or ended since; with their
    families where scores roll up. None when it cannot be told: then all of them."""
    found: set[int] = set()
    if seen["events"] != before.seen.get("events"):
        moved = accounts_since(given.lake, version=before.seen.get("events", -1))
        if moved is None:
            return None
        found.update(holders("account", moved))
    if seen["merges"] != before.seen.get("merges", 0):
        found |= _merged_since(before.seen.get("merges", 0))
    since = datetime.fromtimestamp(before.seen.get("at", 0) / 1_000_000, UTC) - OPEN_TRANSACTIONS
    found.update(accounts_changed_since(since))
    found.update(Override.objects.filter(changed_at__gte=since).values_list("account_id", flat=True))
    spoken_of = Pulse.objects.filter(made_at__gte=since).values_list("account_id", flat=True)
    found.update(holders("account", spoken_of))
    if given.card and given.card.body.roll_up != "own" and "parent" in before.table.column_names:
        found |= _families(before.table, found)
    return sorted(found)


def _merged_since(number: int) -> set[int]:
    """Accounts that were merged or split after that number, and those of people who were."""
    known = merged()
    people = accounts_of_people(known.people.news(number)[0])
    return {*known.accounts.news(number)[0], *(account for found in people.values() for account in found)}


def _families(table: pa.Table, touched: set[int]) -> set[int]:
    """Everybody in a tree with one of the touched."""
    names = dict(zip(table["external_id"].to_pylist(), table["id"].to_pylist(), strict=True))
    parent = {
        account: names.get(above) for account, above in zip(names.values(), table["parent"].to_pylist(), strict=True)
    }

    def root(account: int) -> int:
        seen = {account}
        while (above := parent.get(account)) is not None and above not in seen:
            account = above
            seen.add(account)
        return account

    roots = {root(account) for account in touched}
    return {account for account in parent if root(account) in roots}


def _partial(
    given: Setting, as_of: date, before: current.State, touched: Sequence[int], *, back: bool
) -> pa.Table | None:
    """The state before with the touched accounts built anew; None when it has to be built as a whole. `back`: some
    may be back after a merge was undone; their past is then in the lake alone."""
    anew = built(given, as_of, before=None if back else before, accounts=touched)
    return state.merge(before.table, anew, touched)


def keep_day(slug: str, day: date) -> None:
    """The accounts of a day that is over, with the scores that were written on it."""
    given = setting(slug)
    card = (given.card.key, given.card.version) if given.card else ("", 0)
    bare = current.State(built(given, day, kept=True), day, clock.now(), *card)
    current.write(slug, derived.complete(bare), is_over=True)


PAST = Part("accounts", keep_day)


def definitions_stage(run: StageRun) -> StageReport:
    """Publish the measures that the data makes possible, and a proposed scorecard, where there are none yet.

    `tenure run` looks again each time, and the worker when a day begins, so that what came since joins; a scorecard
    that a person has touched is never replaced.
    """
    if not run.history and published(KIND) and not _day_begins(run):
        return StageReport()
    if first_day(open_lake(run.slug)) is None:
        return StageReport(0, "no data yet")
    before = len(published(MEASURE))
    publish_proposal(as_of=run.as_of)
    added = len(published(MEASURE)) - before
    notes = [f"{added} measures published"] if added else []
    card = _propose_card(run.as_of)
    return StageReport(added + bool(card), ", ".join([*notes, *([card] if card else [])]))


def _day_begins(run: StageRun) -> bool:
    """Whether this is the first round of the day: the current state is still of one before."""
    before = current.latest(run.slug)
    return before is not None and before.as_of < run.as_of


def _propose_card(as_of: date) -> str:
    """Publish the proposed scorecard where there is none, or where ours can have more measures; a note if done."""
    in_force = published(KIND)
    if in_force and not _is_ours(in_force[0].key):
        return ""
    proposal = propose_for(as_of)
    if proposal.scorecard is None:
        return "" if in_force else "nothing to score by yet"
    if in_force and _measures(proposal.scorecard) <= _measures(in_force[0].body):
        return ""
    body = proposal.scorecard.model_dump(mode="json", by_alias=True, exclude_none=True)
    publish_body(kind=KIND, key=PROPOSED, body=body, by=None, note=f"{PROPOSED_NOTE} as of {as_of.isoformat()}")
    return f"scorecard proposed and published, {proposal.coverage:.0%} of it known"


def _is_ours(key: str) -> bool:
    """Whether the scorecard was never anything but a proposal."""
    return key == PROPOSED and all(each.note.startswith(PROPOSED_NOTE) for each in versions(KIND, key))


def _measures(body: BaseModel) -> set[str]:
    assert isinstance(body, Scorecard)
    return {m.key for profile in body.in_order() for _, m in profile.measures()}


def propose_for(as_of: date) -> Proposal:
    """The scorecard the ambient workspace's data suggests on a day."""
    return propose(facts=facts_of(entity="account", as_of=as_of), catalogue=catalogue_of("account"), as_of=as_of)


def score_stage(run: StageRun) -> StageReport:
    """Fill the scores that are missing: of the run's days, or of all the history there should be behind as-of.

    A day counts as over when it is before the workspace's own as-of day. Beside the worker (no `history`), a round
    takes its time in slices.
    """
    given = setting(run.slug)
    if given.card is None:
        return StageReport(0, "no scorecard is published")
    first = first_day(given.lake)
    today = as_of_day(workspace_by_id(run.workspace_id))
    days = run.days if run.history and run.days else (*history_days(first, run.as_of), run.as_of) if first else ()
    rows = fill(given, [day for day in days if day < today], budget_s=None if run.history else BESIDE_S)
    return StageReport(rows, f"scorecard {given.card.key} version {given.card.version}")


def state_stage(run: StageRun) -> StageReport:
    """Bring the current state up to the workspace's own as-of day."""
    return refresh(setting(run.slug), as_of_day(workspace_by_id(run.workspace_id)), full=run.full)


STAGES = (
    Stage("definitions", definitions_stage),
    Stage("scores", score_stage),
    Stage("current state", state_stage),
)
