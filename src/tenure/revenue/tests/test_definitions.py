"""What the definitions say of one month, and why they differ from ours."""

from datetime import date

import pytest

from tenure.revenue.contracts import Month, Renewals, Span
from tenure.revenue.definitions import DEFINITIONS
from tenure.revenue.differing import differs
from tenure.subscriptions.contracts import MOVEMENTS

MARCH = date(2026, 3, 1)
DUE = Renewals(MARCH, terms=4, terms_renewed=3, due=50, renewed=38, uplift=5, downgraded=2, not_renewed=10)


def month(due: Renewals | None = None, **amounts: int) -> Span:
    nothing = dict.fromkeys((*MOVEMENTS, "customers", "lost"), 0)
    moved = Month(month=MARCH, **{**nothing, "opening": 100, "mrr": 100, **amounts})
    return Span(moved, due or Renewals(MARCH))


@pytest.mark.parametrize(
    ("key", "figures"),
    [
        ("tenure", [0.9, 0.8, 0.1, 0.1]),
        ("chartmogul", [0.1, 0.2, 0.1]),
        ("stripe", [1 / 12, 10]),
        ("baremetrics", [0.1, 0.2, 0.1]),
        ("gainsight", [50, 38, 5, 2, 10, 0.76, 0.86]),
        ("totango", [50, 38, 5, 2, 10, 0.2]),
        ("planhat", [50, 38, 5, 2, 10, 0.76]),
        ("clientsuccess", [50, 38, 5, 2, 10, 0.76]),
    ],
)
def test_one_month_by_each_definition(key: str, figures: list[float]) -> None:
    """100 at the start of ten customers: churn 10 of one, contraction 10, expansion 10; two came. Terms of 50 ended."""
    example = month(DUE, churn=-10, contraction=-10, expansion=10, customers=10, lost=1, gained=2)
    assert [figure.of(example) for figure in DEFINITIONS[key].figures] == pytest.approx(figures)


def test_every_definition_but_ours_says_where_it_is_from() -> None:
    assert {key: bool(each.source) for key, each in DEFINITIONS.items()} == {
        key: key != "tenure" for key in DEFINITIONS
    }


def test_what_others_count_as_churn_is_told_with_its_amount() -> None:
    shrunk = month(churn=-10, contraction=-10)
    assert differs("chartmogul", shrunk) == [
        "Gross MRR churn is 20.0 % where our revenue churn is 10.0 %: it counts the {contraction} of contraction as"
        " churn."
    ]
    assert differs("baremetrics", shrunk) == [
        "Revenue churn is 20.0 % where our revenue churn is 10.0 %: it counts the {contraction} of contraction as"
        " churn."
    ]
    assert differs("chartmogul", month(churn=-10, reactivation=4)) == [
        "Net MRR churn is 6.0 % where 1 − NRR is 10.0 %: it takes off the {reactivation} that came back, which NRR"
        " leaves to new business."
    ]
    assert differs("stripe", month(customers=8, lost=1, gained=2)) == [
        "Subscriber churn is 10.0 % where logo churn is 12.5 %: Stripe divides the {lost} by the customers at the start"
        " and the {gained} who came in the month, ours by those at the start alone."
    ]


def test_why_renewals_say_something_else() -> None:
    assert differs("gainsight", month(DUE, churn=-12, expansion=8)) == [
        "It asks only about the {due} whose terms ended, ours about all {opening} that was paid at the start.",
        "GRR is 76.0 % where our GRR is 88.0 %: {not_renewed} of what was due was not renewed and {downgraded} was"
        " given up in renewing.",
        "Ours counts whatever was lost in the month, at a renewal or not: {churn} of churn.",
        "NRR is 86.0 % where ours is 96.0 %: of growth it counts the {uplift} agreed in renewing, ours all {expansion}"
        " of expansion.",
    ]
    assert differs("totango", month(DUE))[1].startswith("Churn of renewable is 20.0 % where our GRR is 100.0 %")
    assert differs("gainsight", month()) == ["No term ended in this month, so nothing was due and there is no rate."]


@pytest.mark.parametrize("key", ["tenure", "chartmogul", "stripe", "baremetrics"])
def test_where_they_agree_nothing_is_told(key: str) -> None:
    assert differs(key, month(churn=-10, expansion=5)) == []
    assert differs(key, month(opening=0)) == []
