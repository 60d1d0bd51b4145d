"""What others may hold of days that are over."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Preparing:
    """Why a day cannot be shown yet. `state`: waits (for the worker), under way, behind (others come first), begins
    (the cycle is on its way to the day) or failed; `problem` says why it failed."""

    day: date
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a day's files were made from, beside the log: the scorecard and measures, the days that had scores, and the
    merges that were known by then."""

    as_of: date
    configuration: int
    scored: int
    merges: int
