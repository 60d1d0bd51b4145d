"""Import of a million usage rows from CSV by a source map: read, checked, attributed, appended; then once more."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from django.core.management import call_command

from benchmarks import generator
from benchmarks.machine import Line, Report, Timing, peak_memory_gb, reset_peak_memory
from tenure.base import tenancy
from tenure.ingest import actions, maps
from tenure.ingest.contracts import ImportReport
from tenure.tenants.actions import found_workspace
from tenure.tenants.models import Workspace

MAP = """
source: bench
timezone: UTC
dates: [iso]
files:
  accounts:
    file: accounts.csv
    accounts:
      key: account
      name: name
  people:
    file: people.csv
    people:
      key: person
      name: name
    memberships:
      person: person
      account: account
  usage:
    file: usage.csv
    events:
      key: [row]
      account: account
      person: person
      at: at
      name: name
      count: count
      seconds: seconds
"""


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """Each run is a first import into a fresh workspace that knows the accounts and their people already."""
    report = Report(f"Import of {events:,} usage rows of {accounts:,} accounts from one CSV")
    folder = home / "files"
    rows = _write(folder, accounts=accounts, events=events, months=months)
    source_map = maps.read_map(folder / "map.yaml")
    call_command("migrate", verbosity=0, interactive=False)
    wall, processor = [], []
    reset_peak_memory()
    for _ in range(repeat):
        slug = f"import-{Workspace.objects.count() + 1}"
        founded = found_workspace(slug=slug, email="bench@example.org", password="a password for benchmarks")
        with tenancy.workspace(founded.workspace.id):
            actions.import_path(folder / "customers", source_map)
            started, used = time.perf_counter(), time.process_time()
            first = actions.import_path(folder / "use", source_map)
            wall.append(time.perf_counter() - started)
            processor.append(time.process_time() - used)
            _check(first, created=rows)
    ours = Timing(tuple(wall), tuple(processor))
    note = f"{rows / ours.median:,.0f} rows a second, {ours.median_processor:.1f} s of processor"
    report.add(Line("first import", ours.median, "s", target=60.0 * max(1.0, rows / 1e6), note=note))
    with tenancy.workspace(founded.workspace.id):
        started = time.perf_counter()
        _check(actions.import_path(folder / "use", source_map), created=0)
        report.add(Line("second import of the same file, which changes nothing", time.perf_counter() - started, "s"))
    report.add(Line("peak memory", peak_memory_gb(), "GB"))
    return report


def _write(folder: Path, *, accounts: int, events: int, months: int) -> int:
    """The CSV files and their map; the number of usage rows."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("customers", "use"):
        (folder / part).mkdir(parents=True)
    (folder / "map.yaml").write_text(MAP)
    people = generator.population(accounts=accounts, seed=1)
    numbers = np.arange(1, accounts + 1)
    _csv(folder / "customers" / "accounts.csv", [pa.table({"account": numbers, "name": numbers})])
    of = np.repeat(numbers, people.people)
    persons = np.arange(1, len(of) + 1)
    _csv(folder / "customers" / "people.csv", [pa.table({"person": persons, "name": persons, "account": of})])
    columns = ["message_id", "account", "person", "at", "name", "count", "seconds"]
    months_of = generator.history(people, first="2024-01", months=months, rows=events, seed=2)
    used = (rows.select(columns).rename_columns(["row", *columns[1:]]) for _, rows in months_of)
    return _csv(folder / "use" / "usage.csv", used)


def _csv(path: Path, tables: Iterable[pa.Table]) -> int:
    """Write the tables under one header; the number of rows."""
    rows = 0
    with path.open("wb") as file:
        for table in tables:
            pacsv.write_csv(table, file, pacsv.WriteOptions(include_header=rows == 0))
            rows += table.num_rows
    return rows


def _check(report: ImportReport, *, created: int) -> None:
    (usage,) = (file for file in report.files if file.file.endswith("usage.csv"))
    assert (usage.created, usage.rejected) == (created, 0), usage
