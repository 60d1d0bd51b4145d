"""What is seen of the hidden level: who logs in on a day, for how long, what they do, what fails."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tenure.demo import words
from tenure.demo.calendar import OUTAGE_ACCESS, Days
from tenure.demo.companies import Profile
from tenure.demo.contracts import Scenario
from tenure.demo.lives import NEVER, Floats, Lives
from tenure.demo.people import Staff

DAY_S = 86_400
NAMES = (words.LOGIN, *(name for name, _, _ in words.FEATURES))
MINUTES_MEDIAN, MINUTES_SPREAD = 11.0, 0.8
ERROR_SHARE, OUTAGE_ERROR_SHARE = 0.008, 0.35
# A feature is first tried after so many days, on average, for each place down the list.
ADOPTION_DAYS = 9

USAGE = pa.schema(
    [
        ("account_id", pa.string()),
        ("person_id", pa.string()),
        ("at", pa.timestamp("s")),
        ("event", pa.string()),
        ("count", pa.int32()),
        ("seconds", pa.int32()),
        ("errors", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Active:
    """The person-days with a log-in."""

    person: np.ndarray[tuple[int], np.dtype[np.int64]]
    day: np.ndarray[tuple[int], np.dtype[np.int64]]
    second: np.ndarray[tuple[int], np.dtype[np.int64]]


def usage(
    scenario: Scenario, lives: Lives, i: int, *, profile: Profile, staff: Staff, level: Floats, days: Days
) -> pa.Table | None:
    """Account `i`'s rows: one a person, day and action. `level` is the account's on every day, noise included."""
    rng = np.random.default_rng([scenario.seed, 5, i])
    demand = level * days.work * (1 - lives.rest[i] * days.summer) * np.where(days.outage, OUTAGE_ACCESS, 1.0)
    active = _active(rng, staff, demand, profile.hours_ahead)
    if not len(active.day):
        return None
    counts = _actions(rng, lives, i, active)
    rows, what = np.nonzero(counts)
    count = counts[rows, what]
    day = active.day[rows]
    share = np.where(days.outage[day], OUTAGE_ERROR_SHARE, ERROR_SHARE)
    errors = np.where(what > 0, rng.binomial(count, share), 0)
    minutes = rng.lognormal(np.log(MINUTES_MEDIAN), MINUTES_SPREAD, len(rows)) * (1 + 0.4 * (counts[rows] > 0).sum(1))
    first = int(np.datetime64(scenario.first, "s").astype(np.int64))
    at = first + day * DAY_S + np.minimum(active.second[rows] + what * 97, DAY_S - 1)
    person = active.person[rows]
    return pa.table(
        [
            pa.array(np.full(len(rows), profile.id)),
            pa.array(np.array(staff.ids)[person]),
            pa.array(at, pa.int64()).cast(pa.timestamp("s")),
            pa.array(np.array(NAMES)[what]),
            pa.array(count.astype(np.int32)),
            pa.array((minutes * 60).astype(np.int32), mask=what > 0),
            pa.array(errors.astype(np.int32)),
        ],
        schema=USAGE,
    ).sort_by("at")


def _active(rng: np.random.Generator, staff: Staff, demand: Floats, hours_ahead: int) -> _Active:
    day = np.arange(len(demand))
    chance = np.clip(staff.habit[:, None] * demand[None, :], 0, 0.97)
    there = (staff.joined[:, None] <= day) & (day < staff.left[:, None])
    person, when = np.nonzero((rng.random(chance.shape) < chance) & there)
    # Work begins around half past eight, there.
    begin = np.clip(rng.normal(8.6 - hours_ahead, 1.4, len(person)), 0.1, 22) * 3600
    return _Active(person, when, begin.astype(np.int64))


def _actions(
    rng: np.random.Generator, lives: Lives, i: int, active: _Active
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often each action was done on each person-day; column 0 is the log-in."""
    shares = np.array([share for _, share, _ in words.FEATURES])
    plans = np.array([plan for _, _, plan in words.FEATURES])
    tried = lives.start[i] + rng.exponential(ADOPTION_DAYS * (1 + np.arange(len(shares))))
    # A tenth of the features never catches on at a given customer.
    tried = np.where((rng.random(len(shares)) < 0.1) | (plans > lives.plan[i] + 1), NEVER, tried)
    taste = rng.gamma(4, 0.15, len(shares))
    mean = np.where(active.day[:, None] >= tried, shares * taste, 0.0)
    used = rng.random(mean.shape) < np.minimum(mean, 0.9)
    counts = used * (1 + rng.poisson(1.3, mean.shape))
    logins = 1 + rng.poisson(0.5, len(active.day))
    return np.column_stack([logins, counts])
