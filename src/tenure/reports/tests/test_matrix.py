"""The figures of every month out of one pass are those of Retention, month by month."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.months import last_day, months_back
from tenure.reports import matrix
from tenure.reports.contracts import Figure
from tenure.revenue import rules
from tenure.revenue.tests.ledgers import FIRST, MONTHS, ledger

AMOUNTS = st.one_of(st.just(0), st.integers(1, 500))
HISTORIES = st.lists(st.lists(AMOUNTS, min_size=len(MONTHS), max_size=len(MONTHS)), min_size=1, max_size=6)


def end(month: date) -> date:
    return last_day(month)


@given(histories=HISTORIES)
def test_twelve_months_are_those_of_retention_for_every_month(histories: list[list[int]]) -> None:
    every = ledger(histories)
    found = matrix.matrix(every, first=months_back(FIRST, 12), last=MONTHS[-1])
    for month in MONTHS:
        year = rules.year(every.filter(pc.less_equal(every["month"], pa.scalar(month))), end(month))
        figures = found.year(month).figures()
        assert figures["nrr"] == Figure(year.nrr, year.now, year.opening)
        assert figures["grr"] == Figure(year.grr, year.kept, year.opening)
        assert figures["logo_churn"] == Figure(year.logo_churn, year.lost, year.customers)
        assert figures["revenue_churn"] == Figure(year.revenue_churn, year.gone, year.opening)
        if year.nrr is not None and year.grr is not None:
            assert figures["expansion"].value == pytest.approx(year.nrr - year.grr, abs=1e-12)


@given(histories=HISTORIES, first=st.integers(0, len(MONTHS) - 1))
def test_what_came_before_the_window_is_what_accounts_begin_with(histories: list[list[int]], first: int) -> None:
    every = ledger(histories)
    whole = matrix.matrix(every, first=months_back(FIRST, 12), last=MONTHS[-1])
    window = matrix.matrix(every, first=months_back(MONTHS[first], 12), last=MONTHS[-1])
    assert window.year(MONTHS[-1]).figures() == whole.year(MONTHS[-1]).figures()


def test_money_of_a_month_and_the_quick_ratio_of_twelve() -> None:
    histories = [[100, 150, 150, 0], [0, 50, 25, 25]]
    months = rules.course(ledger(histories), first=FIRST, as_of=end(MONTHS[3])).months
    assert matrix.of_months(months) == {
        "mrr": Figure(25.0),
        "arpa": Figure(25.0, 25, 1),
        "new_mrr": Figure(0.0),
        "quick_ratio": Figure(200 / 175, 200, 175),
    }
    assert matrix.of_months(months[:2])["quick_ratio"] == Figure(None, 200, 0)
