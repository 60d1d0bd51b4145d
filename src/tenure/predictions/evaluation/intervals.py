"""Intervals: of a share by Wilson, of anything else by drawing clusters again."""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Codes = NDArray[np.int64]

LEVEL = 0.95
REPLICATES = 1_000
LEAST = 0.5
"""Of the replicates, the share that has to have an answer for an interval to be given."""
_AT_ONCE = os.cpu_count() or 1
_DRAWN = 100
"""Draws kept at a time."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds between which it lies at the level of 95 %."""

    value: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value is one that the rows do not speak against."""
        return self.low <= value <= self.high


def share(part: float, whole: float, *, level: float = LEVEL) -> Interval | None:
    """The share of `part` in `whole` independent trials; None of nothing.

    The score interval of E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal
    of the American Statistical Association 22 (1927): it stays within 0 and 1, and holds for few trials.
    """
    if not whole:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, spread = part / whole, z * z / whole
    middle = (p + spread / 2) / (1 + spread)
    half = z * math.sqrt(p * (1 - p) / whole + spread / (4 * whole)) / (1 + spread)
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))


def share_of_rows(marked: NDArray[np.bool_], cluster: Codes) -> Interval | None:
    """The share of rows that are `marked`, when the rows of a cluster hang together; None of no rows.

    Wilson's interval for as many independent rows as would be as uncertain: p (1 − p) over the variance of the share
    between clusters, at most the rows there are; where all rows are alike, the number of clusters. E. L. Korn, B. I.
    Graubard, "Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated from Survey
    Data", Survey Methodology 24 (1998).
    """
    rows = len(marked)
    if not rows:
        return None
    codes = numbered(cluster)
    clusters, p = int(codes.max()) + 1, float(marked.mean())
    apart = np.bincount(codes, marked - p, minlength=clusters)
    variance = clusters / max(clusters - 1, 1) * float((apart**2).sum()) / rows**2
    alike = p in (0.0, 1.0) or not variance
    effective = float(clusters) if alike else min(rows, p * (1 - p) / variance)
    return share(p * effective, effective)


def by_cluster(
    statistic: Callable[[Floats], float | None],
    clusters: int,
    *,
    replicates: int = REPLICATES,
    level: float = LEVEL,
    seed: int = 1,
) -> Interval | None:
    """The percentile interval of `statistic`, a function of the weights of so many clusters, when whole
    clusters are drawn again with replacement; None where it has no value. `statistic` is asked in several threads.

    A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application"
    (1997), §3.8; C. A. Field, A. H. Welsh, "Bootstrapping clustered data", Journal of the Royal Statistical Society B
    69 (2007): drawing the clusters, and all rows of each, is consistent for rows that hang together.
    """
    value = statistic(np.ones(clusters))
    if value is None:
        return None
    draw = np.random.default_rng(seed)
    found: list[float] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # numpy lets other threads work while it adds up
        for start in range(0, replicates, _DRAWN):
            drawn = [
                np.bincount(draw.integers(0, clusters, clusters), minlength=clusters).astype(float)
                for _ in range(min(_DRAWN, replicates - start))
            ]
            found += [answer for answer in pool.map(statistic, drawn) if answer is not None]
    if len(found) < LEAST * replicates:
        return None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))


def numbered(cluster: Codes) -> Codes:
    """Any numbers of clusters as 0, 1, 2 …"""
    found: Codes = np.unique(cluster, return_inverse=True)[1]
    return found
