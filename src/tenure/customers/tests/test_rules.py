"""Types of traits, merging, and trees that stay trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.customers.contracts import TraitType, TraitValue
from tenure.customers.rules import acceptable_parents, changed_traits, fits, in_cycle, merge_traits, trait_type


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), (True, "boolean"), (3, "number"), (2.5, "number"), ("pro", "text"), ("2024-02-29", "date"),
        ("2023-02-29", "text"), ("2024-02-29T10:00:00Z", "date"), ("2024-02-29-7", "text"), ("20240229", "text"),
        ([1], "list"), ({"a": 1}, "object"),
    ],
)  # fmt: skip
def test_a_value_shows_its_type(value: TraitValue, expected: TraitType | None) -> None:
    assert trait_type(value) == expected


def test_a_date_fits_a_text_and_nothing_else_fits_another_type() -> None:
    assert [fits("2024-01-01", "text"), fits("pro", "date"), fits(1, "text"), fits(None, "date")] == [
        True, False, False, True,
    ]  # fmt: skip


traits = st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2) | st.booleans())


@given(known=traits, said=traits)
def test_what_changed_is_what_merging_changes(known: dict[str, TraitValue], said: dict[str, TraitValue]) -> None:
    before = merge_traits({}, known)
    after = merge_traits(before, said)
    changed = {
        key: after.get(key)
        for key in before.keys() | after.keys()
        if (before.get(key), type(before.get(key))) != (after.get(key), type(after.get(key)))
    }
    assert changed_traits(before, said) == changed


links = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@given(tree=links, wanted=links)
def test_whatever_is_wanted_a_tree_stays_a_tree(tree: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> None:
    start, _ = acceptable_parents({}, tree)
    accepted, refused = acceptable_parents(start, wanted)
    after = {**start, **accepted}
    assert [child for child in after if in_cycle(after, child)] == []
    assert accepted.keys() | refused == {child for child, _ in wanted}
