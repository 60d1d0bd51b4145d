"""The people at each customer: roles, when they came, when they left, how much they use the product."""

from dataclasses import dataclass

import numpy as np

from tenure.demo import words
from tenure.demo.companies import Profile
from tenure.demo.contracts import Scenario
from tenure.demo.lives import NEVER, YEAR, Fate, Lives

MOST_PEOPLE = 130
YEARLY_LEAVERS = 0.10
DEPARTMENTS = ("Maintenance", "Operations", "Facilities", "IT", "Warehouse")
HABITS = {"champion": 0.72, "admin": 0.5, "executive": 0.08}


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of one account, the champion first."""

    ids: list[str]
    names: list[str]
    emails: list[str]
    roles: list[str]
    titles: list[str]
    departments: list[str]
    joined: np.ndarray[tuple[int], np.dtype[np.int64]]
    left: np.ndarray[tuple[int], np.dtype[np.int64]]  # NEVER while they stay
    habit: np.ndarray[tuple[int], np.dtype[np.float64]]  # how likely each uses the product on a working day at level 1


def staff(scenario: Scenario, lives: Lives, i: int, profile: Profile) -> Staff:
    """Everybody who ever works with the product at account `i` before the scenario ends."""
    rng = np.random.default_rng([scenario.seed, 4, i])
    life = min(int(lives.end[i]), scenario.days) - int(lives.start[i])
    share = rng.uniform(0.5, 1.05) * np.exp(max(float(lives.growth[i]), 0) * life / YEAR)
    size = int(np.clip(lives.seats[i] * share, 2, MOST_PEOPLE))
    if lives.fate[i] == Fate.LAPSED:
        size = min(size, 4)
    founding = max(2, int(size * 0.6))
    arrival = np.concatenate([rng.integers(0, 21, founding), rng.integers(20, max(life, 21), size - founding)])
    arrival[0] = 0
    left = np.where(rng.random(size) < YEARLY_LEAVERS, arrival + rng.integers(30, 500, size), NEVER)
    left[0] = lives.champion_left[i] - lives.start[i] if lives.champion_left[i] < NEVER else NEVER
    roles = ["champion", "admin", "executive"][: min(size, 3)] + ["user"] * max(size - 3, 0)
    habit = np.array([HABITS.get(role, 0.0) for role in roles])
    users = habit == 0
    habit[users] = rng.beta(1.4, 3.6, int(users.sum()))
    stays = arrival < max(life, 1)
    chosen = np.flatnonzero(stays)
    names = _names(rng, size)
    return Staff(
        ids=[f"{profile.id}-{k + 1:03d}" for k in chosen],
        names=[names[k] for k in chosen],
        emails=[f"{names[k].lower().replace(' ', '.')}@{profile.domain}" for k in chosen],
        roles=[roles[k] for k in chosen],
        titles=[str(rng.choice(words.TITLES[roles[k]])) for k in chosen],
        departments=[DEPARTMENTS[int(d)] for d in rng.integers(0, len(DEPARTMENTS), len(chosen))],
        joined=arrival[chosen] + lives.start[i],
        left=np.where(left[chosen] < NEVER, left[chosen] + lives.start[i], NEVER),
        habit=habit[chosen],
    )


def _names(rng: np.random.Generator, n: int) -> list[str]:
    """`n` names, all different."""
    pairs = rng.choice(len(words.GIVEN) * len(words.FAMILY), size=n, replace=False)
    return [f"{words.GIVEN[pair % len(words.GIVEN)]} {words.FAMILY[pair // len(words.GIVEN)]}" for pair in pairs]
