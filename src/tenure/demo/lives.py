"""The hidden course of each customer: what nobody sees, and what everything seen comes from.

An account comes, learns, works, and grows, fades or falls asleep. Its level, a number around 1, drives
log-ins, features, people, tickets and answers; what is observed is that level with noise on top.
Days are offsets from the scenario's first day; `NEVER` is a day that does not come.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tenure.demo.contracts import Scenario

NEVER = 1 << 20
TRIAL_DAYS = 14
YEAR = 365
# A decline can be seen between two and ten weeks before the customer leaves.
SHORTEST_WARNING, LONGEST_WARNING = 14, 70
RECOVERY_DAYS = 28
NOISE, NOISE_MEMORY = 0.16, 0.6
BLOCK = 1_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Fate(IntEnum):
    """How an account's story goes."""

    STEADY = 0
    GROWING = 1
    WARNED = 2  # leaves after a decline that could be seen
    SUDDEN = 3  # leaves with no sign in its usage
    DORMANT = 4  # pays, hardly uses it, leaves in the end
    RECOVERED = 5  # declines, and comes back
    LAPSED = 6  # tries it and does not buy
    STRAINED = 7  # was steady; declines as the data ends, and what comes of it is not known yet


# Of those who leave, 70 % show it, 15 % leave with no warning, 15 % sleep for long; of 100 declines 10 recover.
FATE_SHARES = (0.40, 0.185, 0.224, 0.048, 0.048, 0.030, 0.065)
CHURNING = (Fate.WARNED, Fate.SUDDEN, Fate.DORMANT)
# Of the steady ones; so that the last day, the one people look at first, has customers to worry about.
STRAINED_SHARE = 0.22

PLANS = ("Starter", "Team", "Business", "Enterprise")
PLAN_SHARES = (0.36, 0.34, 0.22, 0.08)
SEATS = ((3, 9), (6, 21), (15, 46), (40, 101))
ANNUAL_SHARES = (0.15, 0.35, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Lives:
    """One entry an account in every array."""

    fate: Ints
    plan: Ints  # at the start, an index of PLANS
    seats: Ints  # at the start
    annual: NDArray[np.bool_]
    start: Ints  # the first day: of the trial, else of the subscription
    paid: Ints  # the first paid day
    turn: Ints  # the decline begins
    fall: Ints  # days the decline takes
    depth: Floats  # the level it falls to
    recovery: Ints  # it comes back
    end: Ints  # the first day without a subscription
    again: Ints  # a new subscription
    champion_left: Ints
    learning: Floats  # days of onboarding until 63 % of the full level
    reach: Floats  # the full level
    growth: Floats  # of the level, a year
    rest: Floats  # how much of August it rests
    mood: Floats  # 0–1, how content its people are when nothing happens

    def some(self, chosen: slice) -> "Lives":
        """The lives of a range of accounts."""
        return Lives(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def draw(scenario: Scenario) -> Lives:
    """Draw every account's life."""
    rng, n, days = np.random.default_rng([scenario.seed, 1]), scenario.accounts, scenario.days
    fate = rng.choice(len(FATE_SHARES), size=n, p=FATE_SHARES)
    late = np.random.default_rng([scenario.seed, 9])
    fate = np.where((fate == Fate.STEADY) & (late.random(n) < STRAINED_SHARE), Fate.STRAINED, fate)
    plan = rng.choice(len(PLANS), size=n, p=PLAN_SHARES)
    low, high = np.array(SEATS).T
    seats = rng.integers(low[plan], high[plan])
    # A third moved over from the former product in the first weeks; then more sign up each month.
    early = rng.random(n) < 0.36
    start = np.where(early, rng.integers(0, 50, n), days * np.sqrt(rng.uniform(0.01, 1, n))).astype(np.int64)
    start = np.minimum(start, days - 1)
    trial = (rng.random(n) < 0.7) | (fate == Fate.LAPSED)
    paid = np.where(fate == Fate.LAPSED, NEVER, start + TRIAL_DAYS * trial)
    annual = rng.random(n) < np.array(ANNUAL_SHARES)[plan]
    churning = np.isin(fate, CHURNING)
    # Whoever leaves within the simulated time does not have a year's term that ends after it.
    annual &= ~(churning & (paid + YEAR > days + LONGEST_WARNING))
    stay = 80 + rng.gamma(2.0, 85.0, n)
    end = np.where(churning, np.where(annual, paid + YEAR, paid + stay), NEVER).astype(np.int64)
    end = np.where(fate == Fate.LAPSED, start + TRIAL_DAYS, end)
    turn, fall, depth, recovery = _declines(rng, fate, start, end, days)
    strained = (fate == Fate.STRAINED) & (start + 60 < days - LONGEST_WARNING)
    turn = np.where(strained, days - late.integers(SHORTEST_WARNING, LONGEST_WARNING + 1, n), turn)
    depth = np.where(strained, late.uniform(0.05, 0.4, n), depth)
    again = np.where(churning & ~annual & (rng.random(n) < 0.07), end + rng.integers(45, 120, n), NEVER)
    champion_left = np.where(rng.random(n) < 0.10, start + rng.integers(60, max(days, 61), n), NEVER)
    # A champion's leaving starts some of the declines.
    cause = (fate == Fate.WARNED) & (rng.random(n) < 0.25)
    champion_left = np.where(cause, turn - rng.integers(3, 15, n), champion_left)
    mood = rng.beta(6, 2.6, n)
    return Lives(
        fate=fate,
        plan=plan,
        seats=seats,
        annual=annual,
        start=start,
        paid=paid,
        turn=turn,
        fall=fall,
        depth=depth,
        recovery=recovery,
        end=end,
        again=again,
        champion_left=champion_left,
        learning=rng.uniform(6, 26, n),
        reach=np.clip(rng.lognormal(-0.06, 0.25, n), 0.45, 1.7),
        growth=np.where(fate == Fate.GROWING, rng.uniform(0.25, 0.7, n), rng.normal(0.0, 0.06, n)),
        rest=rng.uniform(0.1, 0.55, n),
        mood=np.where(fate == Fate.SUDDEN, np.maximum(mood, 0.6), mood),
    )


def _declines(
    rng: np.random.Generator, fate: Ints, start: Ints, end: Ints, days: int
) -> tuple[Ints, Ints, Floats, Ints]:
    """(turn, fall, depth, recovery) of each account; NEVER where there is no decline."""
    n = len(fate)
    warning = rng.integers(SHORTEST_WARNING, LONGEST_WARNING + 1, n)
    slump = start + 75 + (rng.random(n) * np.maximum(days - start - 110, 1)).astype(np.int64)
    turn = np.select(
        [fate == Fate.WARNED, fate == Fate.DORMANT, fate == Fate.RECOVERED],
        [end - warning, start + rng.integers(15, 35, n), slump],
        NEVER,
    )
    fall = np.select(
        [fate == Fate.WARNED, fate == Fate.DORMANT],
        [np.maximum(warning * rng.uniform(0.3, 0.7, n), 6), rng.integers(25, 60, n)],
        rng.integers(14, 30, n),
    ).astype(np.int64)
    depth = np.select(
        [fate == Fate.WARNED, fate == Fate.DORMANT], [rng.uniform(0.03, 0.24, n), rng.uniform(0.01, 0.05, n)],
        rng.uniform(0.2, 0.45, n),
    )  # fmt: skip
    recovery = np.where(fate == Fate.RECOVERED, turn + fall + rng.integers(14, 42, n), NEVER)
    return turn, fall, depth, recovery


def signed_up(lives: Lives, day: Ints | int) -> NDArray[np.bool_]:
    """Whether each account has access on this day: in trial, paid, or come back."""
    return ((lives.start <= day) & (day < lives.end)) | (lives.again <= day)


def trend(lives: Lives, first: int, last: int) -> Floats:
    """The level of each account on the days [first, last) without noise or seasons: accounts × days."""
    day = np.arange(first, last)[None, :]
    since = np.maximum(day - lives.start[:, None], 0)
    level = lives.reach[:, None] * (1 - 0.8 * np.exp(-since / lives.learning[:, None]))
    level *= np.exp(lives.growth[:, None] * since / YEAR)
    level *= decline(lives, first, last)
    gone = day - lives.champion_left[:, None]
    level *= np.where(gone < 0, 1.0, np.where(gone < 45, 0.72, 0.9))
    level = np.where(day >= lives.again[:, None], 0.7 * lives.reach[:, None], level)
    return np.where(signed_up_matrix(lives, first, last), level, 0.0)


def decline(lives: Lives, first: int, last: int) -> Floats:
    """The share of its level that an account has left, 1 outside of declines: accounts × days."""
    day = np.arange(first, last)[None, :]
    fallen = np.clip((day - lives.turn[:, None]) / lives.fall[:, None], 0, 1)
    back = np.clip((day - lives.recovery[:, None]) / RECOVERY_DAYS, 0, 1)
    share: Floats = lives.depth[:, None] ** (fallen * (1 - back))
    return share


def signed_up_matrix(lives: Lives, first: int, last: int) -> NDArray[np.bool_]:
    """Whether each account has access on each of the days [first, last)."""
    day = np.arange(first, last)[None, :]
    access: NDArray[np.bool_] = ((lives.start[:, None] <= day) & (day < lives.end[:, None])) | (
        lives.again[:, None] <= day
    )
    return access


def noise(seed: int, block: int, accounts: int, days: int) -> Floats:
    """Week by week ups and downs of one block of accounts, each remembering the week before: accounts × days."""
    weeks = days // 7 + 1
    rng = np.random.default_rng([seed, 2, block])
    shocks = rng.normal(0, NOISE, (BLOCK, weeks))[:accounts]
    wave = np.empty_like(shocks)
    wave[:, 0] = shocks[:, 0]
    for week in range(1, weeks):
        wave[:, week] = NOISE_MEMORY * wave[:, week - 1] + shocks[:, week]
    return np.repeat(np.exp(wave), 7, axis=1)[:, :days]
