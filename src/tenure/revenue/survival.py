"""How long customers stay, out of those who left and those who are still here: Kaplan and Meier's estimate. Pure.

A lifetime counts whole periods (months or years): who is lost in their first period has lived 1. Who is still here has
lived at least as long as they were seen: they are *censored*, and count among those at risk until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

type Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Point:
    """The state of a cohort after `age` periods: of the `at_risk` who reached the last one, `lost` left in it.
    `survival` is the share estimated to stay longer than `age`, with the ends of its interval."""

    age: int
    at_risk: int
    lost: int
    survival: float
    low: float
    high: float


def kaplan_meier(lifetimes: Whole, ended: NDArray[np.bool_], *, level: float = 0.95) -> tuple[Point, ...]:
    """The product-limit estimate S(t) = Π (1 − lost ÷ at risk) over all ages up to t, from age 0 to the greatest seen.

    `lifetimes` are periods from 1 on, one a customer; `ended` says who left at the end of it. The variance is
    Greenwood's, the interval is taken of log(−log S), so that it stays between 0 and 1.

    Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958); Kalbfleisch and Prentice,
    "The Statistical Analysis of Failure Time Data" (2nd ed. 2002), section 1.4.
    """
    if not len(lifetimes):
        return ()
    last = int(lifetimes.max())
    lost = np.bincount(lifetimes[ended], minlength=last + 1)
    seen = np.bincount(lifetimes, minlength=last + 1)
    at_risk = len(lifetimes) - np.concatenate(([0], np.cumsum(seen)[:-1]))
    points = [Point(0, len(lifetimes), 0, 1.0, 1.0, 1.0)]
    survival, greenwood = 1.0, 0.0
    for age in range(1, last + 1):
        there, gone = int(at_risk[age]), int(lost[age])
        survival *= 1 - gone / there
        greenwood += gone / (there * (there - gone)) if gone < there else 0.0
        points.append(Point(age, there, gone, survival, *_interval(survival, greenwood, level)))
    return tuple(points)


def _interval(survival: float, greenwood: float, level: float) -> tuple[float, float]:
    """Between which shares S lies; at 1 and 0 the estimate has no width to tell."""
    if not 0.0 < survival < 1.0:
        return survival, survival
    wide = NormalDist().inv_cdf(0.5 + level / 2) * sqrt(greenwood) / log(survival)
    return survival ** exp(-wide), survival ** exp(wide)


def median(points: Sequence[Point]) -> int | None:
    """The first age at which at most half are estimated to be left; None while more are."""
    return next((point.age for point in points if point.survival <= 0.5), None)
