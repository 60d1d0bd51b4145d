"""Edits of a scorecard's body by the paths of its fields."""

from typing import Any

import pytest

from tenure.health.scorecard import Scorecard
from tenure.health.studio.editing import UnknownPlace, edited, with_measure

LINE: dict[str, Any] = {
    "kind": "linear",
    "knots": [{"at": 0, "points": 0}, {"at": 10, "points": 40}, {"at": 100, "points": 100}],
}


def body() -> dict[str, Any]:
    return {
        "dimensions": [
            {"key": "use", "weight": 2.0, "measures": [
                {"measure": "logins", "curve": LINE}, {"measure": "people", "weight": 3.0, "curve": LINE},
            ]},
            {"key": "money", "measures": [{"measure": "overdue", "curve": LINE}]},
        ],
        "exceptions": [{"key": "late", "when": "overdue > 30", "cap": 40.0}],
    }  # fmt: skip


def card(made: object) -> Any:
    return Scorecard.model_validate(made)


def test_fields_are_set_by_their_paths_and_the_body_given_stays() -> None:
    before = body()
    made = edited(before, [
        ("csrfmiddlewaretoken", "x"), ("revision", "3"), ("dimensions.0.weight", "1.5"),
        ("dimensions.0.measures.1.curve.knots.1.points", "55"), ("dimensions.1.label", "What they pay"),
    ])  # fmt: skip
    assert before == body()
    found: Any = card(made)
    assert found.dimensions[0].weight == 1.5
    assert found.dimensions[1].label == "What they pay"
    knots = found.dimensions[0].measures[1].curve.knots
    assert [knot.points for knot in knots] == [0, 55, 100]
    assert set(made) == set(before)


def test_what_is_no_number_is_left_for_the_schema_to_refuse() -> None:
    made: Any = edited(body(), [("dimensions.0.weight", "lots"), ("dimensions.1.weight", "2,5")])
    assert [each["weight"] for each in made["dimensions"]] == ["lots", 2.5]


def test_an_empty_field_goes_where_it_may_and_stays_wrong_where_not() -> None:
    made: Any = edited(body(), [("exceptions.0.cap", ""), ("exceptions.0.floor", "20"), ("dimensions.0.weight", "")])
    assert made["exceptions"] == [{"key": "late", "when": "overdue > 30", "floor": 20.0}]
    assert made["dimensions"][0]["weight"] == ""


def test_the_row_after_the_last_makes_an_exception_only_with_a_condition() -> None:
    row = [("exceptions.1.label", "Late!"), ("exceptions.1.when", ""), ("exceptions.1.cap", "10")]
    assert edited(body(), row)["exceptions"] == body()["exceptions"]
    row[1] = ("exceptions.1.when", "overdue > 60")
    made: Any = edited(body(), row)
    assert made["exceptions"][1] == {"key": "late_2", "label": "Late!", "when": "overdue > 60", "cap": 10.0}


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("remove dimensions.0.measures.0", [["people"], ["overdue"]]),
        ("remove dimensions.1.measures.0", [["logins", "people"]]),
        ("down dimensions.0", [["overdue"], ["logins", "people"]]),
        ("up dimensions.0", [["logins", "people"], ["overdue"]]),
        ("up dimensions.0.measures.1", [["people", "logins"], ["overdue"]]),
    ],
)
def test_commands_move_and_remove(command: str, keys: list[list[str]]) -> None:
    assert [[m.key for m in d.measures] for d in card(edited(body(), [], command)).dimensions] == keys


def test_a_point_more_lies_on_the_curve_in_the_widest_gap() -> None:
    made = card(edited(body(), [], "point dimensions.0.measures.0.curve"))
    knots = made.dimensions[0].measures[0].curve.knots
    assert [(knot.at, knot.points) for knot in knots] == [(0, 0), (10, 40), (55, 70), (100, 100)]


def test_a_curve_keeps_its_points_when_lines_become_steps() -> None:
    fields = [("dimensions.0.measures.0.curve.kind", "bands"), ("dimensions.0.measures.0.curve.knots.1.points", "50")]
    curve = card(edited(body(), fields)).dimensions[0].measures[0].curve
    assert curve.kind == "bands"
    assert [(step.start, step.points) for step in curve.steps] == [(0, 0), (10, 50), (100, 100)]


def test_a_word_may_have_dots_and_goes_when_it_has_no_points() -> None:
    plan = {"measure": "plan", "curve": {"kind": "lookup", "points": {"v1.2": 10.0, "pro": 90.0}}}
    start = {"dimensions": [{"key": "use", "measures": [plan]}]}
    path = "dimensions.0.measures.0.curve.points"
    made = card(edited(start, [(f"{path}.v1.2", "20"), (f"{path}.pro", ""), (f"{path}.basic", "30")]))
    assert made.dimensions[0].measures[0].curve.points == {"v1.2": 20, "basic": 30}


def test_a_profile_begins_as_a_copy_of_the_default() -> None:
    made: Any = edited(body(), [], "profile Large ones: mrr >= 5000")
    [profile] = made["profiles"]
    assert (profile["key"], profile["label"], profile["applies_to"]) == ("large_ones", "Large ones", "mrr >= 5000")
    assert profile["dimensions"] == made["dimensions"]
    assert profile["exceptions"] == made["exceptions"]


def test_a_form_of_steps_that_could_not_be_saved_comes_back_for_lines() -> None:
    path = "dimensions.0.measures.0.curve"
    fields = [(f"{path}.kind", "bands"), (f"{path}.steps.1.from", "20"), (f"{path}.steps.1.points", "30")]
    curve = card(edited(body(), fields)).dimensions[0].measures[0].curve
    assert [(step.start, step.points) for step in curve.steps] == [(0, 0), (20, 30), (100, 100)]


def test_a_measure_joins_a_dimension_or_gets_one_of_its_own() -> None:
    entry: dict[str, object] = {"measure": "nps.last", "curve": LINE}
    joined = card(with_measure(body(), "dimensions.1", entry))
    assert [m.key for m in joined.dimensions[1].measures] == ["overdue", "nps.last"]
    alone = card(with_measure(body(), "dimensions", entry))
    assert (alone.dimensions[2].key, alone.dimensions[2].measures[0].key) == ("nps_last", "nps.last")


@pytest.mark.parametrize(
    "command", ["remove dimensions.7", "remove name", "point dimensions", "dance", "profile", "up dimensions.x"]
)
def test_a_place_that_is_not_there_is_refused(command: str) -> None:
    with pytest.raises(UnknownPlace):
        edited(body(), [], command)


def test_a_field_beyond_the_next_item_is_refused() -> None:
    with pytest.raises(UnknownPlace, match=r"dimensions\.9"):
        edited(body(), [("dimensions.9.weight", "1")])
