from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue import rules
from tenure.revenue.cohorts import QUARTER, cohorts, lifetimes
from tenure.revenue.tests.ledgers import FIRST, MONTHS, ledger

AS_OF = date(2025, 8, 31)
HISTORIES = st.lists(
    st.lists(st.one_of(st.just(0), st.integers(1, 500)), min_size=len(MONTHS), max_size=len(MONTHS)),
    min_size=1, max_size=8,
)  # fmt: skip


def test_two_cohorts_by_hand() -> None:
    some = cohorts(ledger([[10, 10, 0, 5], [20, 30, 30, 30], [0, 7, 7, 0]]), as_of=date(2024, 4, 10))
    january, february = some.rows
    assert (january.start, january.customers, january.mrr) == (FIRST, (2, 2, 1, 2), (30, 40, 30, 35))
    assert (february.start, february.customers, february.mrr) == (date(2024, 2, 1), (1, 1, 0), (7, 7, 0))
    assert january.logos() == (1.0, 1.0, 0.5, 1.0)
    assert january.money() == pytest.approx((1.0, 4 / 3, 1.0, 7 / 6))


def test_by_quarters() -> None:
    [row] = cohorts(ledger([[10, 0, 8, 8, 9], [0, 0, 5]]), as_of=date(2024, 5, 10), months=QUARTER).rows
    assert (row.start, row.customers, row.mrr) == (FIRST, (2, 2), (13, 14))


def test_nobody_ever_paid() -> None:
    assert cohorts(ledger([]), as_of=AS_OF).rows == ()
    assert cohorts(ledger([]), as_of=AS_OF).total() == ()
    assert len(lifetimes(ledger([]), as_of=AS_OF).months) == 0


@given(histories=HISTORIES, months=st.sampled_from([1, QUARTER]))
def test_rows_add_up_to_what_there_was(histories: list[list[int]], months: int) -> None:
    every = ledger(histories)
    found = cohorts(every, as_of=AS_OF, months=months).total()
    course = {each.month: each for each in rules.course(every, first=FIRST, as_of=AS_OF).months}
    for period, customers, mrr in found:
        ends = [m for m in MONTHS if period <= m][:months][-1]
        assert mrr == course[ends].mrr
        assert customers == sum(closings[MONTHS.index(ends)] > 0 for closings in histories)


def test_lifetimes_end_when_a_customer_first_leaves() -> None:
    """In turn: left in the month they came, left in the third and came back, is here, came in the month not over."""
    histories = [[5, 0, 0, 0], [5, 5, 0, 9], [0, 5, 5, 5], [0, 0, 0, 5]]
    found = lifetimes(ledger(histories), as_of=date(2024, 4, 20))
    rows = list(zip(found.accounts.tolist(), found.months.tolist(), found.ended.tolist(), strict=True))
    assert rows == [(1, 2, True), (2, 3, True), (3, 2, False)]


@given(histories=HISTORIES)
def test_lifetimes_against_a_walk_through_the_months(histories: list[list[int]]) -> None:
    found = lifetimes(ledger(histories), as_of=AS_OF)
    over = len(MONTHS) - 1
    wanted = {}
    for account, closings in enumerate(histories, start=1):
        start = next((at for at, mrr in enumerate(closings) if mrr), None)
        if start is None:
            continue
        end = next((at for at in range(start, over) if not closings[at]), None)
        lived = (end - start + 1) if end is not None else over - start
        if lived:
            wanted[account] = (lived, end is not None)
    assert wanted == {
        account: (months, ended)
        for account, months, ended in zip(
            found.accounts.tolist(), found.months.tolist(), found.ended.tolist(), strict=True
        )
    }
    assert found.starts.dtype == np.int64
