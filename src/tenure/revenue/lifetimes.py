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
from math import log

import numpy as np
from numpy.typing import NDArray

from tenure.base.refusals import Invalid

STEPS = 200
"""Of Newton's method at most; a dozen are usual."""
NEAR_ENOUGH = 1e-10
GRID = 41
ZOOMS = 12
RULED_OUT = 1.920729
"""Half of what a chi-squared with one degree of freedom exceeds one time in twenty."""
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
    """The fitted parameters; `region` are pairs (α, β) that the data do not rule out, the fitted one among them."""

    alpha: float
    beta: float
    region: tuple[Reals, Reals]

    def survival(self, periods: int) -> Reals:
        """S(0), S(1), … S(periods)."""
        curve: Reals = _survival(*self._fitted(), periods)[0]
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
        return float(_expected(*self._fitted(), age, horizon, discount)[0])

    def expected_interval(self, *, age: int = 0, horizon: int, discount: float = 0.0) -> tuple[float, float]:
        """Between which `expected` lies with 95 % confidence."""
        found = _expected(*self.region, age, horizon, discount)
        return float(found.min()), float(found.max())

    def survival_interval(self, periods: int) -> tuple[Reals, Reals]:
        """Low and high ends of `survival`, each with 95 % confidence."""
        found = _survival(*self.region, periods)
        return found.min(axis=0), found.max(axis=0)

    def _fitted(self) -> tuple[Reals, Reals]:
        return np.array([self.alpha]), np.array([self.beta])


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
    alpha, beta = (float(each) for each in np.exp(place))
    return Model(alpha, beta, _region(alpha, beta, float(value), lost, left))


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


def _region(alpha: float, beta: float, best: float, lost: Reals, left: Reals) -> tuple[Reals, Reals]:
    """Pairs whose likelihood is so near the best that the data do not rule them out: within `RULED_OUT` of it.

    The range of anything over them is its profile likelihood interval (Venzon and Moolgavkar, Applied Statistics 37,
    1988), which needs no normal distribution: where few have left, it is far from one. Looked for on a grid of the mean
    chance of leaving, α ÷ (α + β), and of α + β, which the data tell apart better than α and β; the grid is drawn
    closer until it fits.
    """
    centre = np.array([log(alpha / beta), log(alpha + beta)])
    low, high = np.full(2, log(SMALLEST)), np.full(2, log(LARGEST))
    low[0] = -high[0]
    found = np.array([alpha]), np.array([beta])
    for _ in range(ZOOMS):
        odds, size = np.meshgrid(*(np.linspace(*ends, GRID) for ends in zip(low, high, strict=True)), indexing="ij")
        total = np.exp(size.ravel())
        some, others = total / (1 + np.exp(-odds.ravel())), total / (1 + np.exp(odds.ravel()))
        kept = _values(some, others, lost, left) >= best - RULED_OUT
        inside = np.stack([odds.ravel()[kept], size.ravel()[kept]])
        step = (high - low) / (GRID - 1)
        if kept.any():
            found = np.append(some[kept], alpha), np.append(others[kept], beta)
        edges = np.column_stack([inside, centre])
        nearer = edges.min(axis=1) - step, edges.max(axis=1) + step
        if ((nearer[1] - nearer[0]) > 0.7 * (high - low)).all():
            break
        low, high = np.maximum(low, nearer[0]), np.minimum(high, nearer[1])
    return found


def _values(alpha: Reals, beta: Reals, lost: Reals, left: Reals) -> Reals:
    """The log-likelihood of many pairs."""
    ended = np.cumsum((lost + left)[::-1])[::-1]
    found = lost.sum() * np.log(alpha)
    for step, (reached, gone) in enumerate(zip(ended, lost, strict=True)):
        found += (reached - gone) * np.log(beta + step) - reached * np.log(alpha + beta + step)
    return np.asarray(found, float)


def _expected(alpha: Reals, beta: Reals, age: int, horizon: int, discount: float) -> Reals:
    curve = _survival(alpha, beta + age, max(horizon - 1, 0))
    return np.asarray(curve @ (1 + discount) ** -np.arange(curve.shape[1], dtype=float), float)


def _survival(alpha: Reals, beta: Reals, periods: int) -> Reals:
    """S(0) … S(periods) of each pair, a row each: S(t) = S(t − 1) × (β + t − 1) ÷ (α + β + t − 1)."""
    steps = np.arange(periods, dtype=float)
    renewed = (beta[:, None] + steps) / ((alpha + beta)[:, None] + steps)
    return np.concatenate([np.ones((len(alpha), 1)), np.cumprod(renewed, axis=1)], axis=1)
