"""Rounding that adds up: what is shown sums to the total that is shown."""

import math
from collections.abc import Sequence

_NOISE = 9  # decimals below which a float's tail is noise


def shown(value: float) -> int:
    """A score as a whole number, halves up: 69.5 is 70."""
    return math.floor(round(value, _NOISE) + 0.5)


def to_total(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers near `parts` that add up to `total`, by largest remainder; ties go to the earlier part.

    `total` is meant to be the rounded sum of `parts` (or the difference of two rounded scores); should it lie
    farther away, the largest parts carry the rest.
    """
    if not parts:
        return []
    clean = [round(part, _NOISE) for part in parts]
    whole = [math.floor(part) for part in clean]
    left = total - sum(whole)
    by_remainder = sorted(range(len(clean)), key=lambda i: (whole[i] - clean[i], i))
    for place in by_remainder[: max(0, min(left, len(clean)))]:
        whole[place] += 1
        left -= 1
    if left:
        largest = max(range(len(clean)), key=lambda i: (abs(clean[i]), -i))
        whole[largest] += left
    return whole
