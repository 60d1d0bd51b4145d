"""From facts to rows of scores: profiles, exceptions, words, families, overrides."""

from datetime import date

import pyarrow as pa
import pytest

from tenure.events.contracts import SCORES
from tenure.health import scoring, store
from tenure.health.card import ActiveCard, activate
from tenure.health.rules.reasons import Adjustment
from tenure.health.scorecard import Scorecard
from tenure.health.tests.facts import AS_OF, CATALOGUE, facts

LOGINS = {
    "measure": "logins",
    "curve": {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 10, "points": 100}]},
}
PLAN = {"measure": "plan", "curve": {"kind": "lookup", "points": {"Pro": 80, "Basic": 20}}}


def card(**body: object) -> ActiveCard:
    whole = {"dimensions": [{"key": "use", "measures": [LOGINS]}], **body}
    return activate(
        key="health", version=3, body=Scorecard.model_validate(whole), catalogue=CATALOGUE, versions={"logins": 2}
    )


def test_rows_are_those_of_the_lake() -> None:
    found = scoring.score(facts([{"logins": 4.0, "logins__previous": 8.0}]), card())
    assert found.schema.equals(SCORES)
    (row,) = store.scored(found)
    assert (row.account, row.day, row.scorecard, row.version, row.profile) == (1, AS_OF, "health", 3, "default")
    assert (row.score, row.band, row.coverage) == (40.0, "watch", 1.0)
    (each,) = row.inputs
    assert (each.measure, each.version, each.value, each.previous) == ("logins", 2, 4.0, 8.0)
    assert (each.weight, each.points, each.contribution) == (1.0, 40.0, 60.0)


def test_only_customers_are_scored() -> None:
    table = facts([{"logins": 4.0, "status": status} for status in ("former", "trial", "prospect", "customer")])
    assert [row.account for row in store.scored(scoring.score(table, card()))] == [4]


def test_the_first_profile_that_applies_wins_and_the_cards_own_dimensions_come_last() -> None:
    profiles = [
        {"key": "large", "applies_to": "mrr >= 1000", "dimensions": [{"key": "plan", "measures": [PLAN]}]},
        {"key": "pro", "applies_to": "plan = 'Pro'", "dimensions": [{"key": "plan", "measures": [PLAN]}]},
    ]
    table = facts([{"mrr": 2000.0, "plan": "Pro"}, {"mrr": 5.0, "plan": "Pro"}, {"logins": 3.0}])
    found = {row.account: row.profile for row in store.scored(scoring.score(table, card(profiles=profiles)))}
    assert found == {1: "large", 2: "pro", 3: "default"}


def test_who_matches_no_profile_is_not_scored() -> None:
    only = [{"key": "large", "applies_to": "mrr >= 1000", "dimensions": [{"key": "use", "measures": [LOGINS]}]}]
    found = scoring.score(facts([{"mrr": 5.0}, {"mrr": None}, {"mrr": 1000.0}]), card(dimensions=[], profiles=only))
    assert [row.account for row in store.scored(found)] == [3]


def test_a_profile_whose_expression_no_longer_reads_matches_nobody() -> None:
    broken = [{"key": "gone", "applies_to": "archived_measure > 1", "dimensions": [{"key": "p", "measures": [PLAN]}]}]
    found = scoring.score(facts([{"logins": 3.0}]), card(profiles=broken))
    assert [row.profile for row in store.scored(found)] == ["default"]


def test_an_exception_fires_where_its_expression_is_true_and_not_where_it_is_unknown() -> None:
    rules = [{"key": "urgent", "when": "urgent > 0", "cap": 40}]
    table = facts([{"logins": 9.0, "urgent": 1.0}, {"logins": 9.0, "urgent": 0.0}, {"logins": 9.0}])
    rows = list(store.scored(scoring.score(table, card(exceptions=rules))))
    assert [row.score for row in rows] == [40.0, 90.0, 90.0]
    assert [row.adjustments for row in rows] == [(Adjustment("cap", "urgent", 40.0, 50.0),), (), ()]


def test_words_are_looked_up_and_kept() -> None:
    body = {"dimensions": [{"key": "plan", "measures": [PLAN]}]}
    rows = list(store.scored(scoring.score(facts([{"plan": "pro"}, {"plan": "Other"}]), card(**body))))
    assert [(row.score, row.band, row.inputs[0].text) for row in rows] == [
        (80.0, "healthy", "pro"),
        (None, "unknown", "Other"),
    ]


def test_change_is_read_from_its_own_column() -> None:
    curve = {"kind": "linear", "knots": [{"at": -1, "points": 0}, {"at": 0, "points": 100}]}
    body = {"dimensions": [{"key": "use", "measures": [{"measure": "logins", "of": "change", "curve": curve}]}]}
    (row,) = store.scored(scoring.score(facts([{"logins": 4.0, "logins__change": -0.25}]), card(**body)))
    assert (row.score, row.inputs[0].measure, row.inputs[0].value) == (75.0, "logins.change", -0.25)


def test_frozen_measures_keep_their_value_and_say_since_when() -> None:
    since = date(2024, 12, 20)
    (row,) = store.scored(scoring.score(facts([{"logins": 9.0, "logins__stale_since": since}]), card()))
    assert (row.band, row.inputs[0].stale_since) == ("healthy", since)


@pytest.mark.parametrize(
    ("method", "parent"), [("own", 20.0), ("mean", 50.0), ("mrr_weighted", 65.0), ("worst_child", 20.0)]
)
def test_families_roll_up_each_day_by_itself(method: str, parent: float) -> None:
    rows: list[dict[str, object]] = [
        {"logins": 2.0, "mrr": 100.0},
        {"logins": 8.0, "mrr": 300.0, "parent": "A-1"},
        {"logins": 5.0, "parent": "A-9"},
    ]
    other = facts([{**row, "logins": 10.0} for row in rows], as_of=date(2024, 12, 30))
    found = scoring.score(pa.concat_tables([facts(rows), other]), card(roll_up=method))
    scores = {(row.day.day, row.account): row for row in store.scored(found)}
    assert scores[31, 1].score == pytest.approx(parent)
    assert scores[31, 3].score == 50.0
    assert scores[30, 1].score == 100.0
    assert scores[31, 1].total == pytest.approx(parent)


def test_an_override_counts_on_its_days_and_the_later_one_wins() -> None:
    table = pa.concat_tables([facts([{"logins": 9.0}], as_of=date(2024, 12, day)) for day in (1, 2, 3)])
    overrides = [
        scoring.HandSet(1, 30.0, date(2024, 12, 2), date(2024, 12, 3)),
        scoring.HandSet(1, 20.0, date(2024, 12, 3), date(2024, 12, 3)),
        scoring.HandSet(7, 1.0, date(2024, 12, 1), date(2024, 12, 3)),
    ]
    rows = list(store.scored(scoring.score(table, card(), overrides=overrides)))
    assert [row.score for row in rows] == [90.0, 30.0, 20.0]
    assert rows[1].adjustments == (Adjustment("override", "override", 30.0, 60.0),)


def test_a_measure_that_the_facts_no_longer_have_is_unknown() -> None:
    body = {"dimensions": [{"key": "use", "measures": [LOGINS, {**LOGINS, "measure": "archived", "weight": 3}]}]}
    (row,) = store.scored(scoring.score(facts([{"logins": 9.0}]), card(**body)))
    assert (row.coverage, row.band, row.raw) == (0.25, "unknown", 90.0)
