"""Rows enter the lake exactly once, or not at all."""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenure.events import actions, queries
from tenure.events.contracts import EVENTS, TABLES
from tenure.events.lake import Lake
from tenure.events.tests.rows import event, table


def held(lake: Lake, name: str = "events") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = (
        queries.engine().query("from t order by all", relations={"t": lake.relation(name)}).to_pylist()
    )
    return rows


def test_a_table_is_readable_before_its_first_row(lake: Lake) -> None:
    for name, spec in TABLES.items():
        empty = queries.engine().query("from t", relations={"t": lake.relation(name)})
        assert empty.num_rows == 0
        assert empty.column_names == list(spec.columns)


def test_what_went_in_comes_out(lake: Lake) -> None:
    rows = table(
        event("a", day="2024-01-31", properties={"plan": "Pro"}),
        event("b", day="2024-02-01", kind="record", name="invoice_paid", person=None, value=12.5),
    )
    report = actions.append(lake, "events", rows, writer="test", run=1)
    assert (report.rows, report.repeated) == (2, False)
    out = queries.engine().query("from t order by message_id", relations={"t": lake.relation("events")})
    assert out.cast(EVENTS).to_pylist() == rows.to_pylist()
    assert {tuple(file.partition.values()) for file in lake.snapshot("events").files} == {
        ("usage", "2024-01"),
        ("record", "2024-02"),
    }


@pytest.mark.parametrize("run", [7, 6])
def test_a_run_that_was_written_is_not_written_again(lake: Lake, run: int) -> None:
    first = actions.append(lake, "events", table(event("a")), writer="test", run=7)
    again = actions.append(lake, "events", table(event("b")), writer="test", run=run)
    assert (again.rows, again.version, again.repeated) == (0, first.version, True)
    assert [row["message_id"] for row in held(lake)] == ["a"]


def test_writers_and_tables_count_their_runs_apart(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a")), writer="one", run=5)
    assert actions.append(lake, "events", table(event("b")), writer="two", run=1).rows == 1


def test_a_wrong_table_is_refused_and_nothing_is_written(lake: Lake) -> None:
    with pytest.raises(ValueError, match="missing columns \\['content'\\], unknown columns \\['colour'\\]"):
        actions.append(lake, "events", table(event("a")).rename_columns({"content": "colour"}), writer="test", run=1)
    with pytest.raises(ValueError, match="known_day is before day"):
        actions.append(lake, "events", table(event("a", known="2023-12-31")), writer="test", run=1)
    assert lake.snapshot("events").version == -1


def test_the_month_is_derived_from_the_day(lake: Lake) -> None:
    rows = table(event("a", day="2024-05-09")).drop_columns("month")
    actions.append(lake, "events", rows, writer="test", run=1)
    assert lake.months("events") == ["2024-05"]


def test_each_of_many_rows_lands_in_its_month(lake: Lake) -> None:
    days = pa.array([date(2024, 1, 1) + timedelta(days=n * 7 % 366) for n in range(400_000)], pa.date32())
    one = table(event("a", properties={"id": "i"}))
    rows = one.take(pa.array([0] * len(days))).drop_columns("month")
    for column in ("day", "known_day"):
        rows = rows.set_column(rows.column_names.index(column), column, days)
    actions.append(lake, "events", rows, writer="test", run=1)
    found = queries.engine().query(
        "select count(*) as n, count(*) filter (where e.month <> strftime(e.day, '%Y-%m')) as misplaced from events e",
        relations={"events": lake.relation("events")},
    )
    assert found.to_pylist() == [{"n": 400_000, "misplaced": 0}]


def test_rows_inside_a_file_are_sorted_by_account_and_time(lake: Lake) -> None:
    rows = table(*(event(f"{n}", account=account, minute=n) for n, account in enumerate([3, 1, 2, 1, 3])))
    actions.append(lake, "events", rows, writer="test", run=1)
    (path,) = lake.relation("events").files
    stored = pq.read_table(f"{lake.uri('events')}/{path}", partitioning=None)
    assert stored.column("account").to_pylist() == [1, 1, 2, 3, 3]
    assert stored.column("message_id").to_pylist() == ["1", "3", "2", "0", "4"]


def test_a_relation_keeps_its_version_while_others_write(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a")), writer="test", run=1)
    before = lake.relation("events")
    actions.append(lake, "events", table(event("b")), writer="test", run=2)
    assert queries.engine().query("from t", relations={"t": before}).column("message_id").to_pylist() == ["a"]


def test_partitions_and_statistics_leave_files_out(lake: Lake) -> None:
    actions.append(
        lake,
        "events",
        table(event("a", account=1), event("b", day="2024-02-01", account=9), event("c", kind="record", account=5)),
        writer="test",
        run=1,
    )

    def files(**chosen: object) -> int:
        return len(lake.relation("events", **chosen).files)  # type: ignore[arg-type]

    assert files() == 3
    assert files(months={"2024-02"}) == 1
    assert files(classes={"usage"}) == 2
    assert files(accounts=(5, 9)) == 2
    assert files(days=(date(2024, 1, 15), date(2024, 3, 1))) == 1


def test_replace_puts_rows_in_the_place_of_their_keys(lake: Lake) -> None:
    def scores(score: float, *keys: tuple[str, int]) -> pa.Table:
        spec = TABLES["scores"].schema
        rows = [
            {
                "month": day[:7],
                "day": date.fromisoformat(day),
                "account": account,
                "scorecard": "main",
                "version": 1,
                "profile": "all",
                "score": score,
                "band": "healthy",
                "coverage": 1.0,
            }
            for day, account in keys
        ]
        return pa.Table.from_pylist(rows, spec)

    actions.append(
        lake, "scores", scores(50.0, ("2024-01-31", 1), ("2024-01-31", 2), ("2024-02-01", 1)), writer="test", run=1
    )
    scope = pa.table({"day": pa.array([date(2024, 1, 31)]), "account": pa.array([2])})
    actions.replace(lake, "scores", scores(80.0, ("2024-01-31", 2)), scope=scope)
    assert [(str(row["day"]), row["account"], row["score"]) for row in held(lake, "scores")] == [
        ("2024-01-31", 1, 50.0),
        ("2024-01-31", 2, 80.0),
        ("2024-02-01", 1, 50.0),
    ]
