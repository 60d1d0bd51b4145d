"""Accounts that moved into the lowest band or out of it between two days, with what moved them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.health import current
from tenure.health import state as building
from tenure.health.contracts import Change
from tenure.health.current import State
from tenure.health.queries import REASONS_NEED, NoScores, changes_of, scorecard, state_as_of
from tenure.health.scorecard import Band

ROUNDED = 1.0
"""The course of a score is kept in whole points: who was that near to the edge is looked up exactly."""
FARTHEST = 30

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """An account that crossed the edge of the lowest band; `change` says why, where the score of then is written and
    was asked for. `mrr` is what it pays a month, in units of the workspace's money, 0 where that is unknown."""

    account: int
    name: str
    mrr: float
    change: Change | None


@dataclass(frozen=True, slots=True)
class Crossings:
    """Who fell into `band` and who rose out of it, the most money first."""

    band: Band
    fell: tuple[Crossing, ...]
    rose: tuple[Crossing, ...]


def crossings(
    as_of: date, back: int, *, owners: Sequence[int] | None = None, told: int | None = None
) -> Crossings | None:
    """Since `back` days ago (1 to 30), of all accounts or of those of `owners`. None before the first run, or where
    there is one band only.

    One pass over the day's state, one question to the lake: for the changes of the first `told` of each side, of all
    where it is None. Of days whose score is not kept exactly all that come near are asked for.
    """
    card = scorecard()
    bands = card[2].bands_ascending() if card else ()
    if len(bands) < 2:
        return None
    try:
        state = state_as_of(as_of)
    except NoScores:
        return None
    back, edge = min(max(back, 1), FARTHEST), bands[1].start
    now = _floats(state.table["score"])
    then, exact = _then(state, back)
    falls = _near(state, now, then, edge, slack=0.0 if exact else ROUNDED, owners=owners)
    money = _floats(state.table["mrr"]) if "mrr" in state.table.column_names else np.zeros(len(now))
    falls.sort(key=lambda n: -np.nan_to_num(money[n]))
    sides = [n for n in falls if now[n] < edge], [n for n in falls if now[n] >= edge]
    asked = [n for side in sides for n in (side[:told] if exact else side)]
    rows = state.table.select(["id", *REASONS_NEED]).take(pa.array(asked, pa.int64())).to_pylist() if asked else []
    changes = changes_of(rows, as_of - timedelta(days=back), as_of)

    def made(side: Sequence[int]) -> tuple[Crossing, ...]:
        found = []
        for n in side:
            account = int(state.ids[n])
            change = changes.get(account)
            # Where the state does not keep it exactly, by the score of then as it is written.
            before = change.then if change and not exact else then[n]
            if (before >= edge) != (now[n] >= edge):
                name = state.table["name"][n].as_py() or state.table["external_id"][n].as_py()
                found.append(Crossing(account, str(name), float(np.nan_to_num(money[n])), change))
        return tuple(found)

    return Crossings(bands[0], made(sides[0]), made(sides[1]))


def _then(state: State, back: int) -> tuple[Floats, bool]:
    """The score of so many days ago, NaN where there was none, and whether it is exact."""
    kept = f"score_{back}d_ago"
    if kept in state.table.column_names:
        return _floats(state.table[kept]), True
    course = state.table["sparkline"].combine_chunks()
    found = _floats(pa.chunked_array([pc.list_element(course, building.DAYS - 1 - back)]))
    return np.where(found < 0, np.nan, found), False


def _near(
    state: State, now: Floats, then: Floats, edge: float, *, slack: float, owners: Sequence[int] | None
) -> list[int]:
    """The places of those who crossed the edge, or may have by so much."""
    crossed = np.where(now < edge, then >= edge - slack, then <= edge + slack if slack else then < edge)
    places = np.flatnonzero(crossed & ~np.isnan(now) & ~np.isnan(then))
    if owners is not None and len(places):
        hers = current.select_ids(state, owners=owners)
        places = places[np.isin(state.ids[places], np.array(hers, dtype=np.int64))]
    found: list[int] = places.tolist()
    return found


def _floats(column: pa.ChunkedArray) -> Floats:
    found: Floats = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
    return found


def reasons_of(change: Change | None) -> list[tuple[int, str]]:
    """What moved a score, the strongest first: points and words, without the two days."""
    if change is None:
        return []
    shown = sorted((each for each in change.reasons if each.shown), key=lambda each: -abs(each.effect))
    return [(each.shown, _without_days(each.words, change)) for each in shown]


def _without_days(words: str, change: Change) -> str:
    for day in change.days:
        words = words.replace(f" ({day.day} {day:%b %Y})", "")
    return words
