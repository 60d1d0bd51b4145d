"""A message counts once within 30 days, and again for the run that saw it first."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tenure.base import paths
from tenure.ingest import duplicates
from tenure.ingest.duplicates import window
from tenure.ingest.duplicates.filters import Filter, halves
from tenure.ingest.duplicates.tables import tables

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    duplicates.drop_before(date.max)
    window._filters.clear()
    yield
    duplicates.drop_before(date.max)


def ids(*names: str, workspace: int = 1) -> list[bytes]:
    return [duplicates.digest(workspace, name) for name in names]


def test_another_run_saw_it_the_same_run_did_not() -> None:
    duplicates.remember({TODAY: ids("a", "b")}, run=4)
    assert duplicates.seen_before(ids("a", "c"), run=5, today=TODAY) == set(ids("a"))
    assert duplicates.seen_before(ids("a", "c"), run=4, today=TODAY) == set()


def test_remembered_twice_the_first_run_stays() -> None:
    duplicates.remember({TODAY: ids("a")}, run=4)
    duplicates.remember({TODAY: ids("a")}, run=5)
    assert duplicates.seen_before(ids("a"), run=4, today=TODAY) == set()
    assert duplicates.rows_held() == 1


def test_ids_of_two_workspaces_do_not_meet() -> None:
    duplicates.remember({TODAY: ids("a", workspace=1)}, run=1)
    assert duplicates.seen_before(ids("a", workspace=2), run=9, today=TODAY) == set()


@pytest.mark.parametrize(("days_ago", "seen"), [(0, True), (29, True), (30, True), (31, False)])
def test_the_window_is_30_days(days_ago: int, seen: bool) -> None:
    duplicates.remember({TODAY - timedelta(days=days_ago): ids("a")}, run=1)
    assert (duplicates.seen_before(ids("a"), run=2, today=TODAY) == set(ids("a"))) is seen


def test_old_tables_are_dropped_whole() -> None:
    duplicates.remember({TODAY - timedelta(days=n): ids(f"of day {n}") for n in range(40)}, run=1)
    assert duplicates.drop_before(TODAY - timedelta(days=duplicates.DAYS)) == 9
    assert duplicates.rows_held() == 31


def test_what_another_process_wrote_is_seen() -> None:
    duplicates.remember({TODAY: ids("a")}, run=1)
    assert duplicates.seen_before(ids("b"), run=9, today=TODAY) == set()  # the filter is made
    tables().add(TODAY, ids("b"), 2)  # without telling the filter, as another process would
    assert duplicates.seen_before(ids("b"), run=9, today=TODAY) == set(ids("b"))


def test_a_filter_that_is_too_full_is_made_larger() -> None:
    many = ids(*(str(n) for n in range(90_000)))
    duplicates.seen_before(ids("a"), run=1, today=TODAY)
    duplicates.remember({TODAY: many[:1]}, run=1)
    duplicates.seen_before(many[:1], run=1, today=TODAY)
    duplicates.remember({TODAY: many}, run=1)
    assert duplicates.seen_before(many, run=2, today=TODAY) == set(many)
    assert window._filters[str(paths.home()), TODAY].room > 90_000


def test_a_filter_never_denies_what_it_holds() -> None:
    held, others = ids(*(str(n) for n in range(50_000))), ids(*(str(n) for n in range(50_000, 100_000)))
    made = Filter(len(held))
    made.add(halves(held))
    assert len(made.affirms(halves(held))) == 50_000
    assert len(made.affirms(halves(others))) == 20
