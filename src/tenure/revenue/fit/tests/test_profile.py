"""The best customers, and churn by source."""

import numpy as np
import pyarrow as pa
import pytest

from tenure.predictions.evaluation.intervals import share
from tenure.revenue.fit import best, sources
from tenure.revenue.fit.customers import Customers
from tenure.revenue.fit.tests import worlds
from tenure.revenue.groups import FieldGroups, by_words


def paying(paid: list[int], now: list[int] | None = None, before: list[int] | None = None) -> Customers:
    count = len(paid)
    lived = np.full(count, 12)
    amounts = [np.array(each if each is not None else [0] * count) for each in (now, before, paid)]
    return Customers(np.arange(count), lived, np.zeros(count, bool), lived, *amounts)


def test_the_best_are_the_tenth_that_has_paid_most() -> None:
    made = paying(list(range(400)))
    assert np.flatnonzero(best.who(made)).tolist() == list(range(360, 400))
    alike = paying([5] * 400)
    assert np.flatnonzero(best.who(alike)).tolist() == list(range(40))  # by id, so that it is the same each time
    assert best.who(paying(list(range(60)))).sum() == 20  # a tenth would be six
    assert best.who(paying(list(range(39)))).sum() == 0
    assert best.profile(paying(list(range(39))), []) is None


def test_what_is_more_frequent_among_them() -> None:
    """17 of the 50 best are in health (34 %), 50 of the 450 others (11 %)."""
    made = paying([1_000] * 50 + [10] * 450)
    said = ["health"] * 17 + ["retail"] * 33 + ["health"] * 50 + ["retail"] * 400
    industry = FieldGroups("t__industry", "Industry", made.ids, by_words(pa.array(said)))
    rare = worlds.told("t__rare", {"x": 19, "y": 481})
    found = best.profile(made, [industry, rare])
    assert found
    assert (found.customers, found.others, found.paid, found.paid_by_others, found.least) == (
        50,
        450,
        50_000,
        4_500,
        1_000,
    )
    first = found.traits[0]
    assert (first.value, first.best, first.others, first.stands_out) == ("health", 17, 50, True)
    assert (round(first.of_best.value, 2), round(first.of_others.value, 2)) == (0.34, 0.11)
    assert first.lift == pytest.approx(0.34 / (50 / 450))
    assert first.of_best == share(17, 50)
    assert 0 < first.more.low < first.more.value < first.more.high
    assert {each.value for each in found.traits} == {"health", "retail", "y"}  # of 19 nothing is told


def test_churn_by_source_and_what_it_means_in_money() -> None:
    """Of 30 from ads 15 left, of 70 by referral 7; each paid 100, so at 10 % lost ads would still bring 1,200."""
    now = [0] * 15 + [100] * 15 + [0] * 7 + [100] * 63
    made = paying([0] * 100, now=now, before=[100] * 100)
    found = sources.churn(made, worlds.told("t__source", {"ads": 30, "referral": 70}))
    whole = found.whole
    assert (whole.customers, whole.lost, whole.opening, whole.gone) == (100, 22, 10_000, 2_200)
    ads, referral = found.sources
    assert (ads.value, ads.customers, ads.lost, ads.gone, ads.excess, ads.stands_out) == (
        "ads",
        30,
        15,
        1_500,
        1_200,
        True,
    )
    assert (referral.excess, referral.stands_out) == (700 - 3_500, True)
    assert ads.logo_churn == share(15, 30)
    # All pay the same, so money is as many trials as customers.
    assert ads.revenue_churn
    assert (ads.revenue_churn.low, ads.revenue_churn.high) == pytest.approx((share(15, 30).low, share(15, 30).high))  # type: ignore[union-attr]


def test_one_large_customer_makes_the_interval_of_money_wide() -> None:
    made = paying([0] * 60, now=[10] * 59 + [0], before=[10] * 59 + [10_000])
    found = sources.churn(made, worlds.told("t__source", {"ads": 30, "fair": 30}))
    ads, fair = sorted(found.sources, key=lambda each: each.value or "")
    assert fair.revenue_churn
    assert fair.revenue_churn.value > 0.9
    assert fair.revenue_churn.low < 0.3
    assert ads.revenue_churn == share(0, 30)


def test_money_lost_holds_the_truth_in_nineteen_worlds_of_twenty() -> None:
    draw, held = np.random.default_rng(9), []
    for _ in range(600):
        before = np.rint(np.exp(draw.normal(8, 0.6, 150))).astype(int)
        left = draw.random(150) < 0.2
        found = sources.churn(
            paying([0] * 150, now=np.where(left, 0, before).tolist(), before=before.tolist()),
            worlds.told("t__source", {"all": 150}),
        ).whole.revenue_churn
        assert found
        held.append(found.holds(0.2))
    assert 0.92 <= np.mean(held) <= 0.975


def test_where_customers_came_from_is_the_commonest_name_unless_asked() -> None:
    fields = [worlds.told(f"t__{name}", {"a": 5, "b": 5}) for name in ("channel", "source", "industry")]
    assert [getattr(sources.chosen(fields, each), "key", None) for each in ("", "t__industry", "t__x")] == [
        "t__source", "t__industry", None,
    ]  # fmt: skip
    assert sources.chosen(fields[2:]) is None


def test_too_few_are_counted_and_no_more() -> None:
    made = paying([0] * 40, now=[0] * 40, before=[100] * 40)
    found = sources.churn(made, worlds.told("t__source", {"ads": 19, "fair": 21}))
    few = next(each for each in found.sources if each.value == "ads")
    assert (few.few, few.customers, few.lost, few.logo_churn, few.excess, few.q) == (True, 19, 19, None, None, None)
