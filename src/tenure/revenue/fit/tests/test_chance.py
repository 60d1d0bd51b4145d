"""Tests of differences beside published examples, and how often they are wrong where nothing is to be found."""

import numpy as np
import pytest

from tenure.predictions.evaluation.intervals import Interval, share
from tenure.revenue.fit import chance
from tenure.revenue.fit.figures import kinds
from tenure.revenue.fit.tables import Tables
from tenure.revenue.fit.tests import worlds
from tenure.revenue.fit.tests.worlds import AS_OF

# Weeks of remission of 42 patients (Freireich and others 1963): 21 given 6-mercaptopurine, of whom some stayed well as
# long as they were seen, and 21 given nothing that works.
TREATED = ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def remission() -> Tables:
    months = np.array([*TREATED[0], *TREATED[1], *PLACEBO])
    ended = np.array([True] * 9 + [False] * 12 + [True] * 21)
    return Tables.of(np.array([0] * 21 + [1] * 21), 2, months, ended)


def test_the_log_rank_test_of_the_books() -> None:
    """Kleinbaum and Klein, "Survival Analysis" (2012), chapter 2: 16.793, 9 lost where 19.25 were expected."""
    tables = remission()
    z = chance.log_rank(tables.at_risk, tables.lost)
    assert [round(float(each) ** 2, 3) for each in z] == [16.793, 16.793]
    assert z[0] < 0 < z[1]
    assert chance.two_sided(z)[0] == pytest.approx(4.17e-5, rel=0.01)


def test_where_nobody_left_nothing_is_told() -> None:
    tables = Tables.of(np.array([0, 1]), 2, np.array([3, 4]), np.array([False, False]))
    assert np.isnan(chance.log_rank(tables.at_risk, tables.lost)).all()
    assert chance.two_sided(np.array([np.nan])).tolist() == [1.0]


def test_fifteen_tests_of_benjamini_and_hochberg() -> None:
    """The example of their paper: at 5 % four are called real, with Bonferroni three would be."""
    text = "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528 0.7590 1.0"
    p = np.array([float(each) for each in text.split()])
    drawn = np.random.default_rng(1).permutation(15)
    found = chance.adjusted(p[drawn])
    assert sorted(p[drawn][found <= 0.05].tolist()) == [0.0001, 0.0004, 0.0019, 0.0095]
    assert (p[drawn] <= 0.05 / 15).sum() == 3
    assert chance.adjusted(np.array([])).tolist() == []


def test_a_difference_of_shares_is_newcombes() -> None:
    """56 of 70 and 48 of 80: Newcombe (1998), table II, method 10, has 0.0524 to 0.3339."""
    one, other = share(56, 70), share(48, 80)
    assert one
    assert other
    found = chance.apart(one, other)
    assert [round(each, 4) for each in (found.value, found.low, found.high)] == [0.2, 0.0524, 0.3339]


def test_two_shares_are_compared_with_one_customer_less() -> None:
    """(ad − bc)² (N − 1) ÷ (row and column sums): of 15 of 20 and 5 of 15 it is 5.90."""
    p = chance.shares_differ(np.array([15]), 20, np.array([5]), 15)
    by_hand = 34 * (15 * 10 - 5 * 5) ** 2 / (20 * 15 * 20 * 15)
    assert p[0] == pytest.approx(float(chance.two_sided(np.array([by_hand**0.5]))[0]))
    assert chance.shares_differ(np.array([0]), 20, np.array([0]), 15).tolist() == [1.0]


def test_students_t_as_in_tables() -> None:
    known = {10: 2.228, 20: 2.086, 30: 2.042, 60: 2.000, 1_000: 1.962}
    assert {n: round(chance.t_quantile(0.975, n), 3) for n in known} == known


def test_a_product_has_the_relative_errors_of_both() -> None:
    sure = Interval(2.0, 2.0, 2.0)
    assert chance.product(sure, Interval(10.0, 5.0, 20.0)) == Interval(20.0, 10.0, 40.0)
    both = chance.product(Interval(10.0, 5.0, 20.0), Interval(10.0, 5.0, 20.0))
    assert both.low == pytest.approx(100 / 2 ** (2**0.5))
    assert chance.product(Interval(3.0, 0.0, 9.0), sure).low == 0.0


def test_in_worlds_without_any_effect_hardly_ever_is_one_called_real() -> None:
    """All that is called real there is false, so at most one world in twenty may have any; 200 worlds, five fields."""
    draw = np.random.default_rng(11)
    wrong = 0
    for _ in range(200):
        customers = worlds.customers(draw, draw.choice([0.01, 0.05], 250))
        fields = [worlds.drawn(draw, names, 250, f"t__{names}") for names in (2, 3, 4, 5, 6)]
        found = kinds(customers, fields, as_of=AS_OF)
        wrong += any(group.stands_out for field in found.fields for group in field.groups)
    assert wrong <= 0.05 * 200 + 6  # two standard errors of 200 worlds


def test_a_planted_effect_is_found_and_little_beside_it() -> None:
    """Of what is called real in 60 worlds, at most one in twenty is of a field that says nothing."""
    draw = np.random.default_rng(12)
    found, false = [], []
    for _ in range(60):
        planted = worlds.told("t__industry", {"health": 120, "retail": 120, "other": 160})
        customers = worlds.customers(draw, np.where(planted.groups.codes == 0, 0.005, 0.04))
        fields = [planted, *(worlds.drawn(draw, 4, 400, f"t__{n}") for n in range(8))]
        told = kinds(customers, fields, as_of=AS_OF)
        pairs = [(field.column, each) for field in told.fields for each in field.groups]
        out = {(column, each.value, each.longer) for column, each in pairs if each.stands_out}
        found.append(("t__industry", "health", True) in out)
        false.append(sum(column != "t__industry" for column, _, _ in out) / max(1, len(out)))
    assert all(found)
    assert np.mean(false) <= 0.05
