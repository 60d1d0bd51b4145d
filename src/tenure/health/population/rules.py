"""Health of all customers together: averages over time, who moved between bands, groups side by side.

No Django, no clock, no input or output. NaN is a score that is not known or was not given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

CLASSES = 20
"""Of the distribution, each five points wide."""


def averages(scores: Floats) -> Floats:
    """The mean score of each day of an accounts × days matrix, of those with one; NaN where nobody has one."""
    known = ~np.isnan(scores)
    counted = known.sum(axis=0)
    total = np.where(known, scores, 0.0).sum(axis=0)
    return np.where(counted > 0, total / np.maximum(counted, 1), np.nan)


def change(now: float, then: float) -> float | None:
    """By what share of what it was then something has changed: 0.02 is 2 % more. None where either is unknown, or
    there was nothing."""
    if np.isnan(now) or np.isnan(then) or then == 0:
        return None
    return (now - then) / then


def points(now: float | None, then: float | None) -> float | None:
    """How far two shares are apart, in percentage points: from 1 % to 2.4 % are +1.4."""
    return None if now is None or then is None else (now - then) * 100


def share(part: int, whole: int) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def distribution(scores: Floats) -> tuple[int, ...]:
    """How many have a score in each of `CLASSES` classes from 0 to 100, the last with both its ends."""
    counts, _ = np.histogram(scores[~np.isnan(scores)], bins=CLASSES, range=(0.0, 100.0))
    return tuple(int(each) for each in counts)


@dataclass(frozen=True, slots=True)
class Moves:
    """How many accounts were in `before[row]` then and are in `after[column]` now."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def stayed(self) -> int:
        """How many are where they were."""
        return sum(self.at(each, each) for each in self.before if each in self.after)

    def at(self, before: str, after: str) -> int:
        """One cell."""
        return self.counts[self.before.index(before)][self.after.index(after)]


def counted(then: NDArray[np.int64], now: NDArray[np.int64], *, rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    """How many are at each place of `then` and of `now`; places outside of `rows` × `columns` are left out."""
    kept = (then >= 0) & (then < rows) & (now >= 0) & (now < columns)
    flat = np.bincount(then[kept] * columns + now[kept], minlength=rows * columns)
    return tuple(tuple(int(each) for each in row) for row in flat.reshape(rows, columns))
