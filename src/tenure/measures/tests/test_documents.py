"""What a measure's document may say, and how its names find events."""

import pytest
from pydantic import ValidationError

from tenure.measures.compiler.names import NameSet, matches
from tenure.measures.document import Measure


def _refused(**body: object) -> str:
    with pytest.raises(ValidationError) as refused:
        Measure.model_validate({"label": "M", **body})
    return str(refused.value.errors()[0]["msg"])


def test_an_aggregate_has_to_fit_what_is_counted() -> None:
    assert "lapsed_days" in _refused(counts={"what": "invoices"}, aggregate="count", entities=["account"])


def test_a_window_is_asked_for_where_it_matters() -> None:
    assert "needs a window" in _refused(counts={"what": "usage"}, aggregate="count")
    assert "has no window" in _refused(counts={"what": "usage"}, aggregate="days_since", window=7)


def test_people_are_counted_of_accounts_only() -> None:
    assert "entities: [account]" in _refused(counts={"what": "usage"}, aggregate="people", window=7)


def test_tickets_may_be_counted_over_all_time() -> None:
    total = Measure.model_validate({"label": "All", "counts": {"what": "tickets"}, "aggregate": "count"})
    assert (total.window, total.feed) == (None, "tickets")


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("login", "Login", True),
        ("login", "login_failed", False),
        ("login*", "login_failed", True),
        ("*export*", "CSV Export done", True),
        ("a.b", "axb", False),
        ("[x]", "x", False),
    ],
)
def test_a_star_stands_for_any_letters_and_nothing_else_is_special(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


def test_the_first_pattern_that_fits_gives_the_weight() -> None:
    names = NameSet(("export", "ex*"), ("exit",), (3.0, 1.0))
    assert [names.weight(name) for name in ("export", "extra", "exit", "open")] == [3.0, 1.0, None, None]
    assert names.total == 4.0
