"""Does a score put those who will leave below those who will stay?"""

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import REPLICATES, Codes, Floats, Interval, by_cluster, numbered


class Ranking:
    """Rows put in order once, so that the AUC under other weights is one pass over them.

    `risk`: n numbers, higher is more likely to leave; `left`: whether the row's account did.
    """

    def __init__(self, risk: Floats, left: NDArray[np.bool_]) -> None:
        if not np.isfinite(risk).all():
            raise ValueError("A risk that is not known has no place in an order: leave such rows out.")
        self._left, self._stayed = np.flatnonzero(left), np.flatnonzero(~left)
        steps = np.unique(risk[self._left])
        self._step = np.searchsorted(steps, risk[self._left])
        # Those who stayed, by where they lie: 2 i between two steps, 2 i + 1 on a step.
        above = np.searchsorted(steps, risk[self._stayed])
        on = steps[np.minimum(above, max(len(steps) - 1, 0))] == risk[self._stayed] if len(steps) else np.zeros(0, bool)
        self._place = 2 * above + (on if len(steps) else 0)
        self._places = 2 * len(steps) + 1

    def auc(self, weight: Floats | None = None) -> float | None:
        """The chance that somebody who left has a higher risk than somebody who stayed, ties counted half; None where
        nobody left or nobody stayed.

        The area under the ROC curve is the Mann–Whitney statistic: J. A. Hanley, B. J. McNeil, "The Meaning and Use of
        the Area under a Receiver Operating Characteristic (ROC) Curve", Radiology 143 (1982). `weight` is how often
        each row counts.
        """
        weight = np.ones(len(self._left) + len(self._stayed)) if weight is None else weight
        leavers, stayers = weight[self._left], weight[self._stayed]
        pairs = leavers.sum() * stayers.sum()
        if not pairs:
            return None
        lying = np.bincount(self._place, stayers, minlength=self._places)
        up_to = np.cumsum(lying)
        below = up_to[0:-1:2] + lying[1::2] / 2
        return float((leavers * below[self._step]).sum() / pairs)


def auc(risk: Floats, left: NDArray[np.bool_], account: Codes, *, replicates: int = REPLICATES) -> Interval | None:
    """The AUC of rows with its interval by account; None where nobody left or nobody stayed."""
    return by_cluster(Ranking(risk, left).auc, numbered(account), replicates=replicates)


def difference(
    risk: Floats, other: Floats, left: NDArray[np.bool_], account: Codes, *, replicates: int = REPLICATES
) -> Interval | None:
    """How much higher the AUC of `risk` is than that of `other` on the same rows, with an interval of the pair: both
    are asked of the same accounts each time, so what makes a draw easy or hard for both falls away."""
    one, two = Ranking(risk, left), Ranking(other, left)

    def apart(weight: Floats) -> float | None:
        first, second = one.auc(weight), two.auc(weight)
        return None if first is None or second is None else first - second

    return by_cluster(apart, numbered(account), replicates=replicates)
