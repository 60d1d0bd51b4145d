"""What a draft would change: today's bands, who moves and why, entries into the worst band. Pure: two tables of scores
(`SCORES`), of the published card and of the draft, from the same facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.health.backtest import Comparison, Record
from tenure.predictions.evaluation.intervals import Interval

LISTED = 50
TOLD = 3  # reasons of one account
NOT_SCORED = "none"
"""The band of who is scored by one of the two cards only."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that changes band. `reasons`: label and points, positive where the draft gives more; the largest."""

    account: int
    name: str
    owner: str
    mrr: float | None
    before: float | None
    before_band: str
    after: float | None
    after_band: str
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The customers of the day: how many from which band to which, and those that move, the most MRR first."""

    day: date
    accounts: int
    moved: int
    matrix: tuple[tuple[str, str, int], ...]
    listed: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class OwnerEntries:
    """Entries into the worst band of one CSM's `accounts`, a week, under each card."""

    owner: str
    accounts: int
    published: float
    draft: float


@dataclass(frozen=True, slots=True)
class Entries:
    """How many accounts entered the worst band in each week (named by its last day), under each card."""

    weeks: tuple[date, ...]
    published: tuple[int, ...]
    draft: tuple[int, ...]
    owners: tuple[OwnerEntries, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """A back-test in short. `auc` and `precision` (of the worst band) as value, low, high."""

    first: date
    last: date
    rows: int
    left: int
    auc: tuple[float, float, float] | None
    precision: tuple[float, float, float] | None
    flagged: int
    lead_days: float | None
    caught: int
    missed: int


@dataclass(frozen=True, slots=True)
class Course:
    """Both back-tests, on the same customers and days; `verdict` says what their paired difference (AUC of the draft
    less that of the published: value, low, high) allows to say. `on_both`: the AUC of the published and of the draft on
    the rows that both score. `problem` where there is none."""

    published: Tested | None = None
    draft: Tested | None = None
    on_both: tuple[float, float] | None = None
    difference: tuple[float, float, float] | None = None
    verdict: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is known so far: each piece comes when it is done."""

    today: Today | None = None
    entries: Entries | None = None
    course: Course | None = None


def today(published: pa.Table, draft: pa.Table, *, day: date, mrr: Mapping[int, float | None]) -> Today:
    """Who is where under each card. Names, owners and reasons' labels are the caller's to fill in: `reasons` hold keys,
    kinds of adjustments with a colon in front (`cap:overdue`)."""
    accounts = np.union1d(_ids(published), _ids(draft))
    before, after = _bands(published, accounts), _bands(draft, accounts)
    pairs: dict[tuple[str, str], int] = {}
    for pair in zip(before, after, strict=True):
        pairs[pair] = pairs.get(pair, 0) + 1
    moved = [int(accounts[n]) for n in range(len(accounts)) if before[n] != after[n]]
    chosen = sorted(moved, key=lambda each: (-(mrr.get(each) or 0.0), each))[:LISTED]
    return Today(
        day=day,
        accounts=len(accounts),
        moved=len(moved),
        matrix=tuple((one, other, count) for (one, other), count in sorted(pairs.items())),
        listed=tuple(_moved(chosen, published, draft, mrr)),
    )


def _moved(chosen: Sequence[int], published: pa.Table, draft: pa.Table, mrr: Mapping[int, float | None]) -> list[Moved]:
    one, other = _rows(published, chosen), _rows(draft, chosen)
    return [_moved_one(each, one.get(each, {}), other.get(each, {}), mrr.get(each)) for each in chosen]


def _moved_one(account: int, before: Mapping[str, object], after: Mapping[str, object], mrr: float | None) -> Moved:
    took, takes = _takes(before), _takes(after)
    effects = {key: took.get(key, 0.0) - takes.get(key, 0.0) for key in (*took, *takes)}
    told = sorted(effects.items(), key=lambda item: (-abs(item[1]), item[0]))
    both = bool(before) and bool(after)
    return Moved(
        account=account,
        name="",
        owner="",
        mrr=mrr,
        before=_score(before),
        before_band=str(before.get("band", NOT_SCORED)),
        after=_score(after),
        after_band=str(after.get("band", NOT_SCORED)),
        reasons=tuple((key, effect) for key, effect in told[:TOLD] if abs(effect) >= 0.05) if both else (),
    )


def _takes(row: Mapping[str, object]) -> dict[str, float]:
    """What each input and adjustment takes from 100."""
    found: dict[str, float] = {}
    inputs, adjustments = row.get("inputs") or (), row.get("adjustments") or ()
    assert isinstance(inputs, list | tuple)
    assert isinstance(adjustments, list | tuple)
    for each in inputs:
        found[each["measure"]] = found.get(each["measure"], 0.0) + (each["contribution"] or 0.0)
    for each in adjustments:
        key = f"{each['kind']}:{each['key']}"
        found[key] = found.get(key, 0.0) + each["contribution"]
    return found


def _score(row: Mapping[str, object]) -> float | None:
    score = row.get("score")
    return score if isinstance(score, float) else None


def _rows(scores: pa.Table, accounts: Sequence[int]) -> dict[int, dict[str, object]]:
    columns = scores.select(["account", "score", "band", "inputs", "adjustments"])
    found = columns.filter(pc.is_in(columns["account"], value_set=pa.array(accounts, pa.int64()))).to_pylist()
    return {row["account"]: row for row in found}


def _ids(scores: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = scores["account"].to_numpy()
    return found


def _bands(scores: pa.Table, accounts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    known = dict(zip(scores["account"].to_pylist(), scores["band"].to_pylist(), strict=True))
    return [known.get(int(each), NOT_SCORED) for each in accounts]


def entries(
    published: pa.Table, draft: pa.Table, *, worst: tuple[str, str], days: Sequence[date], owners: Mapping[int, str]
) -> Entries:
    """Entries over the weeks between `days` (ascending) under each card; `worst` are their worst bands. Both tables
    have `day`, `account`, `band`. An account enters when it is in the worst band and was not a week before, scored then
    or not. `owners` are those of today: whose accounts they are now."""
    found = [_entered(table, band, days) for table, band in zip((published, draft), worst, strict=True)]
    weeks = len(days) - 1
    held: dict[str, int] = {}
    for owner in owners.values():
        held[owner] = held.get(owner, 0) + 1
    sums = [_by_owner(each, owners) for each in found]
    return Entries(
        weeks=tuple(days[1:]),
        published=tuple(len(week) for week in found[0]),
        draft=tuple(len(week) for week in found[1]),
        owners=tuple(
            OwnerEntries(owner, accounts, sums[0].get(owner, 0) / weeks, sums[1].get(owner, 0) / weeks)
            for owner, accounts in sorted(held.items(), key=lambda item: (not item[0], item[0].casefold()))
        ),
    )


def _entered(scores: pa.Table, worst: str, days: Sequence[date]) -> list[set[int]]:
    bad = scores.filter(pc.equal(scores["band"], worst))
    on: dict[date, set[int]] = {day: set() for day in days}
    for day, account in zip(bad["day"].to_pylist(), bad["account"].to_pylist(), strict=True):
        on[day].add(account)
    return [on[now] - on[then] for then, now in pairwise(days)]


def _by_owner(weeks: Sequence[set[int]], owners: Mapping[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for account in (each for week in weeks for each in week):
        owner = owners.get(account)
        if owner is not None:
            found[owner] = found.get(owner, 0) + 1
    return found


def course(found: Comparison) -> Course:
    """A comparison of the draft, first, with the published card."""
    on_both = found.on_both and (found.on_both[1], found.on_both[0])
    return Course(tested(found.second), tested(found.first), on_both, _interval(found.difference), found.verdict)


def tested(record: Record) -> Tested:
    """A back-test in short; its first flag is the worst band."""
    worst = record.flags[0]
    return Tested(
        record.first, record.last, record.rows, record.left_accounts, _interval(record.auc), _interval(worst.precision),
        worst.rows, record.lead_days, record.caught, record.missed,
    )  # fmt: skip


def _interval(found: Interval | None) -> tuple[float, float, float] | None:
    return None if found is None else (found.value, found.low, found.high)
