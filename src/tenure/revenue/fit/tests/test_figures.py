"""Figures of groups: beside the one-cohort estimate, by hand, and how often their intervals hold the truth."""

from datetime import date
from statistics import median

import numpy as np
import pyarrow as pa
import pytest

from tenure.predictions.evaluation.intervals import share
from tenure.revenue.fit import chance
from tenure.revenue.fit.customers import Customers
from tenure.revenue.fit.figures import kinds
from tenure.revenue.fit.groups import kinds_by
from tenure.revenue.fit.tables import Tables
from tenure.revenue.fit.tests import worlds
from tenure.revenue.fit.tests.worlds import AS_OF
from tenure.revenue.survival import kaplan_meier
from tenure.revenue.tests.ledgers import ledger


def test_customers_out_of_a_ledger() -> None:
    """Paid is MRR at the end of each month that is over; a life ends when they first leave, also if they come back."""
    stays, leaves, back, new = [10] * 15, [0, 20, 20, 0], [5, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7], [0] * 14 + [3]
    found = Customers.of(ledger([stays, leaves, back, new]), as_of=date(2025, 3, 20))
    assert found.ids.tolist() == [1, 2, 3, 4]
    assert found.months.tolist() == [14, 3, 2, 0]
    assert found.ended.tolist() == [False, True, True, False]
    assert found.possible.tolist() == [14, 13, 14, 0]
    assert found.mrr.tolist() == [10, 0, 7, 3]
    assert found.before.tolist() == [10, 20, 7, 0]  # at the end of March 2024
    assert found.paid.tolist() == [140, 40, 5 + 12 * 7, 0]
    assert Customers.of(ledger([]), as_of=AS_OF).ids.tolist() == []


def test_each_row_of_tables_is_kaplan_and_meiers_estimate() -> None:
    draw = np.random.default_rng(5)
    months, ended, codes = draw.integers(1, 30, 200), draw.random(200) < 0.6, draw.integers(0, 3, 200)
    tables = Tables.of(codes, 3, months, ended)
    for group in range(3):
        points = kaplan_meier(months[codes == group], ended[codes == group])
        width = len(points)
        assert tables.survival[group, :width] == pytest.approx([point.survival for point in points])
        twelve, known = tables.share_at(group, 12), points[12]
        assert twelve
        assert (twelve.low, twelve.high) == pytest.approx((known.low, known.high))
        lived = tables.mean_within(group, width - 1)
        assert lived
        assert lived.value == pytest.approx(sum(point.survival for point in points[:-1]))
    others = tables.others()
    assert others.at_risk[0].tolist() == Tables.of((codes != 0).astype(int), 2, months, ended).at_risk[1].tolist()


def test_the_mean_within_35_weeks_has_irwins_error() -> None:
    """Of the patients of 6-mercaptopurine 23.3 weeks with an error of 2.83 (Klein and Moeschberger, "Survival
    Analysis", 2nd ed. 2003, example 4.2). Its interval, drawn of log-odds, is that wide around the middle."""
    months = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    found = Tables.of(np.zeros(21, int), 1, months, np.arange(21) < 9).mean_within(0, 35)
    assert found
    assert round(found.value, 2) == 23.29
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(2.83, rel=0.05)


def test_where_nobody_left_the_interval_is_still_one() -> None:
    tables = Tables.of(np.zeros(30, int), 1, np.full(30, 14), np.zeros(30, bool)).longer(20)
    found, lived = tables.share_at(0, 12), tables.mean_within(0, 12)
    assert found == share(30, 30)  # Wilson's
    assert lived
    assert (lived.value, lived.high) == (12.0, 12.0)
    assert lived.low == pytest.approx(1 + 11 * 0.8865, abs=1e-3)
    assert tables.share_at(0, 20) is None  # nobody was seen so long
    at_once = Tables.of(np.zeros(30, int), 1, np.full(30, 5), np.ones(30, bool)).longer(12)
    gone, lived = at_once.share_at(0, 12), at_once.mean_within(0, 12)
    assert gone == share(0, 30)
    assert lived
    assert (lived.value, round(lived.low, 2), round(lived.high, 2)) == (5.0, 4.55, 5.79)


@pytest.mark.parametrize(("count", "churn"), [(40, 0.02), (300, 0.02), (30, 0.005)])
def test_intervals_hold_the_truth_in_nineteen_worlds_of_twenty(count: int, churn: float) -> None:
    """Within 36 months Irwin's is known to be a little short in samples as small as the smallest that are told."""
    draw, horizon = np.random.default_rng(3), 36
    stays, lived = (1 - churn) ** 12, sum((1 - churn) ** age for age in range(36))
    held = np.zeros(2)
    for _ in range(1_000):
        made = worlds.customers(draw, np.full(count, churn))
        tables = Tables.of(np.zeros(count, int), 1, made.months, made.ended).longer(horizon)
        of_share, of_mean = tables.share_at(0, 12), tables.mean_within(0, horizon)
        assert of_share
        assert of_mean
        held += of_share.holds(stays), of_mean.holds(lived)
    assert 0.93 <= held[0] / 1_000 <= 0.975
    assert 0.92 <= held[1] / 1_000 <= 0.975


def test_what_customers_are_worth_holds_in_worlds_with_few_large_ones() -> None:
    """Of 200 customers with lognormal MRR; the mean of a skewed amount is the hardest part."""
    draw = np.random.default_rng(4)
    truth = float(np.exp(8 + 0.8**2 / 2)) * sum(0.98**age for age in range(36))
    held = []
    for _ in range(600):
        found = kinds(worlds.customers(draw, np.full(200, 0.02)), [], as_of=AS_OF).whole
        assert found.worth
        held.append(found.worth.holds(truth))
    assert 0.91 <= np.mean(held) <= 0.975


def test_a_group_beside_all_others() -> None:
    draw = np.random.default_rng(6)
    made = worlds.customers(draw, np.repeat([0.005, 0.05], 100))
    field = worlds.told("t__size", {"large": 100, "small": 85, "tiny": 15})
    codes = field.groups.codes
    found = kinds(made, [field], as_of=AS_OF)
    assert (found.stays_at, found.horizon, found.looked_at) == (12, 36, 2)
    large, small, tiny = found.fields[0].groups
    assert [each.value for each in (large, small, tiny)] == ["large", "small", "tiny"]
    assert large.stays
    assert large.more_stay
    assert large.more_stay.value == pytest.approx(large.stays.value - float(_of(made, codes > 0).survival[0, 12]))
    assert (large.longer, large.stands_out, small.longer, small.stands_out) == (True, True, False, True)
    pays = made.mrr[(codes == 0) & (made.mrr > 0)]
    assert (large.customers, large.paying, large.mrr_now) == (100, len(pays), pays.sum())
    assert large.median == round(median(pays.tolist()))
    assert large.mrr
    assert large.mrr.value == pytest.approx(pays.mean())
    assert large.mrr.high - large.mrr.value == pytest.approx(
        chance.t_quantile(0.975, len(pays) - 1) * pays.std(ddof=1) / len(pays) ** 0.5
    )
    assert large.lifetime
    assert large.worth
    assert large.worth.value == pytest.approx(large.mrr.value * large.lifetime.value, rel=1e-4)
    assert (tiny.few, tiny.stays, tiny.mrr, tiny.p, tiny.customers) == (True, None, None, None, 15)


def _of(made: Customers, which: np.ndarray) -> Tables:
    return Tables.of(np.zeros(int(which.sum()), int), 1, made.months[which], made.ended[which])


def test_a_young_company_is_told_of_as_long_as_it_was_seen() -> None:
    draw = np.random.default_rng(7)
    found = kinds(worlds.customers(draw, np.full(100, 0.03), longest=8), [], as_of=AS_OF)
    assert (found.stays_at, found.horizon) == (7, 7)
    few = kinds(worlds.customers(draw, np.full(19, 0.03)), [], as_of=AS_OF)
    assert (few.stays_at, few.whole.few, few.whole.customers) == (0, True, 19)


def test_not_knowing_is_no_kind_of_customer() -> None:
    draw = np.random.default_rng(8)
    made = worlds.customers(draw, np.repeat([0.2, 0.01], 60))
    values = pa.array([None] * 60 + ["a", "b"] * 30)
    field = kinds_by("t__kind", "Kind", made.ids, values)
    assert field
    *_, unknown = kinds(made, [field], as_of=AS_OF).fields[0].groups
    assert (unknown.value, unknown.customers, unknown.p, unknown.q) == (None, 60, None, None)
    assert unknown.more_stay


@pytest.mark.parametrize("values", [["x"] * 9, [f"{n}" for n in range(40)], [7.0] * 9, [None, "a"], [None, None]])
def test_who_is_all_alike_or_all_different_is_no_group(values: list[object]) -> None:
    assert kinds_by("t__x", "X", np.arange(len(values)), pa.array(values)) is None
