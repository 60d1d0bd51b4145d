"""When an account leaves, was its score good a month before? Then a review opens."""

import math
from collections import defaultdict
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import clock, outbox
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.health import belief, current
from tenure.health.backtest.record import BEFORE
from tenure.health.belief import Setting
from tenure.health.contracts import ReviewOpened
from tenure.health.models import MissReview
from tenure.measures.queries import facts as facts_of
from tenure.measures.queries import published

LATELY = timedelta(days=60)
NEAR = 7  # the weeks of old history have one scored day each

_seen: dict[str, set[tuple[int, date]]] = {}


def stage(run: StageRun) -> StageReport:
    """Open a review for each departure of the last 60 days whose score was in the best band a month before."""
    given, state = belief.setting(run.slug), current.latest(run.slug)
    if given.card is None or state is None:
        return StageReport(0, "no scores yet")
    left = _left(state.table, state.as_of)
    fresh = set(left) - _seen.setdefault(given.lake.root, set())
    if not fresh:
        return StageReport()
    known = set(
        MissReview.objects.filter(account_id__in=[one for one, _ in fresh]).values_list("account_id", "left_on")
    )
    opened = _open(given, sorted(fresh - known))
    _seen[given.lake.root] |= fresh
    return StageReport(opened)


def _left(table: pa.Table, as_of: date) -> list[tuple[int, date]]:
    if "lost_on" not in table.column_names:
        return []
    since = pa.scalar(as_of - LATELY, pa.date32())
    lately = table.select(["id", "status", "lost_on"]).filter(
        pc.and_(pc.equal(table["status"], "former"), pc.fill_null(pc.greater_equal(table["lost_on"], since), False))
    )
    return list(zip(lately["id"].to_pylist(), lately["lost_on"].to_pylist(), strict=True))


def _open(given: Setting, left: list[tuple[int, date]]) -> int:
    assert given.card is not None
    scored, best = belief.stored_days(given.lake), given.card.body.bands_ascending()[-1].key
    by_day: dict[date, dict[int, date]] = defaultdict(dict)
    for account, left_on in left:
        wanted = left_on - timedelta(days=BEFORE)
        day = next((d for n in range(NEAR) if (d := wanted - timedelta(days=n)) in scored), None)
        if day is not None:
            by_day[day][account] = left_on
    opened = 0
    for day, accounts in by_day.items():
        rows = belief.stored_scores_of(given.lake, [(account, day) for account in accounts])
        rows = rows.filter(pc.equal(rows["band"], best)).drop_columns(["inputs", "adjustments"]).to_pylist()
        facts = _facts(day, [row["account"] for row in rows])
        for row in rows:
            made, new = MissReview.objects.get_or_create(
                account_id=row["account"],
                left_on=accounts[row["account"]],
                defaults={
                    "day": day, "score": row["score"], "band": row["band"], "scorecard": row["scorecard"],
                    "version": row["version"], "facts": facts.get(row["account"], {}), "opened_at": clock.now(),
                },
            )  # fmt: skip
            if new:
                outbox.add(ReviewOpened(review=made.pk, account=row["account"]))
            opened += new
    return opened


def _facts(day: date, accounts: list[int]) -> dict[int, dict[str, float]]:
    """What the measures said of the accounts on the day; unknown values are left out."""
    if not accounts:
        return {}
    keys = list(published())
    rows = facts_of(entity="account", as_of=day, ids=accounts, only=keys).to_pylist()
    return {
        row["id"]: {key: value for key in keys if isinstance(value := row.get(key), float) and math.isfinite(value)}
        for row in rows
    }


STAGE = Stage("reviews", stage)
