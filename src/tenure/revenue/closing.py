"""Retention as it stood at the end of a month that is over, by all that is known on a later day.

A report of October that is made in November counts what became known of October since; what moved in November it does
not see.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.months import last_day, months_after
from tenure.revenue import queries, rules
from tenure.revenue.cohorts import cohorts
from tenure.revenue.contracts import KINDS, Cohorts, Course, Part, Sizes, Staying
from tenure.revenue.made_of import of_movement
from tenure.revenue.sizes import by_size


@dataclass(frozen=True, slots=True)
class Closing:
    """The movements up to the end of `month` (its first day), as known at `as_of`."""

    as_of: date
    month: date
    ledger: pa.Table

    @property
    def last(self) -> date:
        """The last day of the month."""
        return last_day(self.month)

    def course(self) -> Course:
        """All accounts, month by month, and the twelve months that end with this one."""
        return rules.course(self.ledger, first=self._first(), as_of=self.last)

    def groups(self, by: str) -> list[Course]:
        """The same of each value of a field, the greatest first; groups are those of the day `as_of`."""
        groups = queries.groups_by(self.as_of, by)
        _, found = rules.courses(self.ledger, groups, first=self._first(), as_of=self.last)
        return sorted(found, key=lambda each: (-each.months[-1].mrr if each.months else 0, each.value or ""))

    def cohorts(self, *, months: int) -> Cohorts:
        """The cohorts that had begun."""
        return cohorts(self.ledger, as_of=self.last, months=months)

    def staying(self, *, horizon: int) -> Staying:
        """How long customers stay."""
        return rules.staying(self.ledger, as_of=months_after(self.month, 1), horizon=horizon)

    def sizes(self) -> Sizes:
        """Who left in the twelve months, by what they paid before."""
        _, paid, now = rules.then_and_now(self.ledger, self.last)
        return by_size(paid, now)

    def parts(self, kind: str) -> list[Part]:
        """The accounts behind a movement of the month, the greatest first. `kind` is of `KINDS`."""
        assert kind in KINDS
        return of_movement(self.ledger, self.month, kind)

    def _first(self) -> date | None:
        found: date | None = pc.min(self.ledger["month"]).as_py()
        return found


def at_month_end(as_of: date, month: date) -> Closing:
    """The end of a month (its first day) by what is known at `as_of`."""
    every = queries.ledger(as_of)
    return Closing(as_of, month, every.filter(pc.less_equal(every["month"], pa.scalar(month, every["month"].type))))
