"""Merging keeps the rows and never disturbs a reader."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake.transaction import AddAction

from tenure.events import actions, jobs, maintenance, queries, rules
from tenure.events.adapters import delta
from tenure.events.adapters.delta import DataFile
from tenure.events.contracts import MaintenanceReport
from tenure.events.lake import Lake
from tenure.events.tests.rows import event, table

TODAY = date(2024, 3, 1)


def file(path: str, rows: int, *, known: date = date(2024, 1, 31), accounts: tuple[int, int] = (1, 100)) -> DataFile:
    spans = {"known_day": (date(2024, 1, 1), known), "account": accounts}
    return DataFile(path, rows * 40, rows, {"month": "2024-01"}, spans)


def merged(*files: DataFile) -> list[list[str]]:
    return [[member.path for member in merge.files] for merge in rules.merges(files, today=TODAY)]


def test_one_file_is_left_alone() -> None:
    assert merged(file("a", 1000)) == []


def test_a_tenth_of_loose_rows_is_worth_a_merge() -> None:
    assert merged(file("a", 1000), file("b", 99)) == []
    assert merged(file("a", 1000), file("b", 60), file("c", 60)) == [["a", "b", "c"]]


def test_many_small_files_are_merged_in_any_case() -> None:
    trickle = [file(f"t{n}", 1) for n in range(9)]
    assert merged(file("a", 1000), *trickle[:8]) == []
    assert len(merged(file("a", 1000), *trickle)[0]) == 10


def test_files_of_today_wait_until_they_are_many() -> None:
    running = [file(f"r{n:02d}", 10, known=TODAY) for n in range(17)]
    assert merged(file("a", 10), *running[:16]) == []
    assert merged(file("a", 10), *running) == [[member.path for member in running]]


def test_of_many_files_of_today_the_smallest_become_one() -> None:
    large = [file(f"l{n:02d}", 1_000, known=TODAY) for n in range(9)]
    small = [file(f"s{n:02d}", 10, known=TODAY) for n in range(10)]
    (merge,) = rules.merges([*large, *small], today=TODAY)
    assert (merge.files, merge.parts) == (small, 1)


def test_rows_of_today_are_seldom_written_again_and_lie_in_few_files() -> None:
    """As many commits as a day has at most, a look after each tenth of them."""
    files: list[DataFile] = []
    written = most = 0
    for commit in range(17_280):
        files.append(file(f"c{commit:05d}", 1_000, known=TODAY))
        if commit % 10:
            continue
        for merge in rules.merges(files, today=TODAY):
            rows = sum(each.rows for each in merge.files)
            files = [each for each in files if each not in merge.files]
            files.append(file(f"m{commit:05d}", rows, known=TODAY))
            written += rows
        most = max(most, len(files))
    assert (round(written / 17_280_000, 1), most) == (5.2, 16)


def test_clustered_files_have_accounts_of_their_own_and_stay() -> None:
    halves = [file("a", 500_000, accounts=(1, 50)), file("b", 400_000, accounts=(51, 100))]
    assert merged(*halves) == []
    assert merged(*halves, file("c", 90_000)) == []
    assert merged(*halves, file("c", 110_000)) == [["a", "b", "c"]]


def test_a_large_file_is_split_by_account() -> None:
    assert merged(file("a", 500_000)) == []
    assert merged(file("a", 1_500_000)) == [["a"]]
    assert [rules.parts(rows) for rows in (0, 500_000, 500_001, 2_800_000, 100_000_000)] == [1, 1, 2, 6, 24]


def content(lake: Lake, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = (
        queries.engine().query("from t order by all", relations={"t": lake.relation(name)}).to_pylist()
    )
    return rows


@pytest.fixture
def busy(lake: Lake) -> Lake:
    """Three commits in one month, rolled up after each, and one in another."""
    for run, account in enumerate((3, 1, 3)):
        rows = table(event(f"m{run}", account=account, day=f"2024-01-{run + 10}"))
        actions.append(lake, "events", rows, writer="test", run=run)
        jobs.roll_up(lake)
    actions.append(lake, "events", table(event("other", day="2024-02-01")), writer="test", run=9)
    jobs.roll_up(lake)
    return lake


def test_maintenance_keeps_every_row_in_fewer_sorted_files(busy: Lake) -> None:
    before = {name: content(busy, name) for name in ("events", "usage_person_day", "usage_account_day", "usage_day")}
    assert maintenance.maintain(busy, today=TODAY) == MaintenanceReport(merged=12, written=4, deleted=0)
    assert {name: content(busy, name) for name in before} == before
    assert len(busy.snapshot("events").files) == 2
    assert maintenance.maintain(busy, today=TODAY) == MaintenanceReport()


def test_a_split_gives_every_account_to_one_file(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FILE_ROWS", 10)
    rows = table(*(event(f"{n}", account=n % 7, minute=n) for n in range(45)))
    actions.append(lake, "events", rows, writer="test", run=1)
    assert maintenance.maintain(lake, today=TODAY) == MaintenanceReport(merged=1, written=5, deleted=0)
    spans = sorted((file.spans["account"], file.rows) for file in lake.snapshot("events").files)
    assert spans == [((0, 1), 14), ((2, 2), 7), ((3, 3), 6), ((4, 5), 12), ((6, 6), 6)]
    assert maintenance.maintain(lake, today=TODAY) == MaintenanceReport()


def test_maintenance_gives_the_roll_up_nothing_to_do(busy: Lake) -> None:
    maintenance.maintain(busy, today=TODAY)
    report = jobs.roll_up(busy)
    assert (report.pairs, report.full) == (0, False)


def test_a_reader_keeps_its_files_through_a_merge(busy: Lake) -> None:
    reading = busy.relation("events")
    maintenance.maintain(busy, today=TODAY)
    found = queries.engine().query("select count(*) as n from t", relations={"t": reading})
    assert found.column("n").to_pylist() == [4]


def between(monkeypatch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
    """Do this once while files are merged: when the new ones are written and not yet told of."""
    write, waiting = maintenance._clustered, [other]

    def clustered(*args: Any) -> list[AddAction]:
        added = write(*args)
        if waiting:
            waiting.pop()()
        return added

    monkeypatch.setattr(maintenance, "_clustered", clustered)


def test_others_write_while_files_are_merged(busy: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(event("while", day="2024-01-20"))
    between(monkeypatch, lambda: actions.append(busy, "events", rows, writer="test", run=10))
    maintenance.maintain(busy, today=TODAY)
    assert len(content(busy, "events")) == 5
    assert len(busy.snapshot("events").files) == 3


def test_what_was_merged_by_another_meanwhile_is_not_there_twice(busy: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(busy, "events")
    between(monkeypatch, lambda: maintenance.maintain(busy, today=TODAY))
    assert maintenance.maintain(busy, today=TODAY) == MaintenanceReport()
    assert content(busy, "events") == before
    assert len(busy.snapshot("events").files) == 2


def test_what_a_killed_writer_left_goes_after_seven_days(busy: Lake) -> None:
    left = [Path(busy.uri("events"), "class=usage", "month=2024-01", f"part-{age}.parquet") for age in (8, 6)]
    for path, age in zip(left, (8, 6), strict=True):
        path.write_bytes(b"half a file")
        old = path.stat().st_mtime - timedelta(days=age).total_seconds()
        os.utime(path, (old, old))
    assert maintenance.maintain(busy, today=TODAY).deleted == 1
    assert [path.exists() for path in left] == [False, True]
    assert len(content(busy, "events")) == 4


def test_the_disk_is_swept_once_a_day(busy: Lake) -> None:
    maintenance.maintain(busy, today=TODAY)
    version = busy.snapshot("events").version
    maintenance.maintain(busy, today=TODAY)
    assert busy.snapshot("events").version == version
    maintenance.maintain(busy, today=TODAY + timedelta(days=1))
    assert busy.snapshot("events").version > version


def test_old_entries_of_the_log_go_and_the_rows_stay(busy: Lake) -> None:
    """A log of a month of commits would take each commit seconds to list."""
    for run in range(10, 40):
        actions.append(busy, "events", table(event(f"n{run}", day="2024-01-20")), writer="test", run=run)
    before, log = content(busy, "events"), Path(busy.uri("events"), "_delta_log")
    for path in log.iterdir():
        old = path.stat().st_mtime - timedelta(days=2).total_seconds()
        os.utime(path, (old, old))
    assert len(list(log.glob("*.json"))) == 35
    maintenance.maintain(busy, today=TODAY)
    assert len(list(log.glob("*.json"))) == 18, "those since the last checkpoint"
    delta.forget(busy.root)
    assert content(busy, "events") == before
    assert queries.accounts_since(busy, version=1) is None, "the log no longer tells"
    assert jobs.roll_up(busy).full


def test_accounts_with_news_are_told_from_the_log(busy: Lake) -> None:
    version = busy.snapshot("events").version
    assert queries.accounts_since(busy, version=version) == []
    maintenance.maintain(busy, today=TODAY)
    assert queries.accounts_since(busy, version=version) == []
    actions.append(busy, "events", table(event("n", account=7), event("o", account=5)), writer="test", run=10)
    assert queries.accounts_since(busy, version=version) == [5, 7]
    assert queries.accounts_since(busy, version=-1) is None
    fact = event("p", account=6, kind="record")
    actions.append(busy, "events", table(fact), writer="test", run=11)
    assert queries.accounts_since(busy, version=version) == [5, 6, 7]
    assert queries.accounts_since(busy, version=version, classes={"record"}) == [6]
