"""Life tables of many groups at once: who was there at each age, who left, and what that says. Pure.

A row a group, a column an age in months from 0. It says of each row what `survival.kaplan_meier` says of one cohort.
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import LEVEL, Interval, share

type Reals = NDArray[np.float64]
type Whole = NDArray[np.int64]

Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True)
class Tables:
    """`at_risk[group, age]` lived so long or longer, `lost[group, age]` of them left then."""

    at_risk: Whole
    lost: Whole

    @classmethod
    def of(cls, codes: Whole, groups: int, months: Whole, ended: NDArray[np.bool_]) -> "Tables":
        """Of customers by their group's place, how many months they have lived, and whether that was all."""
        size = int(months.max(initial=0)) + 1
        cell = codes * size + months
        seen, lost = (
            np.bincount(each, minlength=groups * size).reshape(groups, size).astype(np.int64)
            for each in (cell, cell[ended])
        )
        return cls(np.cumsum(seen[:, ::-1], axis=1)[:, ::-1], lost)

    def others(self) -> "Tables":
        """Of each group all the others together."""
        return Tables(self.at_risk.sum(axis=0) - self.at_risk, self.lost.sum(axis=0) - self.lost)

    def longer(self, ages: int) -> "Tables":
        """The same up to an age that nobody may have reached."""
        more = max(0, ages + 1 - self.at_risk.shape[1])
        wide = ((0, 0), (0, more))
        return Tables(np.pad(self.at_risk, wide), np.pad(self.lost, wide)) if more else self

    @cached_property
    def survival(self) -> Reals:
        """Kaplan and Meier's estimate: the share that lives longer than each age."""
        with np.errstate(divide="ignore", invalid="ignore"):
            stays = np.where(self.at_risk > 0, 1 - self.lost / self.at_risk, 1.0)
        return np.asarray(np.cumprod(stays, axis=1))

    @cached_property
    def spread(self) -> Reals:
        """Greenwood's term of each age, lost ÷ (at risk × (at risk − lost)); 0 where the last one left."""
        rest = self.at_risk * (self.at_risk - self.lost)
        return np.asarray(np.where(rest > 0, self.lost / np.maximum(rest, 1), 0.0))

    def share_at(self, group: int, age: int) -> Interval | None:
        """The share of a group that lives longer than an age, with Greenwood's interval of log(−log S); where nobody
        has left or nobody is left, which says nothing of an interval, Wilson's of as many as were at risk then."""
        value = float(self.survival[group, age])
        if not 0.0 < value < 1.0:
            last = age if value else int(np.argmin(self.survival[group]))
            there = int(self.at_risk[group, last])
            return share(round(value * there), there)
        wide = Z * sqrt(float(self.spread[group, : age + 1].sum())) / log(value)
        return Interval(value, value ** exp(-wide), value ** exp(wide))

    def mean_within(self, group: int, horizon: int) -> Interval | None:
        """The mean of the months a group lives, up to a horizon: the area under the curve, with its interval.

        J. O. Irwin, "The standard error of an estimate of expectation of life", Journal of Hygiene 47 (1949); P.
        Royston, M. K. B. Parmar, "Restricted mean survival time: an alternative to the hazard ratio", BMC Medical
        Research Methodology 13 (2013). The interval is taken of the log-odds of the months lived to those
        missed, so that it stays within the horizon and holds where few leave.
        """
        curve = self.survival[group, :horizon]
        lived = float(curve.sum())
        ahead = np.cumsum(curve[::-1])[::-1]
        error = sqrt(float((ahead**2 * self.spread[group, :horizon]).sum()))
        missed = horizon - lived
        if not error:  # nobody left, or all at one age
            last = horizon - 1 if missed <= 0 else int(np.argmin(self.survival[group]))
            there = int(self.at_risk[group, last])
            sure = share(there, there)
            return Interval(lived, 1 + (lived - 1) * sure.low, lived + missed * (1 - sure.low)) if sure else None
        wide = exp(Z * error * horizon / (lived * missed))
        return Interval(lived, *(horizon / (1 + missed / lived * factor) for factor in (wide, 1 / wide)))
