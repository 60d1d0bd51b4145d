"""What a figure is made of: the accounts behind a movement of a month, and those of a cohort. Pure."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.months import date_of, months_back, number_of
from tenure.revenue.cohorts import starts
from tenure.revenue.contracts import GAINED, LOST, Part
from tenure.revenue.runs import closing_at


def of_movement(ledger: pa.Table, month: date, kind: str, *, months: int = 1) -> list[Part]:
    """Who moved so in a month, or in so many that end with it, the greatest amount first: what they paid before the
    first such month and after the last. Amounts add up to the months'. `kind` is of `KINDS`."""
    first = months_back(month, months - 1)
    within = pc.and_(
        pc.greater_equal(ledger["month"], pa.scalar(first)), pc.less_equal(ledger["month"], pa.scalar(month))
    )
    rows = ledger.filter(within)  # by account, then month, as it stands
    if kind == LOST:
        left = pc.and_(pc.greater(rows["opening"], 0), pc.less_equal(rows["closing"], 0))
        rows = rows.filter(left)
        amounts = pc.negate(rows["opening"])
    elif kind == GAINED:
        rows = rows.filter(pc.and_(pc.less_equal(rows["opening"], 0), pc.greater(rows["closing"], 0)))
        amounts = rows["closing"]
    else:
        rows = rows.filter(pc.not_equal(rows[kind], 0))
        amounts = rows[kind]
    columns = (rows["account"], rows["opening"], rows["closing"], amounts)
    found: dict[int, Part] = {}
    for account, opening, closing, amount in zip(*(column.to_pylist() for column in columns), strict=True):
        was = found.get(account, Part(account, opening, closing, 0))
        found[account] = Part(account, was.before, closing, was.amount + amount)
    return sorted(found.values(), key=lambda part: (-abs(part.amount), part.account))


def of_cohort(ledger: pa.Table, start: date, age: int, *, months: int) -> list[Part]:
    """The accounts that first paid in the period of `months` from `start`: what they paid at its end and after `age`
    periods more, the greatest first. Their `amount` is what they pay then, and adds up to the cohort's."""
    if not ledger.num_rows:
        return []
    ids, began = starts(ledger)
    first = number_of(start)
    theirs = pa.array(ids[(began >= first) & (began < first + months)], pa.int64())
    rows = ledger.filter(pc.is_in(ledger["account"], value_set=theirs))
    ends = (first + months - 1, first + (age + 1) * months - 1)
    before, after = (closing_at(rows, date_of(end)) for end in ends)
    found = []
    for account in theirs.to_pylist():
        paid, pays = (max(closing.get(account, 0), 0) for closing in (before, after))
        found.append(Part(account, paid, pays, pays))
    return sorted(found, key=lambda part: (-part.amount, -part.before, part.account))
