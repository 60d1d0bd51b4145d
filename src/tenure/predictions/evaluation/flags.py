"""Who was flagged, and what became of them: precision, recall, lift; and the share that left at each score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import Codes, Floats, Interval, share_of_rows


@dataclass(frozen=True, slots=True)
class Flag:
    """Rows of one band. `precision`: the share of them that left; `recall`: the share they are of all that left;
    `worth_recall`: the same in money; `lift`: precision over the share of all rows that left."""

    band: str
    rows: int
    left: int
    precision: Interval | None
    recall: float | None
    worth_recall: float | None
    lift: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows with a score from `low` to below `high` (the last bin: up to it), and the share of them that left."""

    low: float
    high: float
    rows: int
    left: int
    share: Interval | None


def flags(
    bands: Sequence[str], band: NDArray[np.str_], left: NDArray[np.bool_], worth: Floats, account: Codes
) -> list[Flag]:
    """For each of `bands` what became of its rows. `worth` is money at stake (not a number: unknown, counted as 0)."""
    base, money = float(left.mean()) if len(left) else 0.0, np.nan_to_num(worth)
    lost, lost_money = int(left.sum()), float(money[left].sum())
    found = []
    for name in bands:
        here = band == name
        rows, gone = int(here.sum()), int((here & left).sum())
        found.append(
            Flag(
                band=name,
                rows=rows,
                left=gone,
                precision=share_of_rows(left[here], account[here]),
                recall=gone / lost if lost else None,
                worth_recall=float(money[here & left].sum()) / lost_money if lost_money else None,
                lift=gone / rows / base if rows and base else None,
            )
        )
    return found


def calibration(
    score: Floats, left: NDArray[np.bool_], account: Codes, *, width: float = 10.0, top: float = 100.0
) -> list[Bin]:
    """The share that left at each height of the score: a score that means anything has less and less."""
    edges = np.arange(0.0, top, width)
    place = np.clip(np.floor(score / width).astype(np.int64), 0, len(edges) - 1)
    found = []
    for number, edge in enumerate(edges):
        here = place == number
        gone, told = left[here], share_of_rows(left[here], account[here])
        found.append(Bin(float(edge), float(edge + width), len(gone), int(gone.sum()), told))
    return found
