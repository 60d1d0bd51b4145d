"""How long those still here will stay: the shifted-beta-geometric model of Fader and Hardie. Pure.

At the end of each period a customer renews or leaves. Each has a chance θ of leaving that stays the same; the chances
differ between customers as a beta distribution with parameters α and β. The likeliest to leave go first, so the share
that renews grows with age although nobody changes: what a straight line through the first years never sees.

    P(lost in period t) = B(α + 1, β + t − 1) ÷ B(α, β)            S(t) = B(α, β + t) ÷ B(α, β)

Fader and Hardie, "How to project customer retention", Journal of Interactive Marketing 21 (2007); what is left of a
lifetime: Fader and Hardie, "Customer-base valuation in a contractual setting", Marketing Science 29 (2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, isfinite, log

import numpy as np
from numpy.typing import NDArray

from tenure.base.refusals import Invalid

STEPS = 200
"""Of Newton's method at most; a dozen are usual."""
NEAR_ENOUGH = 1e-10
DRAWS = 2_000
SMALLEST, LARGEST = 1e-4, 1e6
"""Between which α and β are looked for: beyond, customers hardly differ, or no two are alike."""

type Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of customers who began alike: `lost[t − 1]` left at the end of period t, and `left[t − 1]` were
    still here after period t and have not been seen longer. Counts, not shares."""

    lost: tuple[float, ...]
    left: tuple[float, ...]

    @classmethod
    def of_cohort(cls, survivors: Sequence[float]) -> "Seen":
        """One cohort by how many were there after 0, 1, 2, … periods."""
        lost = tuple(before - after for before, after in pairwise(survivors))
        return cls(lost, (*(0.0 for _ in lost[:-1]), survivors[-1]))


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted parameters, and how sure they are: the covariance of (log α, log β)."""

    alpha: float
    beta: float
    covariance: tuple[tuple[float, float], tuple[float, float]]

    def survival(self, periods: int) -> Reals:
        """S(0), S(1), … S(periods)."""
        curve: Reals = _survival(np.array([self.alpha]), np.array([self.beta]), periods)[0]
        return curve

    def retention(self, period: int) -> float:
        """The share of those who reached the period that renew at its end: (β + t − 1) ÷ (α + β + t − 1)."""
        return (self.beta + period - 1) / (self.alpha + self.beta + period - 1)

    def expected(self, *, age: int = 0, horizon: int, discount: float = 0.0) -> float:
        """Periods that somebody who has renewed `age` times will still pay, of the next `horizon`, the one that begins
        now among them; each period's weigh (1 + discount)⁻¹ of the one before.

        With a discount and no horizon it is Fader and Hardie's discounted expected residual lifetime (2010, equation
        6); a horizon is asked for since without one the mean is infinite where α ≤ 1.
        """
        return float(self._expected(np.array([self.alpha]), np.array([self.beta]), age, horizon, discount)[0])

    def expected_interval(
        self, *, age: int = 0, horizon: int, discount: float = 0.0, level: float = 0.95
    ) -> tuple[float, float]:
        """Between which `expected` lies, for what is not known of α and β."""
        drawn = self._expected(*self._draws(), age, horizon, discount)
        return _ends(drawn, level)

    def survival_interval(self, periods: int, *, level: float = 0.95) -> tuple[Reals, Reals]:
        """Low and high ends of `survival`, for what is not known of α and β."""
        drawn = _survival(*self._draws(), periods)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high

    def _draws(self) -> tuple[Reals, Reals]:
        """Parameters as likely as the data leave them: normal in their logarithms, the same each time."""
        centre = np.log([self.alpha, self.beta])
        drawn = np.random.default_rng(20070).multivariate_normal(centre, self.covariance, size=DRAWS)
        drawn = np.clip(drawn, log(SMALLEST), log(LARGEST))
        return np.exp(drawn[:, 0]), np.exp(drawn[:, 1])

    @staticmethod
    def _expected(alpha: Reals, beta: Reals, age: int, horizon: int, discount: float) -> Reals:
        curve = _survival(alpha, beta + age, max(horizon - 1, 0))
        return curve @ (1 + discount) ** -np.arange(curve.shape[1], dtype=float)


def fit(seen: Seen) -> Model:
    """The likeliest α and β (maximum likelihood, Newton's method in their logarithms).

    Refuses with `Invalid` what says nothing of how customers differ: nobody was lost, or fewer than two periods.
    """
    lost, left = np.array(seen.lost, float), np.array(seen.left, float)
    if len(lost) < 2 or lost.sum() <= 0:
        raise Invalid("A lifetime can be estimated once two periods have passed and somebody has left.")
    place = np.zeros(2)
    value, slope, bend = _likelihood(place, lost, left)
    for _ in range(STEPS):
        step = _uphill(slope, bend)
        while True:
            there = np.clip(place + step, log(SMALLEST), log(LARGEST))
            found = _likelihood(there, lost, left)
            if found[0] >= value or np.abs(step).max() < NEAR_ENOUGH:
                break
            step = step / 2
        moved, place = np.abs(there - place).max(), there
        value, slope, bend = found
        if moved < NEAR_ENOUGH:
            break
    return Model(exp(place[0]), exp(place[1]), _covariance(bend))


def _uphill(slope: Reals, bend: Reals) -> Reals:
    """Newton's step where the likelihood is a hill, else along the slope; never farther than a factor of e."""
    try:
        step = np.linalg.solve(-bend, slope)
    except np.linalg.LinAlgError:
        step = slope
    if not np.isfinite(step).all() or step @ slope <= 0:
        step = slope
    step = step / max(1.0, float(np.abs(step).max()))
    return np.asarray(step, float)


def _likelihood(place: Reals, lost: Reals, left: Reals) -> tuple[float, Reals, Reals]:
    """The log-likelihood at (log α, log β), its slope and its second derivatives.

    With i from 0: ln S(t) = Σ_{i<t} [ln(β + i) − ln(α + β + i)], and ln P(t) = ln α + Σ_{i<t−1} ln(β + i) −
    Σ_{i<t} ln(α + β + i). So every period i adds ln(β + i) once for whoever renewed it, and −ln(α + β + i) once for
    whoever reached its end; who left adds ln α.
    """
    alpha, beta = np.exp(place)
    steps = np.arange(len(lost), dtype=float)
    gone = lost.sum()
    ended = np.cumsum((lost + left)[::-1])[::-1]
    renewed = ended - lost
    kept, all_ = beta + steps, alpha + beta + steps
    value = gone * np.log(alpha) + renewed @ np.log(kept) - ended @ np.log(all_)
    by_alpha = gone / alpha - (ended / all_).sum()
    by_beta = (renewed / kept).sum() - (ended / all_).sum()
    both = (ended / all_**2).sum()
    twice_alpha = -gone / alpha**2 + both
    twice_beta = -(renewed / kept**2).sum() + both
    slope = np.array([alpha * by_alpha, beta * by_beta])
    bend = np.array(
        [
            [alpha**2 * twice_alpha + alpha * by_alpha, alpha * beta * both],
            [alpha * beta * both, beta**2 * twice_beta + beta * by_beta],
        ]
    )
    return float(value), slope, bend


def _covariance(bend: Reals) -> tuple[tuple[float, float], tuple[float, float]]:
    """The inverse of the observed information; where the data cannot tell α and β apart, of what it can."""
    values, vectors = np.linalg.eigh(-bend)
    widths = np.where(values > NEAR_ENOUGH, 1 / np.maximum(values, NEAR_ENOUGH), log(LARGEST / SMALLEST) ** 2)
    found = (vectors * widths) @ vectors.T
    assert isfinite(float(found.sum()))
    return (float(found[0, 0]), float(found[0, 1])), (float(found[1, 0]), float(found[1, 1]))


def _survival(alpha: Reals, beta: Reals, periods: int) -> Reals:
    """S(0) … S(periods) of each pair, a row each: S(t) = S(t − 1) × (β + t − 1) ÷ (α + β + t − 1)."""
    steps = np.arange(periods, dtype=float)
    renewed = (beta[:, None] + steps) / ((alpha + beta)[:, None] + steps)
    return np.concatenate([np.ones((len(alpha), 1)), np.cumprod(renewed, axis=1)], axis=1)


def _ends(drawn: Reals, level: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
