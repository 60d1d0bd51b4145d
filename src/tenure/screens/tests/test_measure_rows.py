"""What the pages of measures and of the scorecard say, without a database."""

import pyarrow as pa
import pytest

from tenure.health.queries import MeasureCoverage
from tenure.health.scorecard import Scorecard
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.document import Measure
from tenure.measures.queries import Published
from tenure.screens.workspace.measures import rows
from tenure.screens.workspace.scorecard import rows as card_rows


def _measure(**changes: object) -> Measure:
    body = {"label": "Logins", "counts": {"what": "usage"}, "aggregate": "count", "window": 28, "unit": "logins"}
    return Measure.model_validate({**body, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Number of product events in the last 28 days"),
        ({"aggregate": "days_since", "window": None}, "Days since product events"),
        ({"counts": {"what": "usage", "names": ("a", "b")}}, "Number of events named a, b in the last 28 days"),
        ({"counts": {"what": "tickets"}, "aggregate": "open", "window": None}, "Tickets that are open"),
        ({"counts": {"what": "surveys", "survey": "nps"}, "aggregate": "nps"},
         "Promoters less detractors in NPS answers in the last 28 days"),
        ({"counts": {"what": "subscription", "field": "mrr"}, "aggregate": "growth", "entities": ("account",)},
         "Growth of MRR in 28 days"),
        ({"description": "As we say it."}, "As we say it"),
    ],
)  # fmt: skip
def test_a_definition_is_told_in_words(changes: dict[str, object], said: str) -> None:
    assert rows.definition(_measure(**changes)) == said


def test_what_is_unknown_is_counted_apart_from_zero() -> None:
    read = rows.reading(pa.table({"m": pa.array([0.0, None, 4.0, 2.0])}), "m")
    assert read == rows.Reading(4, (0.0, 2.0, 4.0))
    assert (read.known, read.unknown_share, read.median) == (3, 0.25, 2.0)
    assert rows.reading(None, "m").unknown_share is None
    line = rows.row(Published("m", 1, _measure()), read, stale=None, in_score=True)
    assert (line.unknown, line.median, line.for_whom) == ("25 %", "2", "accounts and people")


def test_few_whole_numbers_have_a_class_each() -> None:
    assert rows.classes([0, 0, 1, 3]) == ([0, 1, 2, 3, 4], [2, 1, 0, 1])


def test_many_values_fall_into_round_classes_and_the_highest_share_the_last() -> None:
    values = sorted([*(float(n) for n in range(100)), 5000.0])
    edges, sizes = rows.classes(values)
    assert edges == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert sizes == [10] * 9 + [11]
    chart, table = rows.distribution(rows.Reading(101, tuple(values)), _measure())
    assert table[-1] == ("90 and more", "11")
    assert "11 accounts · 90 and more" in chart


def test_the_headline_speaks_of_the_median() -> None:
    assert rows.headline(rows.Reading(3, (1.0, 4.0, 9.0)), _measure(), "clients") == (
        "Half of the clients have 4 logins or more"
    )
    assert rows.headline(rows.Reading(3, (0.0, 0.0, 9.0)), _measure(), "clients") == (
        "Half of the clients have 0 logins or less"
    )


CARD = Scorecard.model_validate(
    {
        "dimensions": [
            {
                "key": "use",
                "weight": 3,
                "measures": [
                    {"measure": "logins", "weight": 1, "curve": {"kind": "linear", "knots": [
                        {"at": 0, "points": 0}, {"at": 10, "points": 100}]}},
                    {"measure": "plan", "weight": 2, "missing": "worst", "curve": {
                        "kind": "lookup", "points": {"Pro": 80}, "otherwise": 20}},
                ],
            },
            {"key": "money", "weight": 1, "measures": [
                {"measure": "late", "of": "change", "curve": {"kind": "bands", "steps": [
                    {"from": -0.5, "points": 0}, {"from": 0, "points": 100}]}}]},
        ],
        "exceptions": [{"key": "overdue", "when": "late > 60", "cap": 30}],
    }
)  # fmt: skip
FIELDS = Catalogue("account", (Field("logins", "account", "number", "measure", "measure", "Logins", "logins"),))


def test_weights_are_shares_of_the_whole_card() -> None:
    (profile,) = card_rows.profiles(CARD, [MeasureCoverage("default", "logins", "Logins", 3, 4, 0.25)], FIELDS)
    use, money = profile.dimensions
    assert (use.label, use.weight, money.weight) == ("Use", "75 %", "25 %")
    assert [m.weight for m in use.measures] == ["25 %", "50 %"]
    assert [m.known for m in use.measures] == ["3 of 4", "—"]
    assert [m.linked for m in use.measures] == [True, False]


def test_curves_are_drawn_with_their_unit_and_lookups_are_listed() -> None:
    (profile,) = card_rows.profiles(CARD, [], FIELDS)
    logins, plan = profile.dimensions[0].measures
    assert ">10 logins</text>" in logins.curve
    assert (plan.curve, plan.words) == ("", (("Pro", "80"), ("anything else", "20")))
    assert plan.missing == "Without a value it counts 0 points"
    change = profile.dimensions[1].measures[0]
    assert (change.of, ">−50 %</text>" in change.curve) == ("its change", True)
    assert [(rule.label, rule.when, rule.does) for rule in profile.exceptions] == [
        ("Overdue", "late > 60", "at most 30")
    ]


def test_bands_go_from_the_highest_down_and_unknown_comes_last() -> None:
    found = card_rows.bands(CARD, {"healthy": 6, "risk": 2, "unknown": 2})
    assert [(b.label, b.range, b.accounts) for b in found] == [
        ("Healthy", "70–100", "6"), ("Watch", "40–70", "0"), ("At risk", "0–40", "2"),
        ("Unknown", "< 50 % known", "2"),
    ]  # fmt: skip
