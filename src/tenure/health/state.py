"""Builds the current state: facts and scores side by side, with trend, sparkline and the reason that weighs most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.health import words
from tenure.health.card import ActiveCard
from tenure.health.rules import reasons, rounding

type Floats = NDArray[np.float64]

DAYS = 90  # points of a sparkline, the last of them the as-of day
TRENDS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Past:
    """Scores of n accounts on the days before as_of: `recent` is n × 89 (oldest first), `ago` by number of days."""

    recent: Floats
    ago: Mapping[int, Floats]


def past(ids: pa.Array, stored: pa.Table, as_of: date) -> Past:
    """The past of the accounts `ids` (ascending) out of `stored` (account, day, score)."""
    wide = np.full((len(ids), DAYS + 1), np.nan)
    row = pc.index_in(stored["account"].combine_chunks(), ids).to_numpy(zero_copy_only=False)
    first = (as_of - timedelta(days=DAYS) - date(1970, 1, 1)).days
    place = stored["day"].combine_chunks().cast(pa.int32()).to_numpy() - first
    score = pc.fill_null(stored["score"].combine_chunks(), float("nan")).to_numpy()
    kept = ~np.isnan(row.astype(float)) & (place >= 0) & (place < DAYS)
    wide[row[kept].astype(np.int64), place[kept]] = score[kept]
    return Past(recent=wide[:, 1:DAYS], ago={days: wide[:, DAYS - days] for days in TRENDS})


def past_of(state: pa.Table, ids: pa.Array) -> Past:
    """The past of the accounts `ids` as a state of the same day has it; unknown to it: no past."""
    place = pc.index_in(ids, state["id"].combine_chunks())
    rows = state.select(["sparkline", *(f"score_{days}d_ago" for days in TRENDS)]).take(place)
    lines = rows["sparkline"].to_pylist()
    recent = np.array(
        [[np.nan if each is None else each for each in line[:-1]] if line else [np.nan] * (DAYS - 1) for line in lines],
        dtype=float,
    ).reshape(len(ids), DAYS - 1)
    return Past(recent, {days: _floats(rows[f"score_{days}d_ago"]) for days in TRENDS})


def build(*, facts: pa.Table, scores: pa.Table, before: Past, card: ActiveCard | None, names: words.Names) -> pa.Table:
    """One row for each row of `facts` (sorted by id), those without a score with nulls."""
    ids = _ids(facts)
    place = pc.index_in(ids, scores["account"].combine_chunks())
    by_account = scores.take(place)
    score = _floats(by_account["score"])
    added: dict[str, pa.Array] = {
        "score": _nullable(score),
        "raw": by_account["raw"].combine_chunks(),
        "band": by_account["band"].combine_chunks(),
        "coverage": by_account["coverage"].combine_chunks(),
        "scorecard": by_account["scorecard"].combine_chunks(),
        "scorecard_version": by_account["version"].combine_chunks(),
        "scorecard_profile": by_account["profile"].combine_chunks(),
        "inputs": by_account["inputs"].combine_chunks(),
        "adjustments": by_account["adjustments"].combine_chunks(),
        "sparkline": _sparkline(np.concatenate([before.recent, score[:, None]], axis=1)),
    }
    for days in TRENDS:
        added[f"score_{days}d_ago"] = _nullable(before.ago[days])
        added[f"trend_{days}d"] = _nullable(score - before.ago[days])
    top = top_reasons(scores, card, names)
    added["top_reason"] = top["text"].take(place).combine_chunks()
    added["top_reason_points"] = top["points"].take(place).combine_chunks()
    added["frozen_measures"] = top["frozen"].take(place).combine_chunks()
    if "owner_id" in facts.column_names:
        added["owner_id"] = facts["owner_id"].cast(pa.int64()).combine_chunks()
    kept = facts.select([name for name in facts.column_names if name not in added])
    return pa.table([*kept.columns, *added.values()], names=[*kept.column_names, *added])


def merge(older: pa.Table, newer: pa.Table, touched: Sequence[int]) -> pa.Table | None:
    """`older` with the rows of `newer` in the places of those `touched`, by id; None when their columns differ.

    Who was touched and has no row any more (merged into another) is gone.
    """
    if older.schema.remove_metadata() != newer.schema.remove_metadata():
        return None
    before = older["id"].to_numpy()
    kept = np.flatnonzero(~np.isin(before, touched))
    place = np.concatenate([kept, len(before) + np.arange(newer.num_rows)])
    order = np.argsort(np.concatenate([before[kept], newer["id"].to_numpy()]))
    return pa.concat_tables([older, newer]).take(place[order])


def top_reasons(scores: pa.Table, card: ActiveCard | None, names: words.Names) -> pa.Table:
    """For each row of `scores` the reason that takes most points, in words (null where none takes a whole point),
    what it takes, and how many of its inputs are frozen. Rounded as the whole waterfall is."""
    rows = scores.num_rows
    inputs, adjustments = _lists(scores, "inputs"), _lists(scores, "adjustments")
    matrix = np.concatenate([inputs.matrix(rows), adjustments.matrix(rows), np.zeros((rows, 1))], axis=1)
    totals = np.floor(np.round(-matrix.sum(axis=1), 9) + 0.5).astype(np.int64)
    worst = matrix.argmax(axis=1)
    takes = -rounding.to_totals(-matrix, totals)[np.arange(rows), worst]
    said = np.full(rows, None, dtype=object)
    profiles = {each.profile.key: each.profile for each in card.profiles} if card else {}
    measures = {key: {m.key: m for _, m in profile.measures()} for key, profile in profiles.items()}
    of_row = scores["profile"].to_pylist()
    chosen = np.flatnonzero((takes > 0) & (worst < inputs.width))
    for row, struct in zip(chosen, inputs.at(chosen, worst[chosen]), strict=True):
        each = reasons.Input(**struct)
        said[row] = words.input_line(-int(takes[row]), each, measures.get(of_row[row], {}).get(each.measure), names)
    chosen = np.flatnonzero((takes > 0) & (worst >= inputs.width) & (worst < inputs.width + adjustments.width))
    for row, struct in zip(chosen, adjustments.at(chosen, worst[chosen] - inputs.width), strict=True):
        said[row] = words.adjustment_line(-int(takes[row]), reasons.Adjustment(**struct), profiles.get(of_row[row]))
    frozen = inputs.count_by_row(pc.is_valid(inputs.flat.field("stale_since")), rows)
    return pa.table(
        {
            "text": pa.array(said, pa.string()),
            "points": pa.array(takes, pa.int64()),
            "frozen": pa.array(frozen, pa.int64()),
        }
    )


@dataclass(frozen=True, slots=True)
class _Lists:
    """A column of lists of structs, flat, with the row and the place in the row of each struct."""

    flat: pa.StructArray
    row: NDArray[np.int64]
    starts: NDArray[np.int64]
    place: NDArray[np.int64]
    width: int

    def matrix(self, rows: int) -> Floats:
        """Contributions, a row of the table a row; 0 where a list is shorter."""
        found = np.zeros((rows, self.width))
        found[self.row, self.place] = pc.fill_null(self.flat.field("contribution"), 0.0).to_numpy(zero_copy_only=False)
        return found

    def at(self, rows: NDArray[np.int64], places: NDArray[np.int64]) -> list[dict[str, Any]]:
        """The structs at these places of these rows."""
        found: list[dict[str, Any]] = self.flat.take(pa.array(self.starts[rows] + places)).to_pylist()
        return found

    def count_by_row(self, mask: pa.Array, rows: int) -> NDArray[np.int64]:
        """How many structs of each row `mask` marks."""
        return np.bincount(self.row[mask.to_numpy(zero_copy_only=False).astype(bool)], minlength=rows)


def _lists(scores: pa.Table, column: str) -> _Lists:
    found = scores[column].combine_chunks()
    lists = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else np.zeros(0, np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(lengths.sum()) - np.repeat(starts, lengths)
    return _Lists(lists.flatten(), row, starts, place, int(lengths.max(initial=0)))


def _sparkline(wide: Floats) -> pa.ListArray:
    """Rows of scores as lists of whole numbers, null where unknown."""
    missing = np.isnan(wide).ravel()
    whole = np.floor(np.round(np.nan_to_num(wide), 9) + 0.5).astype(np.int8).ravel()
    ends = np.arange(0, wide.size + 1, wide.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(whole, mask=missing))


def _ids(table: pa.Table) -> pa.Array:
    found = table["id"].combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) and found.num_chunks else found


def _floats(column: pa.ChunkedArray) -> Floats:
    found: Floats = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
    return found


def _nullable(values: Floats) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
