"""What a usual month does, and whether one is beyond it. Pure.

Usual is the median of the absolute values of the twelve months before: one month that was out of the way does not
change what is usual. Of money it is the median share of MRR at the start, so that a company that grows is not told of
its growth every month.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

BEYOND = 1.5
"""So many times the usual is worth a sentence."""
MONTHS, FEWEST = 12, 3
MOST = 5


def usual(amounts: Sequence[float]) -> float | None:
    """The median of the last twelve absolute amounts; None of fewer than three."""
    last = [abs(each) for each in amounts[-MONTHS:]]
    return median(last) if len(last) >= FEWEST else None


def changes(values: Sequence[float | None]) -> list[float]:
    """From each known value to the next, where both are known."""
    return [after - before for before, after in pairwise(values) if before is not None and after is not None]


def size(amount: float, usual_one: float | None, least: float) -> float | None:
    """How many times the usual it is, where that is worth a sentence; what is usual counts as `least` at least, so
    that next to nothing is never news. None where too little is known, or it is not beyond."""
    if usual_one is None:
        return None
    times = abs(amount) / max(usual_one, least) if max(usual_one, least) else 0.0
    return times if times > BEYOND else None
