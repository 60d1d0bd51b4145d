"""The back-test of a scorecard: ranking, flags, lead time, calibration; who was missed, who feared for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.base.refusals import Conflict, NotFound
from tenure.customers.queries import account_count, accounts_by_ids, accounts_table
from tenure.health.backtest import rows as collecting
from tenure.health.backtest.measures import MeasureRecord, measure_records
from tenure.health.backtest.rows import Outcome
from tenure.health.backtest.verdict import compared, verdict
from tenure.health.belief import Setting, setting
from tenure.health.card import ActiveCard
from tenure.health.jobs import first_day
from tenure.predictions.evaluation import flags, ranking
from tenure.predictions.evaluation.flags import Bin, Flag
from tenure.predictions.evaluation.intervals import Interval
from tenure.tenants.queries import as_of_day, here

HORIZON = 90
ACCOUNTS_MOST = 20_000  # a larger workspace is tested on so many, drawn at random
BEFORE = 30  # days before the outcome at which a good band is a miss
LISTED = 20


class NothingToTest(Conflict):
    """There is no scorecard, or no day of the past that can be tested."""

    code = "nothing_to_test"


@dataclass(frozen=True, slots=True)
class Miss:
    """What the scorecard got wrong: somebody in the best band `BEFORE` days before leaving, or somebody in the worst
    for `days` who stayed (`left_on` None)."""

    id: int
    account: str
    name: str
    day: date
    score: float
    band: str
    mrr: float | None
    left_on: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Record:
    """How good a scorecard was on the days from `first` to `last`, of which there are `dates`.

    `rows`: customers on those days, of `accounts` different ones, `unknown` of them without a score; `left_accounts`:
    how many met the outcome. `auc` with its interval by account; `lead_days`: the median, over those who left and were
    in the worst band on the last date before, of the days since they entered it; `caught` of them, `missed` the others.
    `drawn_from`: how many accounts the workspace has, of which `ACCOUNTS_MOST` were drawn at random and tested; None
    where all of them were.
    """

    scorecard: str
    version: int
    outcome: Outcome
    horizon: int
    first: date
    last: date
    dates: int
    rows: int
    unknown: int
    accounts: int
    left_accounts: int
    auc: Interval | None
    flags: tuple[Flag, ...]
    calibration: tuple[Bin, ...]
    lead_days: float | None
    caught: int
    missed: int
    misses: tuple[Miss, ...]
    false_alarms: tuple[Miss, ...]
    verdict: str
    drawn_from: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scorecards on the same customers and days. `difference`: how much higher the AUC of the first is, on the
    rows that both score, with the interval of the pair; None where that cannot be said. `on_both`: the AUC of each on
    those rows, which their records do not say: those are of all rows that each card scores."""

    first: Record
    second: Record
    on_both: tuple[float, float] | None
    difference: Interval | None
    verdict: str


def of_workspace(*, scorecard: str | None = None, outcome: Outcome = "churn", horizon: int = HORIZON) -> Record:
    """Test the scorecard in force in the ambient workspace, by what is known on its day. `scorecard` names it, so that
    no other is taken for it: refuses with `NotFound` then, and as `backtest` does."""
    view = here()
    given = setting(view.slug)
    if scorecard is not None and (given.card is None or given.card.key != scorecard):
        raise NotFound(f"No scorecard {scorecard!r} is in force.")
    return backtest(given, known=as_of_day(view), outcome=outcome, horizon=horizon)


def measures_of_workspace(*, horizon: int = HORIZON) -> tuple[MeasureRecord, ...]:
    """How well each measure of the ambient workspace alone told who leaves; best first."""
    view = here()
    given, known = setting(view.slug), as_of_day(view)
    begin = first_day(given.lake)
    days = collecting.weekly(begin, known - timedelta(days=horizon)) if begin else []
    accounts = _drawn(ACCOUNTS_MOST)
    many = account_count() if accounts is None else len(accounts)
    return measure_records(given, days, horizon=horizon, known=known, accounts=accounts, many=many)


def backtest(
    given: Setting, *, known: date, outcome: Outcome = "churn", horizon: int = HORIZON, first: date | None = None
) -> Record:
    """Test the scorecard in force on every Monday (from `first` on) whose horizon had passed by `known`. Refuses with
    `NothingToTest`."""
    if given.card is None:
        raise NothingToTest("No scorecard is published. Import data, then run the cycle: `tenure run`.")
    days, (rows,), drawn_from = _collected(given, [given.card], known, outcome, horizon, first)
    return _record(given.card, rows, days, outcome, horizon, drawn_from)


def compare(
    given: Setting,
    first: ActiveCard,
    second: ActiveCard,
    *,
    known: date,
    outcome: Outcome = "churn",
    horizon: int = HORIZON,
    since: date | None = None,
) -> Comparison:
    """Test two scorecards, of which neither needs to be published, on the same Mondays and customers. Refuses as
    `backtest` does."""
    days, (one, other), drawn_from = _collected(given, [first, second], known, outcome, horizon, since)
    on_both, apart = _apart(one, other)
    return Comparison(
        first=_record(first, one, days, outcome, horizon, drawn_from),
        second=_record(second, other, days, outcome, horizon, drawn_from),
        on_both=on_both,
        difference=apart,
        verdict=compared(apart),
    )


def _collected(
    given: Setting, cards: Sequence[ActiveCard], known: date, outcome: Outcome, horizon: int, first: date | None
) -> tuple[list[date], tuple[pa.Table, ...], int | None]:
    """The days, the rows of each card on them, and of how many accounts those tested were drawn."""
    begin = first or first_day(given.lake)
    days = collecting.weekly(begin, known - timedelta(days=horizon)) if begin else []
    if not days:
        raise NothingToTest(f"No day of the past is {horizon} days old yet. Test later, or with a shorter horizon.")
    drawn = _drawn(ACCOUNTS_MOST)
    every = collecting.collect(given, cards, days, horizon=horizon, outcome=outcome, known=known, accounts=drawn)
    if not every[0].num_rows:
        raise NothingToTest("On none of the days that can be tested was anybody a customer.")
    return days, every, None if drawn is None else account_count()


def _drawn(most: int) -> list[int] | None:
    """At most so many accounts, the same each time; None for all of them."""
    if account_count() <= most:
        return None
    every = accounts_table()["account"].to_numpy()
    return sorted(np.random.default_rng(1).choice(every, most, replace=False).tolist())


def _apart(one: pa.Table, other: pa.Table) -> tuple[tuple[float, float] | None, Interval | None]:
    """The AUC of each on the rows that both score, and how much higher that of the first is."""
    both = pc.and_(pc.is_valid(one["score"]), pc.is_valid(other["score"]))
    one, other = one.filter(both), other.filter(both)
    if not one.num_rows:
        return None, None
    left = pc.is_valid(one["left_on"]).to_numpy()
    risk, against = -one["score"].to_numpy(), -other["score"].to_numpy()
    each = ranking.point(risk, left), ranking.point(against, left)
    on_both = (each[0], each[1]) if each[0] is not None and each[1] is not None else None
    return on_both, ranking.difference(risk, against, left, one["account"].to_numpy())


def _record(
    card: ActiveCard, every: pa.Table, days: Sequence[date], outcome: Outcome, horizon: int, drawn_from: int | None
) -> Record:
    scored = collecting.known_scores(every)
    left = pc.is_valid(scored["left_on"]).to_numpy()
    score, account = scored["score"].to_numpy(), scored["account"].to_numpy()
    bands = card.body.bands_ascending()
    auc = ranking.auc(-score, left, account) if scored.num_rows else None
    gone = pc.count_distinct(every.filter(pc.is_valid(every["left_on"]))["account"]).as_py()
    leavers = pc.unique(scored.filter(pc.is_valid(scored["left_on"]))["account"])
    courses = _courses(scored.filter(pc.is_in(scored["account"], value_set=leavers)))
    leads = [_lead(course, bands[0].key) for course in courses if course[-1]["left_on"] is not None]
    caught = [days for days in leads if days is not None]
    return Record(
        scorecard=card.key,
        version=card.version,
        outcome=outcome,
        horizon=horizon,
        first=days[0],
        last=days[-1],
        dates=len(days),
        rows=every.num_rows,
        unknown=every.num_rows - scored.num_rows,
        accounts=pc.count_distinct(every["account"]).as_py(),
        left_accounts=gone,
        auc=auc,
        flags=tuple(flags.flags([band.key for band in bands], _bands(scored), left, _money(scored), account)),
        calibration=tuple(flags.calibration(score, left, account)),
        lead_days=median(caught) if caught else None,
        caught=len(caught),
        missed=len(leads) - len(caught),
        misses=_named(_misses(courses, bands[-1].key)),
        false_alarms=_named(_alarms(courses, scored, leavers, bands[0].key)),
        verdict=verdict(auc, outcome=outcome, left=gone),
        drawn_from=drawn_from,
    )


type _Row = dict[str, object]
type _Course = list[_Row]


def _courses(of_leavers: pa.Table) -> list[_Course]:
    """The rows of each account that belong to one stay, oldest first; its end on the last of them, if it ended."""
    rows = of_leavers.sort_by([("account", "ascending"), ("day", "ascending")]).to_pylist()
    found = []
    for _, of_account in groupby(rows, key=lambda row: row["account"]):
        course: _Course = []
        for row in of_account:
            if course and course[-1]["left_on"] is not None and row["day"] >= course[-1]["left_on"]:
                found.append(course)
                course = []
            course.append(row)
        found.append(course)
    return found


def _lead(course: _Course, worst: str) -> int | None:
    """Days from the last entry into the worst band to the end; None when it was not there on the last date before."""
    left_on = course[-1]["left_on"]
    assert isinstance(left_on, date)
    entered = None
    for row in reversed([row for row in course if _day(row) < left_on]):
        if row["band"] != worst:
            break
        entered = _day(row)
    return None if entered is None else (left_on - entered).days


def _misses(courses: Sequence[_Course], best: str) -> list[tuple[_Row, int]]:
    """Who was in the best band `BEFORE` days before leaving; the most money first."""
    found = []
    for course in courses:
        left_on = course[-1]["left_on"]
        if not isinstance(left_on, date):
            continue
        before = [row for row in course if _day(row) <= left_on - timedelta(days=BEFORE)]
        if before and before[-1]["band"] == best:
            found.append(({**before[-1], "left_on": left_on}, (left_on - _day(before[-1])).days))
    return sorted(found, key=_worth)[:LISTED]


def _alarms(courses: Sequence[_Course], scored: pa.Table, leavers: pa.Array, worst: str) -> list[tuple[_Row, int]]:
    """Who was in the worst band and stayed, with the days from the first such date to the last; most money first."""
    found = []
    for course in courses:
        bad = [row for row in course if row["band"] == worst and row["left_on"] is None]
        if bad and course[-1]["left_on"] is None:
            found.append((bad[-1], (_day(bad[-1]) - _day(bad[0])).days))
    never_left = pc.invert(pc.is_in(scored["account"], value_set=leavers))
    red = scored.filter(pc.and_(pc.equal(scored["band"], worst), never_left))
    spans = red.group_by("account").aggregate([("day", "min"), ("day", "max")])
    last = red.join(spans, ["account", "day"], ["account", "day_max"], join_type="inner")
    found += [(row, (_day(row) - row["day_min"]).days) for row in last.to_pylist()]
    return sorted(found, key=_worth)[:LISTED]


def _worth(found: tuple[_Row, int]) -> tuple[float, str]:
    money = found[0]["mrr"]
    return -(money if isinstance(money, float) and money == money else 0.0), str(found[0]["account"])


def _named(found: Sequence[tuple[_Row, int]]) -> tuple[Miss, ...]:
    known = accounts_by_ids([_id(row) for row, _ in found])
    return tuple(
        Miss(
            id=_id(row),
            account=known[_id(row)].external_id if _id(row) in known else str(row["account"]),
            name=known[_id(row)].name if _id(row) in known else "",
            day=_day(row),
            score=float(str(row["score"])),
            band=str(row["band"]),
            mrr=row["mrr"] if isinstance(row["mrr"], float) else None,
            left_on=row["left_on"] if isinstance(row["left_on"], date) else None,
            days=days,
        )
        for row, days in found
    )


def _id(row: _Row) -> int:
    return int(str(row["account"]))


def _day(row: _Row) -> date:
    day = row["day"]
    assert isinstance(day, date)
    return day


def _bands(table: pa.Table) -> NDArray[np.str_]:
    named = table["band"].combine_chunks().dictionary_encode()
    names: NDArray[np.str_] = np.array(named.dictionary.to_pylist(), dtype=str)
    found: NDArray[np.str_] = names[named.indices.to_numpy()]
    return found


def _money(table: pa.Table) -> NDArray[np.float64]:
    found: NDArray[np.float64] = pc.fill_null(table["mrr"], float("nan")).to_numpy()
    return found
