"""Roll-up of 15 million events by account, person, day and name, against the same SQL by hand on the same files."""

import shutil
from pathlib import Path

import duckdb
import numpy as np

from benchmarks import generator
from benchmarks.machine import Line, Report, in_turn, measure, peak_memory_gb
from tenure.events import actions, jobs, queries
from tenure.events.adapters import delta
from tenure.events.lake import Lake

ROLLUPS = ("usage_person_day", "usage_account_day")
_SUMS = """sum(sign * "count") as events, sum(sign) as rows, sum(sign * seconds) as seconds, sum(sign * value) as value,
    count(value) as valued, sum(sign * errors) as errors"""
BY_HAND = {
    "person": f"""select account, coalesce(person, 0) as person, day, known_day, name, class, {_SUMS}
        from events group by all""",
    "account": f"""select account, day, known_day, name, class, {_SUMS}, count(distinct person) as people
        from events group by all""",
}


def run(home: Path, *, events: int, accounts: int, months: int, repeat: int = 3) -> Report:
    """Fill a lake, roll it up as a whole and by hand in turn, then one busy day and one append."""
    report = Report(f"Roll-up of {events:,} events of {accounts:,} accounts over {months} months")
    lake = Lake(slug="rollup", root=str(home / "rollup"))
    people = generator.population(accounts=accounts, seed=1)
    rows = _fill(lake, people, events=events, months=months)
    by_hand = home / "by-hand"

    ours, rival = in_turn([lambda: _from_nothing(lake), lambda: _rival(lake, by_hand)], repeat=repeat)
    _same(lake, by_hand)
    ratio = ours.median / rival.median
    report.add(Line("DuckDB by hand, both tables to Parquet", rival.median, "s"))
    report.add(
        Line(
            "roll-up, both tables to Delta", ours.median, "s", ratio=ratio,
            note=f"{rows / ours.median / 1e6:.2f} million events a second",
        )
    )  # fmt: skip
    report.add(Line("ratio of wall time", ratio, "x", target=1.2))
    report.add(Line("ratio of processor time", ours.median_processor / rival.median_processor, "x", target=1.2))

    _busy_day(home, people, report)
    report.add(Line("peak memory", peak_memory_gb(), "GB"))
    shutil.rmtree(by_hand, ignore_errors=True)
    return report


def _busy_day(home: Path, people: generator.Population, report: Report) -> None:
    """A million events on the last day of a month that is rolled up already."""
    lake = Lake(slug="busy", root=str(home / "busy"))
    shutil.rmtree(lake.root, ignore_errors=True)
    delta.forget(lake.root)
    (month,) = generator.days("2024-01", 1)
    quiet = generator.usage(people, month=month, rows=800_000, seed=76)
    actions.append(lake, "events", quiet, writer="bench", run=1)
    jobs.roll_up(lake)
    busy = generator.usage(people, month=month[-1:], rows=1_000_000, seed=77)
    appended = measure(lambda: actions.append(lake, "events", busy, writer="bench", run=2), repeat=1)
    pace = f"{busy.num_rows / appended.median:,.0f} a second"
    report.add(Line("append of a million rows", appended.median, "s", target=1e6 / 300_000, note=pace))
    rolled = measure(lambda: jobs.roll_up(lake), repeat=1)
    report.add(Line("roll-up of one day with a million events", rolled.median, "s", target=5.0))


def _fill(lake: Lake, people: generator.Population, *, events: int, months: int) -> int:
    """Append the months that are not there yet; the number of rows."""
    done = lake.months("events")
    for number, (first, rows) in enumerate(
        generator.history(people, first="2024-01", months=months, rows=events, seed=2), start=1
    ):
        if first.isoformat()[:7] not in done:
            actions.append(lake, "events", rows, writer="bench", run=number)
    return sum(file.rows for file in lake.snapshot("events").files)


def _from_nothing(lake: Lake) -> None:
    for table in ROLLUPS:
        shutil.rmtree(lake.uri(table), ignore_errors=True)
    delta.forget(lake.root)
    jobs.roll_up(lake)


def _rival(lake: Lake, folder: Path) -> None:
    """The same two tables by one statement each, with all of DuckDB's defaults."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        files = f"{lake.uri('events')}/**/*.parquet"
        connection.execute(f"create view events as from read_parquet('{files}', hive_partitioning = true)")
        for name, sql in BY_HAND.items():
            connection.execute(f"copy ({sql}) to '{folder}/{name}.parquet' (format parquet, compression zstd)")


def _same(lake: Lake, folder: Path) -> None:
    """Both ways gave the same rows, sums and people, or the figures mean nothing."""
    ours = queries.engine().query(
        "select count(*) as n, sum(rows) as rows, sum(people) as people, sum(events) as events from t",
        relations={"t": lake.relation("usage_account_day")},
    )
    with duckdb.connect() as connection:
        rival = connection.sql(
            f"select count(*) as n, sum(rows) as rows, sum(people) as people, sum(events) as events "
            f"from '{folder}/account.parquet'"
        ).to_arrow_table()
    for column in ours.column_names:
        a, b = float(ours[column][0].as_py()), float(rival[column][0].as_py())
        assert np.isclose(a, b, rtol=1e-9), (column, a, b)
