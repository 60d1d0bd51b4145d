"""Scores as Arrow: from columns of the rules to rows of the lake's `scores`, and back to one account's day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tenure.events.contracts import SCORE_ADJUSTMENT, SCORE_INPUT, SCORES
from tenure.health.rules.reasons import Adjustment, Input, LineKind, Scored
from tenure.health.rules.score import Own, Settled

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """What each measure of a profile read on n rows: the facts behind `Own`, column by column under its key."""

    values: Mapping[str, pa.Array]
    previous: Mapping[str, pa.Array]
    texts: Mapping[str, pa.Array]
    stale_since: Mapping[str, pa.Array]
    versions: Mapping[str, int | None]


def inputs(own: Own, readings: Readings) -> pa.ListArray:
    """One list of inputs a row, in the profile's order."""
    rows, measures = own.points.shape
    flat = {
        "measure": pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.arange(measures, dtype=np.int32), rows)), pa.array(own.keys, pa.string())
        ).cast(pa.string()),
        "version": pa.array([readings.versions.get(key) for key in own.keys], pa.int32()).take(
            pa.array(np.tile(np.arange(measures), rows))
        ),
        "value": _interleaved(own.keys, readings.values, rows, pa.float64()),
        "previous": _interleaved(own.keys, readings.previous, rows, pa.float64()),
        "weight": pa.array(own.weights.ravel()),
        "points": _floats(own.points.ravel()),
        "contribution": pa.array(own.contributions.ravel()),
        "text": _interleaved(own.keys, readings.texts, rows, pa.string()),
        "stale_since": _interleaved(own.keys, readings.stale_since, rows, pa.date32()),
    }
    fields = list(SCORE_INPUT)
    struct = pa.StructArray.from_arrays([flat[field.name] for field in fields], fields=fields)
    return pa.ListArray.from_arrays(pa.array(np.arange(0, rows * measures + 1, measures, dtype=np.int32)), struct)


def _interleaved(keys: Sequence[str], columns: Mapping[str, pa.Array], rows: int, kind: pa.DataType) -> pa.Array:
    """Columns side by side → row by row; a key without a column is all null."""
    if not any(key in columns for key in keys):
        return pa.nulls(rows * len(keys), kind)
    stacked = pa.concat_arrays([columns[key].cast(kind) if key in columns else pa.nulls(rows, kind) for key in keys])
    return stacked.take(pa.array(np.arange(rows * len(keys)).reshape(len(keys), rows).T.ravel()))


def _floats(values: Floats) -> pa.Array:
    """NaN becomes null."""
    return pa.array(values, mask=np.isnan(values))


@dataclass(frozen=True, slots=True)
class Adjusting:
    """One kind of adjustment over n rows: where it applied, what it set and what it took."""

    kind: LineKind
    key: str
    applied: NDArray[np.bool_]
    limits: Floats
    contributions: Floats


def adjustments(rows: int, parts: Sequence[Adjusting]) -> pa.ListArray:
    """One list of adjustments a row, in the order of `parts`; only those that applied."""
    applied = np.stack([part.applied for part in parts], axis=1) if parts else np.zeros((rows, 0), bool)
    row, part = np.nonzero(applied)
    limits = np.stack([p.limits for p in parts], axis=1) if parts else np.zeros((rows, 0))
    took = np.stack([p.contributions for p in parts], axis=1) if parts else np.zeros((rows, 0))
    kinds = [p.kind for p in parts]
    keys = [p.key for p in parts]
    fields = list(SCORE_ADJUSTMENT)
    struct = pa.StructArray.from_arrays(
        [
            pa.array([kinds[at] for at in part], pa.string()),
            pa.array([keys[at] for at in part], pa.string()),
            _floats(limits[row, part]),
            pa.array(took[row, part]),
        ],
        fields=fields,
    )
    ends = np.concatenate([[0], np.cumsum(applied.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), struct)


def table(
    *,
    days: pa.Array,
    accounts: pa.Array,
    scorecard: str,
    version: int,
    profile: pa.Array,
    own_raw: Floats,
    coverage: Floats,
    settled: Settled,
    inputs: pa.ListArray,
    adjustments: pa.ListArray,
) -> pa.Table:
    """Rows of the lake's `scores`."""
    rows = len(accounts)
    columns = {
        "month": pa.array([f"{day:%Y-%m}" for day in days.unique().to_pylist()]).take(days.dictionary_encode().indices),
        "day": days,
        "account": accounts,
        "scorecard": pa.repeat(scorecard, rows),
        "version": pa.repeat(pa.scalar(version, pa.int32()), rows),
        "profile": profile,
        "score": _floats(settled.score),
        "raw": _floats(own_raw),
        "band": pa.array(settled.band, pa.string()),
        "coverage": pa.array(coverage),
        "inputs": inputs,
        "adjustments": adjustments,
    }
    return pa.table([columns[name] for name in SCORES.names], schema=SCORES)


def scored(rows: pa.Table) -> Iterator[Scored]:
    """Rows of `scores` as the rules know them. For single accounts, not for lists."""
    for row in rows.select([*SCORES.names[1:]]).to_pylist():
        yield Scored(
            account=row["account"],
            day=row["day"],
            scorecard=row["scorecard"],
            version=row["version"],
            profile=row["profile"],
            score=row["score"],
            raw=row["raw"],
            band=row["band"],
            coverage=row["coverage"],
            inputs=tuple(Input(**each) for each in row["inputs"] or ()),
            adjustments=tuple(Adjustment(**each) for each in row["adjustments"] or ()),
        )


def dates(values: Sequence[date]) -> pa.Array:
    """Days as the lake keeps them."""
    return pa.array(values, pa.date32())
