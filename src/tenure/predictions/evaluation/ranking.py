"""Does a score put those who will leave below those who will stay?"""

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import REPLICATES, Codes, Floats, Interval, by_cluster, numbered


class Ranking:
    """Rows put in order once, so that the AUC under other weights of the accounts is one pass over them.

    `risk`: n numbers, higher is more likely to leave; `left`: whether the row's account did; `account`: whose row it
    is, numbered from 0.
    """

    def __init__(self, risk: Floats, left: NDArray[np.bool_], account: Codes) -> None:
        if not np.isfinite(risk).all():
            raise ValueError("A risk that is not known has no place in an order: leave such rows out.")
        order = np.argsort(risk[~left], kind="stable")
        steps = risk[~left][order]
        self._leavers, self._stayers = account[left], account[~left][order]
        # Of those who stayed, in order of risk: how many lie below each of those who left, and how many not above.
        # Weights need to be added up only between those places.
        below, up_to = (np.searchsorted(steps, risk[left], side=side) for side in ("left", "right"))
        places = np.unique(np.concatenate([[0], below, up_to]))
        self._places = places[places < len(steps)]
        self._below, self._up_to = (np.searchsorted(self._places, each) for each in (below, up_to))

    def auc(self, weight: Floats) -> float | None:
        """The chance that somebody who left has a higher risk than somebody who stayed, ties counted half; None where
        nobody left or nobody stayed. `weight` is how often each account counts.

        The area under the ROC curve is the Mann–Whitney statistic: J. A. Hanley, B. J. McNeil, "The Meaning and Use of
        the Area under a Receiver Operating Characteristic (ROC) Curve", Radiology 143 (1982).
        """
        if not len(self._stayers):
            return None
        leavers = weight[self._leavers]
        between = np.add.reduceat(weight[self._stayers], self._places)
        counted = np.concatenate([[0.0], np.cumsum(between)])
        pairs = leavers.sum() * counted[-1]
        if not pairs:
            return None
        return float(leavers @ (counted[self._below] + counted[self._up_to]) / 2 / pairs)


def auc(risk: Floats, left: NDArray[np.bool_], account: Codes, *, replicates: int = REPLICATES) -> Interval | None:
    """The AUC of rows with its interval by account; None where nobody left or nobody stayed."""
    codes = numbered(account)
    return by_cluster(Ranking(risk, left, codes).auc, _count(codes), replicates=replicates)


def point(risk: Floats, left: NDArray[np.bool_]) -> float | None:
    """The AUC of rows alone, each an account of its own; None where nobody left or nobody stayed."""
    return Ranking(risk, left, np.arange(len(risk))).auc(np.ones(len(risk)))


def difference(
    risk: Floats, other: Floats, left: NDArray[np.bool_], account: Codes, *, replicates: int = REPLICATES
) -> Interval | None:
    """How much higher the AUC of `risk` is than that of `other` on the same rows, with an interval of the pair: both
    are asked of the same accounts each time, so what makes a draw easy or hard for both falls away."""
    codes = numbered(account)
    one, two = Ranking(risk, left, codes), Ranking(other, left, codes)

    def apart(weight: Floats) -> float | None:
        first, second = one.auc(weight), two.auc(weight)
        return None if first is None or second is None else first - second

    return by_cluster(apart, _count(codes), replicates=replicates)


def _count(codes: Codes) -> int:
    return int(codes.max()) + 1 if len(codes) else 0
