"""Months and years from movements: golden numbers, and what must hold of any history."""

from datetime import date
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue import rules
from tenure.revenue.contracts import Month
from tenure.revenue.tests.ledgers import FIRST, MONTHS, ledger
from tenure.subscriptions.contracts import MOVEMENTS


def month(**amounts: int) -> Month:
    nothing = dict.fromkeys((*MOVEMENTS, "customers", "lost"), 0)
    return Month(month=FIRST, **{**nothing, "opening": 0, "mrr": 0, **amounts})


def test_what_others_call_churn() -> None:
    """ChartMogul's worked example: 100 at the start, churn 10, contraction 10, expansion 10."""
    example = month(opening=100, churn=-10, contraction=-10, expansion=10)
    assert (rules.gross_mrr_churn(example), rules.net_mrr_churn(example)) == (0.2, 0.1)
    assert (example.revenue_churn, example.grr, example.nrr) == (0.1, 0.8, 0.9)
    assert rules.gross_mrr_churn(month()) is rules.net_mrr_churn(month()) is month().nrr is None


def test_churn_from_one_to_two_point_four_per_cent() -> None:
    before, after = month(customers=1_000, lost=10), month(customers=1_000, lost=24)
    assert before.logo_churn is not None
    assert after.logo_churn is not None
    assert round(100 * (after.logo_churn - before.logo_churn), 9) == 1.4


AMOUNTS = st.one_of(st.just(0), st.integers(1, 500))
HISTORIES = st.lists(st.lists(AMOUNTS, min_size=len(MONTHS), max_size=len(MONTHS)), min_size=1, max_size=6)


@given(histories=HISTORIES)
def test_months_are_what_they_are_made_of(histories: list[list[int]]) -> None:
    found = rules.course(ledger(histories), first=FIRST, as_of=date(2025, 8, 31))
    assert [each.month for each in found.months] == MONTHS
    sums = [sum(closings) for closings in zip(*histories, strict=True)]
    assert [each.mrr for each in found.months] == sums
    for at, each in enumerate(found.months):
        assert each.opening + sum(getattr(each, name) for name in MOVEMENTS) == each.mrr
        assert each.opening == (sums[at - 1] if at else 0)
        there = [closings[at - 1] > 0 if at else False for closings in histories]
        assert each.customers == sum(there)
        assert each.lost == sum(was and not closings[at] for was, closings in zip(there, histories, strict=True))
        if each.grr is not None and each.nrr is not None:
            assert each.grr <= 1
            assert each.grr <= each.nrr


@given(histories=HISTORIES)
def test_a_year_is_who_paid_before_it_against_what_they_pay_now(histories: list[list[int]]) -> None:
    as_of = date(2025, 8, 31)
    found = rules.year(ledger(histories), as_of)
    assert (found.first, found.last) == (date(2024, 9, 1), as_of)
    start = MONTHS.index(found.first) - 1
    pairs = [(closings[start], closings[-1]) for closings in histories if closings[start]]
    assert found.customers == len(pairs)
    assert found.lost == sum(not now for _, now in pairs)
    assert found.opening == sum(was for was, _ in pairs)
    assert found.now == sum(now for _, now in pairs)
    assert found.kept == sum(min(was, now) for was, now in pairs)
    assert found.gone == sum(was for was, now in pairs if not now)


@given(histories=HISTORIES, cut=st.integers(0, 6))
def test_parts_add_up_to_the_whole(histories: list[list[int]], cut: int) -> None:
    as_of = date(2025, 8, 31)
    every = ledger(histories)
    first = pa.array([account <= cut for account in every["account"].to_pylist()], pa.bool_())
    parts = [every.filter(first), every.filter(pc.invert(first))]
    whole, *some = (rules.course(each, first=FIRST, as_of=as_of).months for each in (every, *parts))
    for name in ("opening", "mrr", "customers", "lost", *MOVEMENTS):
        assert [getattr(each, name) for each in whole] == [
            sum(getattr(each, name) for each in both) for both in zip(*some, strict=True)
        ]


def test_the_last_day_on_which_an_account_paid() -> None:
    history = [list(accumulate([10, 0, 0])), [10, 10, 0], [10, 0, 20]]
    found = rules.paid_last(ledger(history), date(2024, 3, 20))
    assert found["id"].to_pylist() == [1, 2, 3]
    assert found[rules.PAID_LAST].to_pylist() == [date(2024, 3, 20), date(2024, 2, 29), date(2024, 3, 20)]
    assert rules.paid_last(ledger([]), date(2024, 3, 20)).num_rows == 0
