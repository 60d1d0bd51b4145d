"""What the board says of every month, worked out once a cycle and kept beside the current state.

The figures of twelve months ask for all movements of all accounts, for every month there is: a page would wait for it.
A file that can be thrown away. Of a past day it is made when it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from tenure.base import clock, kept
from tenure.reports import matrix, standing
from tenure.reports.contracts import Bar, Figure, Sentence
from tenure.revenue import queries as revenue
from tenure.revenue.contracts import MOVEMENTS, Month
from tenure.tenants.queries import here

MONTHS = 37
"""Three years and the month that runs: two to look at, each with its year before."""


@dataclass(frozen=True, slots=True)
class Told:
    """A month: its figures by metric, its movements, and what changed."""

    month: date
    figures: Mapping[str, Figure]
    waterfall: tuple[Bar, ...]
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All months, oldest first, as known at a day. The last is that day's own, of which scores are known too; those of
    months that are over are in the snapshots."""

    as_of: date
    made_at: datetime
    months: tuple[Told, ...]


_KEPT = kept.Document("board.json", Known)


def known(as_of: date) -> Known:
    """As the last cycle left it, or worked out for a past day."""
    slug = here().slug
    newest = _KEPT.get(slug)
    return newest if newest is not None and newest.as_of == as_of else _of_past(slug, as_of)


@lru_cache(maxsize=4)
def _of_past(slug: str, as_of: date) -> Known:
    return worked_out(as_of)


def worked_out(as_of: date) -> Known:
    """Every month up to a day's, out of the ledger and the scores of that day."""
    course = revenue.retention_shown(as_of).total
    months = course.months
    shown = months[-MONTHS:]
    if not shown:
        return Known(as_of, clock.now(), (Told(as_of.replace(day=1), standing.of_day(as_of), ()),))
    rows = matrix.matrix(revenue.ledger(as_of), first=matrix.before(shown[0].month, matrix.YEAR), last=shown[-1].month)
    told = []
    for at, month in enumerate(shown, start=len(months) - len(shown) + 1):
        figures = matrix.of_months(months[:at]) | rows.year(matrix.number_of(month.month)).figures()
        if month is shown[-1]:
            figures |= standing.of_day(as_of)
        told.append(Told(month.month, figures, waterfall(month)))
    return Known(as_of, clock.now(), tuple(told))


def waterfall(month: Month) -> tuple[Bar, ...]:
    """From what there was to what there is; movements that did not happen are left out."""
    moves = ((name, getattr(month, name)) for name in MOVEMENTS)
    return (
        Bar("Opening", month.opening, "opening"),
        *(Bar("FX" if name == "fx" else name.capitalize(), amount, name) for name, amount in moves if amount),
        Bar("MRR", month.mrr, "mrr"),
    )
