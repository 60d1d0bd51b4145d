"""Renewals due: what came up for renewal in a month, and what became of it. Pure: rows of `RENEWALS_DUE` in, sums out.

A renewal is all that one account had to renew on one day: `due` is what it paid for that on the day before, and of it
`renewed` (at most what was due), `downgraded` (given up in renewing) and `not_renewed` (nothing is paid in its place)
add up to `due`. `uplift` is what is paid beyond it. Gainsight's Renewal Center and ClientSuccess' page of renewal
performance cut it the same way.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.months import date_of, first_day, last_day
from tenure.revenue.contracts import RENEWALS, Part, Renewals
from tenure.revenue.groups import FieldGroups
from tenure.revenue.runs import Whole, number_of_each, whole


def by_month(rows: pa.Table) -> tuple[Renewals, ...]:
    """The months in which anything was due, in their order."""
    return _by_month(rows, np.zeros(rows.num_rows, np.int64), 1)[0]


def by_group(rows: pa.Table, groups: FieldGroups) -> list[tuple[Renewals, ...]]:
    """`by_month` of each group, of the accounts that stand in one."""
    size = len(groups.groups.names)
    return _by_month(rows, groups.codes_of(whole(rows, "account")), size + 1)[:size]


def _by_month(rows: pa.Table, code: Whole, groups: int) -> list[tuple[Renewals, ...]]:
    """Of the rows of each code below `groups`."""
    if not rows.num_rows:
        return [()] * groups
    months = number_of_each(rows["due_on"])
    first = int(months.min())
    size = int(months.max()) - first + 1
    place = code * size + months - first
    split = _split(rows)
    terms = np.bincount(place, minlength=groups * size)
    kept = np.bincount(place[split["not_renewed"] == 0], minlength=groups * size)
    sums = {kind: _sums(place, amounts, groups * size) for kind, amounts in split.items()}
    return [
        tuple(
            Renewals(
                date_of(first + at), int(terms[at + start]), int(kept[at + start]),
                **{kind: int(sums[kind][at + start]) for kind in RENEWALS},
            )
            for at in range(size)
            if terms[at + start]
        )
        for start in range(0, groups * size, size)
    ]  # fmt: skip


def together(found: tuple[Renewals, ...], first: date) -> Renewals:
    """Several months as one that begins with `first`."""
    sums = {kind: sum(getattr(each, kind) for each in found) for kind in RENEWALS}
    return Renewals(first, sum(each.terms for each in found), sum(each.terms_renewed for each in found), **sums)


def of_renewals(rows: pa.Table, first: date, last: date, kind: str) -> list[Part]:
    """The accounts behind an amount (of `RENEWALS`) of the months from `first`'s to `last`'s, the greatest first: what
    they paid before and after, and their part; parts add up to the amount."""
    days = rows["due_on"]
    since = pc.greater_equal(days, pa.scalar(first_day(first)))
    rows = rows.filter(pc.and_(since, pc.less_equal(days, pa.scalar(last_day(last)))))
    amounts = _split(rows)[kind]
    chosen = amounts != 0
    accounts, place = np.unique(whole(rows, "account")[chosen], return_inverse=True)
    before, after, parts = (
        _sums(place, each[chosen], len(accounts))
        for each in (whole(rows, "paid_before"), whole(rows, "paid_after"), amounts)
    )
    order = np.lexsort((accounts, -parts))
    return list(map(Part, *(each[order].tolist() for each in (accounts, before, after, parts))))


def _split(rows: pa.Table) -> Mapping[str, Whole]:
    """Each row's amounts by kind."""
    due, after = (whole(rows, name) for name in ("paid_before", "paid_after"))
    renewed, gone = np.minimum(due, after), after <= 0
    return {
        "due": due,
        "renewed": renewed,
        "uplift": after - renewed,
        "downgraded": np.where(gone, 0, due - renewed),
        "not_renewed": np.where(gone, due, 0),
    }


def _sums(place: Whole, amounts: Whole, size: int) -> Whole:
    found: Whole = np.rint(np.bincount(place, weights=amounts, minlength=size)).astype(np.int64)
    return found
