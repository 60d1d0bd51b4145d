"""How much of a usual day's work is done on a date: weekdays, holidays, one bad day of our own."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tenure.demo.contracts import Scenario

WEEKDAYS = (1.0, 1.06, 1.04, 1.0, 0.84, 0.12, 0.07)
OUTAGE_DAYS = 2
# The share of a usual day's work that still got done.
OUTAGE_ACCESS = 0.3
# The outage lies this share of the way through the simulated time.
OUTAGE_AT = 0.72


@dataclass(frozen=True, slots=True)
class Days:
    """Factors, one a simulated day. `summer` is 1 in deep August and applies as far as an account rests then."""

    work: NDArray[np.float64]
    summer: NDArray[np.float64]
    outage: NDArray[np.bool_]


def _work(day: date) -> float:
    """The weekday's share, less in the two weeks around the turn of the year."""
    share = WEEKDAYS[day.weekday()]
    if (day.month, day.day) in ((12, 25), (12, 26), (1, 1)):
        return share * 0.05
    if (day.month == 12 and day.day >= 22) or (day.month == 1 and day.day <= 4):
        return share * 0.35
    return share


def _summer(day: date) -> float:
    """A bell around 8 August, four weeks wide."""
    distance = (day - date(day.year, 8, 8)).days
    return float(np.exp(-((distance / 16) ** 2)))


def days(scenario: Scenario) -> Days:
    """The factors of every day of the scenario."""
    dates = [scenario.first + timedelta(days=offset) for offset in range(scenario.days)]
    outage = np.zeros(scenario.days, dtype=np.bool_)
    begin = outage_begins(scenario)
    outage[begin : begin + OUTAGE_DAYS] = True
    return Days(np.array([_work(day) for day in dates]), np.array([_summer(day) for day in dates]), outage)


def outage_begins(scenario: Scenario) -> int:
    """The offset of the outage's first day: a Tuesday."""
    offset = int(scenario.days * OUTAGE_AT)
    while scenario.on(offset).weekday() != 1 and offset > 0:
        offset -= 1
    return offset
