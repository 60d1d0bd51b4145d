"""What is more than chance: tests of differences, and what is left of them when many are looked at. Pure."""

from math import exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tenure.predictions.evaluation.intervals import LEVEL, Interval

type Reals = NDArray[np.float64]
type Whole = NDArray[np.int64]


def two_sided(z: Reals) -> Reals:
    """How likely a standard normal is to lie as far from 0, on either side; 1 where z is not a number."""
    normal = NormalDist()
    return np.array([1.0 if np.isnan(each) else 2 * normal.cdf(-abs(each)) for each in z.tolist()])


def log_rank(at_risk: Whole, lost: Whole) -> Reals:
    """By how many standard errors each group lost more than its share, when nobody's chance of leaving depends on the
    group; not a number where nothing was to be lost. Squared it is the log-rank statistic of the group against others.

    A row a group, a column an age; the groups are everybody. In each age, those lost are drawn from those at risk; what
    a group lost more than its share, summed over the ages, has the hypergeometric variance: N. Mantel, "Evaluation of
    survival data and two new rank order statistics arising in its consideration", Cancer Chemotherapy Reports 50, 1966.
    """
    there, gone = at_risk.sum(axis=0), lost.sum(axis=0)
    known = there > 1
    there, gone, mine = there[known], gone[known], at_risk[:, known]
    expected = (mine * (gone / there)).sum(axis=1)
    share = mine / there
    variance = (share * (1 - share) * (gone * (there - gone) / (there - 1))).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = (lost[:, known].sum(axis=1) - expected) / np.sqrt(variance)
    return np.asarray(np.where(variance > 0, more, np.nan))


def shares_differ(some: Whole, whole: Whole | int, others: Whole, other_whole: Whole | int) -> Reals:
    """The p-value of each pair of shares, when both are of one kind: the chi-squared test with N − 1 in the place of N,
    which holds for expected counts from 1 on. I. Campbell, "Chi-squared and Fisher–Irwin tests of two-by-two tables
    with small sample recommendations", Statistics in Medicine 26 (2007)."""
    first, second = np.asarray(whole, float), np.asarray(other_whole, float)
    every, both = some + others, first + second
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = every * (both - every) * first * second / (both - 1)
        z = np.where(spread > 0, (some * second - others * first) / np.sqrt(spread), np.nan)
    return two_sided(z)


def adjusted(p: Reals) -> Reals:
    """The same p-values for how many they are: calling those up to 0.05 real is wrong in at most 5 % of what is called
    so, in the long run. Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal
    Statistical Society B 57 (1995)."""
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum.accumulate(np.minimum(1.0, p[order] * len(p) / ranks))
    return found


def apart(one: Interval, other: Interval) -> Interval:
    """How much more one estimate is than another that does not depend on it, out of their own intervals, which may be
    lopsided. G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general approach",
    Statistics in Medicine 27 (2008); of shares with Wilson's intervals it is R. G. Newcombe's (1998, method 10)."""
    value = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(value, value - below, value + above)


def product(one: Interval, other: Interval) -> Interval:
    """Of two positive estimates that do not depend on each other: their logarithms' intervals, added as in `apart`."""
    value = one.value * other.value
    if value <= 0:
        return Interval(0.0, 0.0, one.high * other.high)
    below, above = (
        sqrt(log(a / one.value) ** 2 + log(b / other.value) ** 2) if min(a, b) > 0 else inf
        for a, b in ((one.low, other.low), (one.high, other.high))
    )
    return Interval(value, value * exp(-below), value * exp(above))


def t_quantile(p: float, freedom: int) -> float:
    """The quantile of Student's t for 10 degrees of freedom and more, to three digits: Abramowitz and Stegun,
    "Handbook of Mathematical Functions" (1964), 26.7.5."""
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(z + sum(term / freedom ** (n + 1) for n, term in enumerate(terms)))


def mean(count: int, total: float, squares: float) -> Interval | None:
    """A mean with Student's interval, out of sums; None of fewer than two."""
    if count < 2:
        return None
    value = total / count
    error = sqrt(max(0.0, (squares - count * value**2) / (count - 1)) / count)
    far = t_quantile((1 + LEVEL) / 2, count - 1) * error
    return Interval(value, max(0.0, value - far), value + far)
