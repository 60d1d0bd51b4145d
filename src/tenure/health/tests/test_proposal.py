"""The proposed scorecard: from what there is, calibrated on the workspace's own customers."""

import pyarrow as pa
import pytest

from tenure.health.proposal import MORE, propose
from tenure.health.proposal import _curve as curve_of
from tenure.health.rules import curves
from tenure.health.scorecard import LinearCurve
from tenure.health.tests.facts import AS_OF, facts
from tenure.measures.contracts import Catalogue, Field

import numpy as np  # isort: skip

KEYS = ("active_days_28d", "events_28d", "tickets_open", "days_since_last_seen", "payment_lapsed_days", "csat_84d")
CATALOGUE = Catalogue("account", tuple(Field(key, "account", "number", "measure", kind="measure") for key in KEYS))


def table(n: int = 40, **columns: list[float | None]) -> pa.Table:
    return facts([{name: values[at] for name, values in columns.items()} for at in range(n)])


def numbers(n: int = 40) -> list[float | None]:
    return [float(at) for at in range(n)]


def test_s1_17_the_card_is_made_of_the_factors_this_business_has() -> None:
    found = propose(facts=table(active_days_28d=numbers(), tickets_open=numbers()), catalogue=CATALOGUE, as_of=AS_OF)
    assert found.scorecard is not None
    assert [d.key for d in found.scorecard.dimensions] == ["usage", "support"]
    other = propose(facts=table(payment_lapsed_days=numbers()), catalogue=CATALOGUE, as_of=AS_OF)
    assert other.scorecard is not None
    assert [d.key for d in other.scorecard.dimensions] == ["commercial"]


def test_s2_40_utilisation_feeds_health() -> None:
    shares: list[float | None] = [at / 40 for at in range(40)]
    found = propose(facts=table(product_utilisation_28d=shares), catalogue=CATALOGUE, as_of=AS_OF)
    assert found.scorecard is not None
    assert [m.key for d in found.scorecard.dimensions for m in d.measures] == ["product_utilisation_28d"]


def test_without_data_nothing_is_proposed() -> None:
    assert propose(facts=table(), catalogue=CATALOGUE, as_of=AS_OF).scorecard is None


def test_a_measure_that_few_have_or_that_tells_nobody_apart_stays_out_with_its_reason() -> None:
    few = [5.0, 6.0, 7.0, 8.0, 9.0, *([None] * 35)]
    found = propose(facts=table(events_28d=few, csat_84d=[1.0] * 40), catalogue=CATALOGUE, as_of=AS_OF)
    assert found.scorecard is None
    assert [(each.measure, each.joined, each.reason) for each in found.looked_at] == [
        ("events_28d", False, "known of 12% of the customers only"),
        ("csat_84d", False, "the same for every customer"),
    ]


def test_exceptions_join_when_their_fields_do() -> None:
    found = propose(facts=table(days_since_last_seen=numbers()), catalogue=CATALOGUE, as_of=AS_OF)
    assert found.scorecard is not None
    assert [rule.key for rule in found.scorecard.exceptions] == ["not_seen"]


def test_coverage_is_told() -> None:
    half = [*numbers(20), *([None] * 20)]
    found = propose(facts=table(active_days_28d=half), catalogue=CATALOGUE, as_of=AS_OF)
    assert (found.customers, found.coverage) == (40, 0.5)


@pytest.mark.parametrize("values", [[0.0] * 30 + [1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.0, 3.0, 9.0, 9.0, 40.0, 1200.0]])
def test_a_calibrated_curve_rises_and_pays_nothing_for_no_use(values: list[float]) -> None:
    curve, _ = curve_of(MORE, np.array(values))
    assert isinstance(curve, LinearCurve)
    knots = [(knot.at, knot.points) for knot in curve.knots]
    assert knots[0] == (0.0, 0.0)
    assert [points for _, points in knots] == sorted(points for _, points in knots)


def test_the_median_customer_is_healthy_by_a_calibrated_curve() -> None:
    values = np.arange(1.0, 101.0)
    curve, _ = curve_of(MORE, values)
    assert curve is not None
    found = curves.points(curve, np.array([0.0, 25.0, 50.0, 90.0]))
    assert found.tolist() == [0.0, 43.25, 70.0, 100.0]


def test_bands_begin_where_the_customers_part_and_alarms_stay_below_them() -> None:
    # A share of seats of 0–0.8 is worth 0–100 points; 60 of 80 customers use 80 % or more.
    shares: list[float | None] = [*(at / 100 for at in range(0, 80, 4)), *([0.8] * 60)]
    seen: list[float | None] = [*([1.0] * 79), 50.0]
    found = propose(
        facts=table(80, seats_used_share=shares, days_since_last_seen=seen), catalogue=CATALOGUE, as_of=AS_OF
    )
    assert found.scorecard is not None
    assert [(band.key, band.start) for band in found.scorecard.bands] == [("healthy", 80), ("watch", 60), ("risk", 0)]
    assert [(rule.key, rule.cap) for rule in found.scorecard.exceptions] == [("not_seen", 55)]
