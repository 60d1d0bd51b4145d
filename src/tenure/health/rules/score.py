"""Scoring: the same few array operations for one account and for a hundred thousand on many days.

No Django, no clock, no input or output. Rows are accounts on days; NaN is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenure.health.rules import curves
from tenure.health.scorecard import UNKNOWN, Band, Curve, ExceptionRule, Missing, Profile

type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]
type Column = Floats | curves.Words

# Scores within this of a threshold are on it: 69.99999999999999 is a rounding error away from 70.
TOLERANCE = 1e-9

_FILL: dict[Missing, float] = {"ignore": np.nan, "neutral": 50.0, "worst": 0.0}


@dataclass(frozen=True, slots=True)
class Own:
    """What one profile says of n accounts by themselves; k measures, e exceptions, in the profile's order.

    `points` are NaN where a measure has no say; `weights` are effective and add up to 1 in every row with
    any say. `contributions` = weights × (100 − points), so that 100 − `raw` is their sum. `effects` are
    what each exception added to the score (negative for a cap). `total` = `raw` + Σ `effects`.
    """

    keys: tuple[str, ...]
    nominal: Floats
    points: Floats
    weights: Floats
    contributions: Floats
    raw: Floats
    coverage: Floats
    fired: Bools
    effects: Floats
    total: Floats


def nominal_weights(profile: Profile) -> Floats:
    """Each measure's share of the whole card, adding up to 1: dimension's share × share in the dimension."""
    dimensions = sum(d.weight for d in profile.dimensions)
    return np.array(
        [d.weight / dimensions * m.weight / sum(x.weight for x in d.measures) for d, m in profile.measures()]
    )


def score(profile: Profile, columns: Mapping[str, Column], fired: Bools) -> Own:
    """Score every row by the profile.

    `columns` holds each measure's values under its key (floats, or words for a text field); `fired` is rows ×
    exceptions, true where an exception's condition holds.
    """
    measures = [measure for _, measure in profile.measures()]
    known = np.stack([_points(m.curve, columns[m.key]) for m in measures], axis=1)
    nominal = nominal_weights(profile)
    coverage = (~np.isnan(known) * nominal).sum(axis=1)

    points = np.where(np.isnan(known), np.array([_FILL[m.missing] for m in measures]), known)
    weights = ~np.isnan(points) * nominal
    spoken = weights.sum(axis=1)
    weights /= np.where(spoken > 0, spoken, 1.0)[:, None]
    contributions = weights * (100.0 - np.nan_to_num(points))
    raw = np.where(spoken > 0, (weights * np.nan_to_num(points)).sum(axis=1), np.nan)
    effects = _exceptions(profile.exceptions, raw, fired)
    return Own(
        keys=tuple(m.key for m in measures),
        nominal=nominal,
        points=points,
        weights=weights,
        contributions=contributions,
        raw=raw,
        coverage=np.minimum(coverage, 1.0),
        fired=fired,
        effects=effects,
        total=raw + effects.sum(axis=1),
    )


def _points(curve: Curve, column: Column) -> Floats:
    if isinstance(column, np.ndarray):
        return curves.points(curve, column)
    return curves.points(curve, np.full(len(column), np.nan), column)


def _exceptions(rules: tuple[ExceptionRule, ...], raw: Floats, fired: Bools) -> Floats:
    """What each exception adds, applied in the document's order; 0 where it does not fire or nothing is known."""
    effects = np.zeros((len(raw), len(rules)))
    at = raw.copy()
    for place, rule in enumerate(rules):
        bounded = np.minimum(at, rule.cap) if rule.cap is not None else np.maximum(at, rule.floor or 0.0)
        after = np.where(fired[:, place] & ~np.isnan(at), bounded, at)
        effects[:, place] = np.nan_to_num(after - at)
        at = after
    return effects


def places(scores: Floats, starts: Sequence[float]) -> NDArray[np.int64]:
    """The place of the band that each score lies in, of bands that begin at `starts` (ascending, the first of them
    with all below it); a score within `TOLERANCE` of a start is on it."""
    return np.maximum(np.searchsorted(np.array(starts), scores + TOLERANCE, side="right") - 1, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Settled:
    """The last word on n accounts. `score` is NaN and `band` `unknown` where too little is known and nobody
    set a score by hand; `total` is what the reasons add up to (NaN when nothing at all is known)."""

    total: Floats
    score: Floats
    override_effect: Floats
    band: NDArray[np.object_]


def settle(*, total: Floats, coverage: Floats, overrides: Floats, floor: float, bands: tuple[Band, ...]) -> Settled:
    """Apply overrides (NaN: none), then the coverage floor, then the bands (lowest first).

    The effect of an override on an account of which nothing is known is counted from 100.
    """
    by_hand = ~np.isnan(overrides)
    final = np.where(by_hand, overrides, total)
    enough = by_hand | ((coverage >= floor - TOLERANCE) & ~np.isnan(total))
    before = np.where(np.isnan(total), 100.0, total)
    place = places(np.nan_to_num(final), [band.start for band in bands])
    names = np.array([band.key for band in bands], dtype=object)[place]
    return Settled(
        total=final,
        score=np.where(enough, final, np.nan),
        override_effect=np.where(by_hand, final - before, 0.0),
        band=np.where(enough, names, UNKNOWN),
    )
