"""A message counts once within 30 days; one that only a dead run saw is new."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from tenure.base import paths
from tenure.ingest import duplicates
from tenure.ingest.duplicates import pieces, window
from tenure.ingest.duplicates.filters import Filter, halves, joined, ordered, probes
from tenure.ingest.duplicates.tables import tables

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    duplicates.drop_before(date.max)
    yield
    duplicates.drop_before(date.max)


def ids(*names: str) -> list[bytes]:
    return [duplicates.digest(1, name) for name in names]


def many(first: int, upto: int) -> list[bytes]:
    return ids(*(str(n) for n in range(first, upto)))


def seen(hashes: list[bytes], workspace: int = 1) -> set[bytes]:
    return duplicates.seen_before(workspace, hashes, today=TODAY)


def test_what_was_remembered_is_seen() -> None:
    duplicates.remember(1, {TODAY: ids("a", "b")}, run=4)
    assert seen(ids("a", "c")) == set(ids("a"))


def test_what_a_dead_run_remembered_is_new() -> None:
    duplicates.remember(1, {TODAY: ids("a")}, run=4)
    duplicates.remember(1, {TODAY: ids("b")}, run=5)
    assert seen(ids("a", "b")) == set(ids("a", "b"))
    duplicates.forget(1, run=5)
    assert seen(ids("a", "b")) == set(ids("a"))
    assert duplicates.rows_held() == 1


def test_two_workspaces_do_not_meet() -> None:
    duplicates.remember(1, {TODAY: ids("a")}, run=1)
    assert seen(ids("a"), workspace=2) == set()
    assert duplicates.digest(1, "a") != duplicates.digest(2, "a")


@pytest.mark.parametrize(("days_ago", "known"), [(0, True), (29, True), (30, True), (31, False)])
def test_the_window_is_30_days(days_ago: int, known: bool) -> None:
    duplicates.remember(1, {TODAY - timedelta(days=days_ago): ids("a")}, run=1)
    assert (seen(ids("a")) == set(ids("a"))) is known


def test_old_days_are_dropped_whole() -> None:
    for n in range(40):
        duplicates.remember(1, {TODAY - timedelta(days=n): ids(f"of day {n}")}, run=n)
    assert duplicates.drop_before(TODAY - timedelta(days=duplicates.DAYS)) == 9
    assert duplicates.rows_held() == 31


def test_what_another_process_wrote_is_seen() -> None:
    duplicates.remember(1, {TODAY: ids("a")}, run=1)
    ours = dict(window._filters)
    with patch.object(window, "_filters", {}):
        duplicates.remember(1, {TODAY: ids("b")}, run=2)
    assert window._filters == ours
    assert seen(ids("a", "b", "c")) == set(ids("a", "b"))


@pytest.mark.parametrize("a_slice", [50, pieces.A_SLICE])
@pytest.mark.parametrize("together", [1, 300, 5_000])
def test_every_hash_is_found_among_pages_and_merged_pieces(
    together: int, a_slice: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "A_SLICE", a_slice * together)
    held = many(0, 40 * together)
    for run in range(40):
        duplicates.remember(1, {TODAY: held[run * together : (run + 1) * together]}, run=run + 1)
    assert seen(held) == set(held)
    assert seen(held[-3:]) == set(held[-3:])
    assert seen(many(40 * together, 41 * together)) == set()
    assert duplicates.rows_held() == 40 * together


def test_a_day_has_few_pieces() -> None:
    for run in range(1, 101):
        duplicates.remember(1, {TODAY: many(run * 10, run * 10 + 10)}, run=run)
    assert [(piece.run, piece.hashes) for piece in pieces._of_day(1, TODAY)] == [
        (0, 640), (0, 80), (0, 80), (0, 80), (0, 80), (97, 10), (98, 10), (99, 10), (100, 10),
    ]  # fmt: skip


def test_the_piece_of_the_run_at_work_is_not_merged() -> None:
    for run in range(1, 9):
        duplicates.remember(1, {TODAY: ids(f"a{run}")}, run=run)
    duplicates.forget(1, run=8)
    assert seen(ids(*(f"a{run}" for run in range(1, 9)))) == set(ids(*(f"a{run}" for run in range(1, 8))))


def test_a_filter_grows_with_its_day_and_is_cut_to_size_when_it_is_over() -> None:
    def room(today: date) -> int:
        duplicates.seen_before(1, ids("a"), today=today)
        return window._filters[str(paths.home()), 1, TODAY].filter.room

    duplicates.remember(1, {TODAY: many(0, 5_000)}, run=1)
    assert room(TODAY) == 6_250
    duplicates.remember(1, {TODAY: many(5_000, 12_000)}, run=2)
    assert room(TODAY) == 15_000
    assert room(TODAY + timedelta(days=2)) == 12_000
    assert seen(many(0, 12_000)) == set(many(0, 12_000))


def test_a_filter_never_denies_what_it_holds_and_seldom_affirms_another() -> None:
    held, others = halves(b"".join(many(0, 50_000))), halves(b"".join(many(50_000, 100_000)))
    made = Filter(len(held))
    made.add(held)
    assert len(made.affirms(probes(held))) == 50_000
    assert len(made.affirms(probes(others))) == 55


def test_hashes_are_ordered_by_their_bytes() -> None:
    hashes = many(0, 1_000)
    alike = [hashes[0][:8] + each[8:] for each in hashes]
    for some in (hashes, [*hashes, *alike]):
        assert joined(ordered(halves(b"".join(some)))) == b"".join(sorted(some))


def test_a_full_disk_keeps_nothing_and_leaves_nothing_open() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite can be told how large its file may be.")
    hashes = many(0, 200_000)
    tables().ask("VACUUM")
    tables().ask("PRAGMA max_page_count=1")  # as large as it is now
    with pytest.raises(sqlite3.OperationalError, match="database or disk is full"):
        duplicates.remember(1, {TODAY: hashes}, run=1)
    tables().ask("PRAGMA max_page_count=4294967294")
    assert duplicates.rows_held() == 0
    duplicates.remember(1, {TODAY: hashes}, run=1)
    assert duplicates.rows_held() == 200_000
