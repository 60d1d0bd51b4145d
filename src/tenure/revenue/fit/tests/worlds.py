"""Made-up customers whose truth is known."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from tenure.revenue.fit.customers import Customers
from tenure.revenue.groups import FieldGroups, Groups

AS_OF = date(2026, 4, 10)


def customers(draw: np.random.Generator, monthly_churn: np.ndarray, *, longest: int = 48) -> Customers:
    """A customer a chance of leaving each month, who came at any time in so many months; what they pay is lognormal."""
    count = len(monthly_churn)
    possible = draw.integers(1, longest + 1, count)
    lived = draw.geometric(monthly_churn)
    ended = lived <= possible
    months = np.minimum(lived, possible)
    pays = np.rint(np.exp(draw.normal(8.0, 0.8, count))).astype(np.int64)
    now = np.where(ended, 0, pays)
    before = np.where((possible >= 12) & (lived > possible - 12), pays, 0)
    return Customers(np.arange(1, count + 1), months, ended, possible, now, before, pays * months)


def drawn(draw: np.random.Generator, names: int, count: int, column: str = "t__kind") -> FieldGroups:
    """A field that says nothing of anybody."""
    return told(column, {f"{n}": share for n, share in enumerate(draw.multinomial(count, [1 / names] * names))}, draw)


def told(column: str, sizes: Mapping[str, int], draw: np.random.Generator | None = None) -> FieldGroups:
    """A field with so many customers of each value, in this order or in any."""
    codes = np.repeat(np.arange(len(sizes)), list(sizes.values()))
    if draw is not None:
        draw.shuffle(codes)
    groups = Groups.of(tuple(sizes), codes, ordered=False)
    return FieldGroups(column, column.removeprefix("t__").capitalize(), np.arange(1, len(codes) + 1), groups)
