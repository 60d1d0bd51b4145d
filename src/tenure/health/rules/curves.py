"""Curves: from a measure's value to points, 0 (worst) to 100 (healthy), for whole columns at a time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tenure.health.scorecard import BandsCurve, Curve, LinearCurve, LookupCurve

type Floats = NDArray[np.float64]
type Words = Sequence[str | None]


def points(curve: Curve, values: Floats, words: Words | None = None) -> Floats:
    """Points of each value; NaN where the value is unknown or has no say (`outside: ignore`, word not listed).

    `words` are the values of a text field, for `lookup`; numbers there are compared by their shortest text.
    """
    if isinstance(curve, BandsCurve):
        return _bands(curve, values)
    if isinstance(curve, LinearCurve):
        return _linear(curve, values)
    return _lookup(curve, words if words is not None else [number_word(v) for v in values.tolist()])


def number_word(value: float) -> str | None:
    """A number as people write it in a lookup: `3`, `2.5`; None for NaN."""
    return None if value != value else f"{value:g}"


def _bands(curve: BandsCurve, values: Floats) -> Floats:
    starts = np.array([step.start for step in curve.steps])
    worth = np.array([step.points for step in curve.steps])
    place = np.clip(np.searchsorted(starts, values, side="right") - 1, 0, len(worth) - 1)
    return np.where(np.isnan(values), np.nan, worth[place])


def _linear(curve: LinearCurve, values: Floats) -> Floats:
    at = np.array([knot.at for knot in curve.knots])
    worth = np.array([knot.points for knot in curve.knots])
    found = np.where(np.isnan(values), np.nan, np.interp(values, at, worth))
    if curve.outside == "ignore":
        found[(values < at[0]) | (values > at[-1])] = np.nan
    return found


def _lookup(curve: LookupCurve, words: Words) -> Floats:
    otherwise = np.nan if curve.otherwise is None else curve.otherwise
    worth = {word.casefold(): value for word, value in curve.points.items()}
    known: dict[str | None, float] = {None: np.nan}
    for word in set(words):
        if word is not None:
            known[word] = worth.get(word.casefold(), otherwise)
    return np.fromiter((known[word] for word in words), np.float64, count=len(words))
