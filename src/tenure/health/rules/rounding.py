"""Rounding that adds up: what is shown sums to the total that is shown."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NOISE = 9  # decimals below which a float's tail is noise


def shown(value: float) -> int:
    """A score as a whole number, halves up: 69.5 is 70."""
    return math.floor(round(value, NOISE) + 0.5)


def rounded(value: float, digits: int) -> str:
    """The value with so many decimals, halves up: 59.65 with one is 59.7."""
    return f"{math.floor(round(value * 10**digits, NOISE) + 0.5) / 10**digits:.{digits}f}"


def to_total(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers near `parts` that add up to `total`, by largest remainder; ties go to the earlier part.

    `total` is the rounded sum of `parts`, or the difference of two rounded scores whose exact difference they are.
    """
    if not parts:
        return []
    found = to_totals(np.array([parts], float), np.array([total]))[0]
    return [int(each) for each in found]


def to_totals(parts: NDArray[np.float64], totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for every row of `parts` at once."""
    clean = np.round(parts, NOISE)
    whole = np.floor(clean)
    left = totals - whole.sum(axis=1).astype(np.int64)
    rank = np.argsort(np.argsort(whole - clean, axis=1, kind="stable"), axis=1, kind="stable")
    return (whole.astype(np.int64) + (rank < left[:, None])).astype(np.int64)
