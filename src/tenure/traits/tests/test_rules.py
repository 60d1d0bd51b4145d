"""What a typed text says, what an edit makes of a value, and when it is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.base.refusals import Invalid
from tenure.customers.contracts import TraitType, TraitValue
from tenure.traits import rules
from tenure.traits.contracts import TraitEdit

NOON = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "of_type", "value"),
    [
        ("", "text", None), ("  ", "number", None), ("  Gold   plan ", "text", "Gold plan"), ("42", "text", "42"),
        ("1200", "number", 1200), ("1,200.5", "number", 1200.5), ("1 200", "number", 1200), ("-3.0", "number", -3),
        ("−3", "number", -3), ("Yes", "boolean", True), ("no", "boolean", False), ("2026-01-31", "date", "2026-01-31"),
        ("b, a,, b\nc", "list", ["b", "a", "c"]), (" , ", "list", None),
    ],
)  # fmt: skip
def test_a_typed_text_is_a_value_of_the_traits_type(text: str, of_type: TraitType, value: TraitValue) -> None:
    assert (rules.read(text, of_type), type(rules.read(text, of_type))) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "of_type"),
    [
        ("1,5", "number"), ("12,00", "number"), ("many", "number"), ("nan", "number"), ("1e400", "number"),
        ("9" * 16, "number"), ("maybe", "boolean"), ("31.01.2026", "date"), ("2026-02-30", "date"),
        ("x" * 1_001, "text"), ("x" * 101, "list"), (",".join(map(str, range(101))), "list"), ("{}", "object"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text: str, of_type: TraitType) -> None:
    with pytest.raises(Invalid):
        rules.read(text, of_type)


@given(st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.dates().map(str)))
def test_what_is_shown_to_edit_reads_back(value: TraitValue) -> None:
    of_type: TraitType = "boolean" if isinstance(value, bool) else "number" if isinstance(value, int) else "text"
    assert rules.read(rules.typed(value), of_type) == value


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (TraitEdit("tier", "put", "Gold"), "Silver", "Gold"),
        (TraitEdit("tier", "put", None), "Silver", None),
        (TraitEdit.tag("Beta"), None, ["Beta"]),
        (TraitEdit.tag("Beta"), ["Key"], ["Key", "Beta"]),
        (TraitEdit.tag("Beta"), ["Beta"], ["Beta"]),
        (TraitEdit.tag("Beta"), "Key", ["Key", "Beta"]),
        (TraitEdit.tag("Beta", on=False), ["Key", "Beta"], ["Key"]),
        (TraitEdit.tag("Beta", on=False), ["Beta"], None),
        (TraitEdit.tag("Beta", on=False), None, None),
    ],
)
def test_an_edit_and_taking_it_back(edit: TraitEdit, before: TraitValue, after: TraitValue) -> None:
    assert rules.edited(edit, before) == after
    if before != after:
        assert rules.stands(edit, after)
        assert not rules.stands(edit, before)
        assert rules.items(rules.edited(rules.undone(edit, before), after)) == rules.items(before)


def test_taking_a_tag_back_leaves_those_that_came_since() -> None:
    edit = TraitEdit.tag("Beta")
    assert rules.edited(rules.undone(edit, ["Key"]), ["Key", "Beta", "Later"]) == ["Key", "Later"]


def test_what_is_said_last_comes_after_what_is_held() -> None:
    assert rules.later(NOON, None) == NOON
    assert rules.later(NOON, NOON - timedelta(days=1)) == NOON
    assert rules.later(NOON, NOON) == NOON + timedelta(microseconds=1)
    assert rules.later(NOON, NOON + timedelta(hours=1)) == NOON + timedelta(hours=1, microseconds=1)


def test_a_workspace_that_stands_still_says_it_on_its_own_day() -> None:
    assert rules.moment(NOON, None, "Europe/Berlin") == NOON
    assert rules.moment(NOON, date(2024, 12, 31), "Europe/Berlin") == datetime(2024, 12, 31, 12, 30, tzinfo=UTC)
