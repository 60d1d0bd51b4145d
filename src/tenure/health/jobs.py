"""What keeps scores up to date: the history in the lake, and the current state of the workspace.

A day's scores are written once, when the day is over (or as-of has moved past it), and never again. The as-of day
itself lives in the current state only, and moves with what arrives.
"""

import logging
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from tenure.base import clock, sql
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.customers.queries import accounts_changed_since
from tenure.events.actions import append
from tenure.events.queries import Lake, accounts_since, engine, open_lake
from tenure.health import card as cards
from tenure.health import current, naming, scoring, state
from tenure.health.card import ActiveCard
from tenure.health.models import Override
from tenure.health.naming import Known
from tenure.measures.contracts import Catalogue
from tenure.measures.queries import catalogue as catalogue_of
from tenure.measures.queries import facts as facts_of

log = logging.getLogger(__name__)

PACKAGE = "tenure.health"
DAILY_DAYS = 90
ROWS_AT_ONCE = 200_000
BESIDE_S = 20.0  # how long a round of the worker may fill history
NEEDED = ("status", "external_id", "parent", "mrr")


@dataclass(frozen=True, slots=True)
class Setting:
    """A workspace as scoring sees it: its lake, fields, scorecard and names."""

    slug: str
    lake: Lake
    catalogue: Catalogue
    card: ActiveCard | None
    known: Known


def setting(slug: str) -> Setting:
    """Read the configuration in force, inside the workspace."""
    catalogue = catalogue_of("account")
    known = naming.known(catalogue)
    return Setting(slug, open_lake(slug), catalogue, cards.active(catalogue), known)


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


_stored: dict[tuple[str, int], frozenset[date]] = {}


def stored_days(lake: Lake) -> frozenset[date]:
    """The days that have been scored. Asked again only when the table has changed."""
    relation = lake.relation("scores")
    key = (relation.uri, relation.version)
    if key not in _stored:
        found = engine().query(sql.load(PACKAGE, "stored_days"), relations={"scores": relation})
        for old in [each for each in _stored if each[0] == relation.uri]:
            del _stored[old]
        _stored[key] = frozenset(found["day"].to_pylist())
    return _stored[key]


def fill(given: Setting, days: Iterable[date], *, budget_s: float | None = None) -> int:
    """Score the days that have not been scored, newest first, and write them; the number of rows.

    Chunks of days bound the memory; each is one commit. With a budget, the rest is left to a later call.
    """
    if given.card is None:
        return 0
    missing = sorted(set(days) - stored_days(given.lake), reverse=True)
    started, rows, step = time.monotonic(), 0, 1
    while missing:
        chunk, missing = sorted(missing[:step]), missing[step:]
        scored, accounts = _score(given, chunk)
        run = given.lake.snapshot("scores").version + 2
        if scored.num_rows:
            append(given.lake, "scores", scored, writer="scores", run=run)
        rows += scored.num_rows
        step = max(1, ROWS_AT_ONCE // max(1, accounts))
        if budget_s is not None and time.monotonic() - started > budget_s:
            break
    return rows


def _score(given: Setting, days: Sequence[date]) -> tuple[pa.Table, int]:
    """The scores of these days, and how many accounts the facts of one have."""
    assert given.card is not None
    facts = facts_of(entity="account", as_of=list(days), only=_needed(given))
    scored = scoring.score(facts, given.card, overrides=overrides(days[0], days[-1]))
    return scored, facts.num_rows // len(days)


def _needed(given: Setting) -> list[str]:
    assert given.card is not None
    return list(dict.fromkeys((*given.card.columns, *NEEDED)))


def overrides(first: date, last: date) -> list[scoring.HandSet]:
    """Scores set by hand that are in force on some day from `first` to `last`; of two, the later made last."""
    rows = Override.objects.filter(since__lte=last, until__gte=first).order_by("made_at", "id")
    found = []
    for row in rows:
        until = row.until if row.ended_on is None else min(row.until, row.ended_on - timedelta(days=1))
        if until >= max(row.since, first):
            found.append(scoring.HandSet(row.account_id, row.value, row.since, until))
    return found


def refresh(given: Setting, as_of: date, *, full: bool = False) -> StageReport:
    """Bring the current state up to `as_of`: only the accounts that were touched, or all of them when the day, the
    scorecard or the measures changed (or `full`)."""
    seen = _seen(given)
    before = current.latest(given.slug)
    whole = full or before is None or before.as_of != as_of or _configured(before.seen) != _configured(seen)
    if not whole:
        assert before is not None
        touched = _touched(given, before, seen)
        if touched is not None and not touched:
            return StageReport(0, "nothing changed")
        if touched is not None:
            table = _partial(given, as_of, before, touched)
            if table is not None:
                _write(given, as_of, table, seen)
                return StageReport(len(touched), "touched accounts")
    table = _built(given, as_of, None)
    _write(given, as_of, table, seen)
    return StageReport(table.num_rows, "all accounts")


def _write(given: Setting, as_of: date, table: pa.Table, seen: Mapping[str, int]) -> None:
    card = given.card
    current.write(
        given.slug,
        current.State(
            table=table,
            as_of=as_of,
            made_at=clock.now(),
            scorecard=card.key if card else "",
            version=card.version if card else 0,
            seen=seen,
        ),
    )


def _seen(given: Setting) -> dict[str, int]:
    """What a state is made from: versions of the log and the scores, and of the configuration."""
    text = repr(sorted(given.known.versions.items())) + repr((given.card.key, given.card.version) if given.card else None)
    return {
        "events": given.lake.snapshot("events").version,
        "scores": len(stored_days(given.lake)),
        "configuration": zlib.crc32(text.encode()),
        "at": int(clock.now().timestamp() * 1_000_000),
    }


def _configured(seen: Mapping[str, int]) -> tuple[int | None, int | None]:
    return seen.get("configuration"), seen.get("scores")


def _touched(given: Setting, before: current.State, seen: Mapping[str, int]) -> list[int] | None:
    """Accounts with new events, changed attributes or owners, or an override made or ended since; with their
    families where scores roll up. None when it cannot be told: then all of them."""
    found: set[int] = set()
    if seen["events"] != before.seen.get("events"):
        moved = accounts_since(given.lake, version=before.seen.get("events", -1))
        if moved is None:
            return None
        found.update(moved)
    since = before.made_at - timedelta(seconds=5)
    found.update(accounts_changed_since(since))
    found.update(Override.objects.filter(changed_at__gte=since).values_list("account_id", flat=True))
    if given.card and given.card.body.roll_up != "own" and "parent" in before.table.column_names:
        found |= _families(before.table, found)
    return sorted(found)


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


def _partial(given: Setting, as_of: date, before: current.State, touched: Sequence[int]) -> pa.Table | None:
    """The state before with the touched accounts built anew; None when it has to be built as a whole."""
    return state.merge(before.table, _built(given, as_of, before, touched))


def _built(
    given: Setting, as_of: date, before: current.State | None, accounts: Sequence[int] | None = None
) -> pa.Table:
    facts = facts_of(entity="account", as_of=as_of, ids=accounts).sort_by("id").combine_chunks()
    if given.card:
        scores = scoring.score(facts, given.card, overrides=overrides(as_of, as_of))
    else:
        scores = scoring.nothing()
    ids = facts["id"].combine_chunks()
    past = state.past(ids, _recent(given.lake, as_of), as_of) if before is None else state.past_of(before.table, ids)
    return state.build(
        facts=facts, scores=scores, before=past, card=given.card, names=given.known.names
    )


def _recent(lake: Lake, as_of: date) -> pa.Table:
    """account, day and score of the days a sparkline shows."""
    first = as_of - timedelta(days=state.DAYS)
    months = {f"{first + timedelta(days=n):%Y-%m}" for n in range(state.DAYS + 1)}
    return engine().query(
        sql.load(PACKAGE, "recent_scores"),
        relations={"scores": lake.relation("scores", months=months)},
        params={"first": first, "as_of": as_of},
    )


def score_stage(run: StageRun) -> StageReport:
    """Fill the scores that are missing: the run's days, or, beside the worker, the days just past."""
    given = setting(run.slug)
    if given.card is None:
        return StageReport(0, "no scorecard is published")
    if run.history:
        rows = fill(given, [day for day in run.days if day < run.as_of])
    else:
        first = first_day(given.lake)
        rows = fill(given, history_days(first, run.as_of), budget_s=BESIDE_S) if first else 0
    return StageReport(rows, f"scorecard {given.card.key} version {given.card.version}")


def state_stage(run: StageRun) -> StageReport:
    """Bring the current state up to date."""
    return refresh(setting(run.slug), run.as_of, full=run.full)


STAGES = (Stage("scores", score_stage), Stage("current state", state_stage))
