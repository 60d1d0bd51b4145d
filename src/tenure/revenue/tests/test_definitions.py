"""What the definitions say of one month, and why they differ."""

from datetime import date

import pytest

from tenure.revenue.contracts import MOVEMENTS, Month
from tenure.revenue.definitions import DEFINITIONS, differs


def month(**amounts: int) -> Month:
    nothing = dict.fromkeys((*MOVEMENTS, "customers", "lost"), 0)
    return Month(month=date(2026, 3, 1), **{**nothing, "opening": 100, "mrr": 100, **amounts})


@pytest.mark.parametrize(
    ("key", "rates"),
    [("tenure", [0.9, 0.8, 0.1, 0.1]), ("chartmogul", [0.1, 0.2, 0.1])],
)
def test_one_month_by_each_definition(key: str, rates: list[float]) -> None:
    """100 at the start of ten customers: churn 10 of one, contraction 10, expansion 10."""
    example = month(churn=-10, contraction=-10, expansion=10, customers=10, lost=1)
    assert [figure.of(example) for figure in DEFINITIONS[key].figures] == pytest.approx(rates)


def test_why_they_differ_is_told_with_its_amounts() -> None:
    assert differs(month(churn=-10, contraction=-10)) == (
        "Gross MRR churn is 20.0 % where revenue churn is 10.0 %: it counts contraction as churn."
    )
    assert differs(month(churn=-10, reactivation=4)) == (
        "Net MRR churn is 6.0 % where 1 − NRR is 10.0 %: it takes off what came back, which NRR leaves to new business."
    )


def test_where_they_agree_nothing_is_told() -> None:
    assert differs(month(churn=-10, expansion=5)) == ""
    assert differs(month(opening=0)) == ""
