from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue import rules
from tenure.revenue.cohorts import cohorts, lifetimes
from tenure.revenue.contracts import LOST, QUARTER
from tenure.revenue.made_of import of_cohort, of_movement
from tenure.revenue.tests.ledgers import FIRST, MONTHS, ledger
from tenure.subscriptions.contracts import MOVEMENTS

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


def test_all_together_are_those_that_have_reached_an_age() -> None:
    """January has seen ages 0 to 3, February 0 to 2: nobody of February counts at age 3."""
    some = cohorts(ledger([[10, 10, 0, 5], [20, 30, 30, 30], [0, 7, 7, 0]]), as_of=date(2024, 4, 10))
    assert some.logos() == pytest.approx((1.0, 1.0, 1 / 3, 1.0))
    assert some.money() == pytest.approx((1.0, 47 / 37, 30 / 37, 35 / 30))


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


@given(histories=HISTORIES, place=st.integers(0, len(MONTHS) - 1), months=st.sampled_from([1, QUARTER]))
def test_a_cell_is_made_of_its_accounts(histories: list[list[int]], place: int, months: int) -> None:
    every = ledger(histories)
    for row in cohorts(every, as_of=AS_OF, months=months).rows:
        age = min(place, len(row.mrr) - 1)
        parts = of_cohort(every, row.start, age, months=months)
        assert len(parts) >= row.customers[0]
        assert sum(part.amount for part in parts) == row.mrr[age]
        assert sum(part.after > 0 for part in parts) == row.customers[age]
        assert sum(part.before for part in parts) == row.mrr[0]


@given(histories=HISTORIES)
def test_a_movement_is_made_of_its_accounts(histories: list[list[int]]) -> None:
    every = ledger(histories)
    for month in rules.course(every, first=FIRST, as_of=AS_OF).months:
        for kind in MOVEMENTS:
            parts = of_movement(every, month.month, kind)
            assert sum(part.amount for part in parts) == getattr(month, kind)
        lost = of_movement(every, month.month, LOST)
        assert len(lost) == month.lost
        assert month.customers_at_end == sum(closings[MONTHS.index(month.month)] > 0 for closings in histories)


def test_how_long_customers_stay() -> None:
    """Of ten who came in January four left one after the other, six are here."""
    histories = [[10] * (at + 1) + [0] * (len(MONTHS) - at - 1) for at in range(4)] + [[10] * len(MONTHS)] * 6
    found = rules.staying(ledger(histories), as_of=AS_OF, horizon=60)
    assert (found.customers, found.lost, found.median, found.why) == (10, 4, None, "")
    assert found.points[-1].survival == pytest.approx(0.6)
    assert len(found.curve) == 61
    assert found.between is not None
    assert found.expected is not None
    assert found.between[0] < found.expected < found.between[1] <= 60
    nobody_left = rules.staying(ledger([[10] * len(MONTHS)]), as_of=AS_OF, horizon=60)
    assert nobody_left.expected is None
    assert "somebody has left" in nobody_left.why
