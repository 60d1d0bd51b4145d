"""What a current state says of all customers together, in one piece that can be kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.health import state as building
from tenure.health.contracts import UNKNOWN, Reason
from tenure.health.current import State
from tenure.health.explaining import changes_of
from tenure.health.population import rules
from tenure.health.population.rules import Moves
from tenure.health.rules.score import places
from tenure.measures.contracts import Catalogue

MONTH, WEEK = 30, 7
NEW, LEFT = "new", "left"
MOST_GROUPS = 8
MOST_WORDS = 24  # a field with more values than this puts nobody into groups
NO_GROUPS = frozenset({"band", "status", "parent", "pulse_note"})
MOVERS, REASONS = 5, 2

type Average = float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that have something in common; `averages` by day, oldest first; `changed` in 30 days, as a share."""

    label: str
    accounts: int
    averages: tuple[Average, ...]
    changed: float | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """The customers by what a field says of them, the largest groups first."""

    key: str
    label: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """An account whose score moved by `by` points within a week, with the reasons that weigh most: points and words."""

    account: int
    name: str
    score: float
    band: str
    by: float
    reasons: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Population:
    """The customers of a day. `averages` has the mean score of each of the last 90 days, oldest first, and `changed`
    is by what share it moved in 30; `shares` and `shares_then` (30 days ago) are those of each band."""

    as_of: date
    made_at: datetime
    scorecard: str
    version: int
    scored: int
    averages: tuple[Average, ...]
    changed: float | None
    shares: Mapping[str, float | None]
    shares_then: Mapping[str, float | None]
    distribution: tuple[int, ...]
    moves: Moves
    groupings: tuple[Grouping, ...]
    fell: tuple[Mover, ...]
    rose: tuple[Mover, ...]


def summarised(state: State, catalogue: Catalogue, bands: Sequence[tuple[str, float]], made_at: datetime) -> Population:
    """One pass over the state's scores, one question to the lake for the movers. `bands` are key and start, rising."""
    table, scores = state.table, _scores(state.table)
    names = [name for name, _ in bands]
    now, then = _now(table, names), _then(table, [start for _, start in bands])
    unknown, left, none = len(names), len(names) + 1, -1
    # Who had no score then and is gone now left before.
    then = np.where((then == none) & (now == left), none - 1, then)
    averages = rules.averages(scores)
    present, past = now[(now >= 0) & (now <= unknown)], then[then >= 0]
    fell, rose = _movers(state)
    return Population(
        as_of=state.as_of,
        made_at=made_at,
        scorecard=state.scorecard,
        version=state.version,
        scored=int((~np.isnan(scores[:, -1])).sum()),
        averages=_told(averages),
        changed=rules.change(float(averages[-1]), float(averages[-1 - MONTH])),
        shares={name: rules.share(int((present == n).sum()), len(present)) for n, name in enumerate([*names, UNKNOWN])},
        shares_then={name: rules.share(int((past == n).sum()), len(past)) for n, name in enumerate(names)},
        distribution=rules.distribution(scores[:, -1]),
        moves=Moves(
            before=(*names, NEW),
            after=(*names, UNKNOWN, LEFT),
            counts=rules.counted(np.where(then == none, len(names), then), now, rows=len(names) + 1, columns=left + 1),
        ),
        groupings=tuple(_groupings(table, catalogue, scores)),
        fell=fell,
        rose=rose,
    )


def _scores(table: pa.Table) -> rules.Floats:
    """Accounts × the last 90 days: rounded as sparklines are, but for the two days that are compared."""
    flat = pc.fill_null(pc.list_flatten(table["sparkline"].combine_chunks()).cast(pa.float64()), float("nan"))
    found = np.array(flat.to_numpy(), dtype=float).reshape(-1, building.DAYS)
    found[:, -1], found[:, -1 - MONTH] = _floats(table, "score"), _floats(table, f"score_{MONTH}d_ago")
    return found


def _now(table: pa.Table, names: Sequence[str]) -> NDArray[np.int64]:
    """The place of each account's band; then unknown, then left; -1 for who never was a customer."""
    place = pc.index_in(table["band"].combine_chunks().cast(pa.string()), value_set=pa.array([*names, UNKNOWN]))
    found = pc.fill_null(place, -1).to_numpy().astype(np.int64)
    gone = pc.fill_null(pc.equal(table["status"].combine_chunks(), "former"), False).to_numpy(zero_copy_only=False)
    return np.where(gone, len(names) + 1, found)


def _then(table: pa.Table, starts: Sequence[float]) -> NDArray[np.int64]:
    """The place of the band that each account's score of 30 days ago is in; -1 without one."""
    score = _floats(table, f"score_{MONTH}d_ago")
    return np.where(np.isnan(score) | (len(starts) == 0), -1, places(np.nan_to_num(score), starts))


def _floats(table: pa.Table, name: str) -> rules.Floats:
    found: rules.Floats = pc.fill_null(table[name].combine_chunks().cast(pa.float64()), float("nan")).to_numpy()
    return found


def _told(averages: rules.Floats) -> tuple[Average, ...]:
    return tuple(None if np.isnan(each) else float(each) for each in averages)


def _groupings(table: pa.Table, catalogue: Catalogue, scores: rules.Floats) -> list[Grouping]:
    """By segment, and by each field that has few words, or yes and no."""
    scored = ~np.isnan(scores[:, -1])
    found = list(_by_segment(table, catalogue, scores, scored))
    for field in (each for each in catalogue.fields if each.kind != "segment"):
        words = _words(table, field.column)
        if words is None:
            continue
        names, codes = words
        sizes = np.bincount(codes[scored & (codes >= 0)], minlength=len(names))
        groups = tuple(_group(names[n], int(sizes[n]), rules.averages(scores[codes == n])) for n in _largest(sizes))
        if len(groups) > 1:
            found.append(Grouping(field.column, field.label or field.key, groups))
    return found


def _by_segment(
    table: pa.Table, catalogue: Catalogue, scores: rules.Floats, scored: NDArray[np.bool_]
) -> Iterator[Grouping]:
    """The members of each segment now; who is in two counts in both."""
    segments = [each for each in catalogue.fields if each.kind == "segment" and each.column in table.column_names]
    inside = [pc.fill_null(table[each.column], False).to_numpy() for each in segments]
    sizes = np.array([int((scored & each).sum()) for each in inside], dtype=np.int64)
    groups = tuple(
        _group(segments[n].label or segments[n].key, int(sizes[n]), rules.averages(scores[inside[n]]))
        for n in _largest(sizes)
    )
    if groups:
        yield Grouping("segment", "Segment", groups)


def _largest(sizes: NDArray[np.int64]) -> list[int]:
    return [int(n) for n in np.argsort(-sizes, kind="stable")[:MOST_GROUPS] if sizes[n]]


def _words(table: pa.Table, name: str) -> tuple[list[str], NDArray[np.int64]] | None:
    """The values of a column and each row's place among them, -1 for none; None for a column that makes no groups."""
    if name not in table.column_names or name in NO_GROUPS:
        return None
    column = table[name].combine_chunks()
    if pa.types.is_boolean(column.type):
        column = pc.if_else(column, pa.scalar("Yes"), pa.scalar("No"))
    elif not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        return None
    coded = column.cast(pa.string()).dictionary_encode()
    names = coded.dictionary.to_pylist()
    if not 1 < len(names) <= MOST_WORDS:
        return None
    return names, pc.fill_null(coded.indices, -1).to_numpy().astype(np.int64)


def _group(label: str, accounts: int, averages: rules.Floats) -> Group:
    changed = rules.change(float(averages[-1]), float(averages[-1 - MONTH]))
    return Group(label, accounts, _told(averages), changed)


def _movers(state: State) -> tuple[tuple[Mover, ...], tuple[Mover, ...]]:
    """Those who fell and those who rose most in seven days."""
    trend = np.nan_to_num(_floats(state.table, f"trend_{WEEK}d"))
    order = np.argsort(trend, kind="stable")
    fell = [int(at) for at in order[:MOVERS] if trend[at] <= -1]
    rose = [int(at) for at in order[::-1][:MOVERS] if trend[at] >= 1]
    rows = state.table.drop_columns(["sparkline"]).take(pa.array(fell + rose, pa.int64())).to_pylist()
    told = changes_of(rows, state.as_of - timedelta(days=WEEK), state.as_of)
    listed = [_mover(row, told[row["id"]].reasons if row["id"] in told else ()) for row in rows]
    return tuple(listed[: len(fell)]), tuple(listed[len(fell) :])


def _mover(row: Mapping[str, object], reasons: Sequence[Reason]) -> Mover:
    by = float(str(row[f"trend_{WEEK}d"]))
    same = [each for each in reasons if each.shown and (each.shown > 0) == (by > 0)]
    same.sort(key=lambda each: -abs(each.effect))
    return Mover(
        account=int(str(row["id"])),
        name=str(row["name"] or row["external_id"]),
        score=float(str(row["score"])),
        band=str(row["band"]),
        by=by,
        reasons=tuple((float(each.shown), each.words) for each in same[:REASONS]),
    )
