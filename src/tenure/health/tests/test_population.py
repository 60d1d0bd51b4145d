"""The health of all customers together: by hand, and from the company."""

import math
from datetime import timedelta

import numpy as np
import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.health import population, queries
from tenure.health.population import rules
from tenure.health.population.kept import stage
from tenure.health.tests.company import AS_OF, computed
from tenure.tenants.models import Workspace


def test_the_monthly_change_of_average_health_is_a_share_of_what_it_was() -> None:
    assert rules.change(69.0, 75.0) == pytest.approx(-0.08)
    assert rules.change(51.0, 50.0) == pytest.approx(0.02)
    assert rules.change(math.nan, 50.0) is None
    assert rules.change(50.0, 0.0) is None


def test_from_one_percent_to_two_point_four_are_one_point_four_points() -> None:
    assert rules.points(0.024, 0.01) == pytest.approx(1.4)
    assert rules.points(None, 0.01) is None


def test_an_average_is_of_those_who_have_a_score() -> None:
    found = rules.averages(np.array([[10.0, np.nan, 50.0], [30.0, np.nan, np.nan]]))
    assert found[0] == 20
    assert math.isnan(found[1])
    assert found[2] == 50


def test_a_distribution_holds_every_score_once() -> None:
    found = rules.distribution(np.array([0.0, 4.99, 5.0, 100.0, np.nan]))
    assert (found[0], found[1], found[-1], sum(found)) == (2, 1, 1, 4)


def test_moves_leave_out_who_is_nowhere() -> None:
    then, now = np.array([0, 0, 1, -1, 1]), np.array([0, 1, 1, 1, -1])
    assert rules.counted(then, now, rows=2, columns=2) == ((1, 1), (0, 1))


@pytest.mark.django_db
def test_the_company_is_summed_up_once_a_while(workspace: Workspace) -> None:
    computed(workspace)
    tenancy.forget()
    run = StageRun(workspace.pk, workspace.slug, AS_OF, (AS_OF,))
    assert stage(run).rows == 12
    assert stage(run).rows == 0
    found = population.population(AS_OF)
    table = queries.state().table
    scores = [each for each in table["score"].to_pylist() if each is not None]
    assert found.scored == len(scores) == sum(found.distribution)
    assert found.averages[-1] == pytest.approx(sum(scores) / len(scores))
    then = [each for each in table["score_30d_ago"].to_pylist() if each is not None]
    assert found.averages[-31] == pytest.approx(sum(then) / len(then))
    assert found.changed == pytest.approx(sum(scores) / sum(then) - 1)
    assert sum(share or 0 for share in found.shares.values()) == pytest.approx(1)
    assert sum(map(sum, found.moves.counts)) == 12
    fading = {row["id"] for row in table.to_pylist() if row["trend_7d"] is not None and row["trend_7d"] <= -1}
    assert {each.account for each in found.fell} <= fading
    for mover in (*found.fell, *found.rose):
        assert mover.reasons
        assert all((points > 0) == (mover.by > 0) for points, _ in mover.reasons)
    past = population.population(AS_OF - timedelta(days=30))
    assert past.averages[-1] == pytest.approx(found.averages[-31])
