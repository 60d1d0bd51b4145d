"""Timeline, message index and the engine."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tenure.events import actions, jobs, maintenance, queries
from tenure.events.contracts import TimelineKey
from tenure.events.lake import Lake
from tenure.events.tests.rows import event, table


@pytest.fixture
def year(lake: Lake) -> Lake:
    """Account 1: one event a month in 2024, two in December at the same time; account 2: one."""
    rows = [event(f"m{month:02d}", day=f"2024-{month:02d}-15") for month in range(1, 13)]
    rows += [event("m13", day="2024-12-15"), event("x", account=2)]
    actions.append(lake, "events", table(*rows), writer="test", run=1)
    return lake


def messages(found: pa.Table) -> list[str]:
    names: list[str] = found.column("message_id").to_pylist()
    return names


def test_a_timeline_pages_backwards_without_gap_or_repeat(year: Lake) -> None:
    seen: list[str] = []
    key = None
    while (page := queries.timeline(year, 1, before=key, limit=5)).num_rows:
        seen += messages(page)
        key = TimelineKey(page.column("at")[-1].as_py(), page.column("message_id")[-1].as_py())
    assert seen == [f"m{month:02d}" for month in range(13, 0, -1)]


def test_a_timeline_as_of_a_day_holds_what_was_known(year: Lake) -> None:
    actions.append(year, "events", table(event("late", day="2024-03-20", known="2024-06-01")), writer="test", run=2)
    assert messages(queries.timeline(year, 1, as_of=date(2024, 4, 1))) == ["m03", "m02", "m01"]
    assert messages(queries.timeline(year, 1, as_of=date(2024, 6, 1)))[:4] == ["m05", "m04", "late", "m03"]


def test_a_retracted_event_leaves_the_timeline(year: Lake) -> None:
    old = event("m02", day="2024-02-15", sign=-1)
    new = event("m02", day="2024-02-15", content=2, value=9.0)
    actions.append(year, "events", table(old, new), writer="test", run=2)
    found = queries.timeline(year, 1, before=TimelineKey(datetime(2024, 3, 1, tzinfo=UTC)))
    assert [(row["message_id"], row["content"], row["value"]) for row in found.to_pylist()] == [
        ("m02", 2, 9.0),
        ("m01", 1, None),
    ]


def test_the_rows_of_a_few_accounts_are_fetched_with_the_columns_wanted(
    year: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    relation = year.relation("events").only({"account", "message_id", "day"})
    span = (date(2024, 11, 1), date(2024, 12, 31))
    found = queries.of_accounts(relation, {1, 3}, days=span)
    assert isinstance(found, pa.Table)
    assert found.column_names == ["day", "account", "message_id"]
    assert sorted(messages(found)) == ["m11", "m12", "m13"]
    assert queries.of_accounts(relation, set()) is relation
    monkeypatch.setattr(queries, "FEW", 1)
    assert queries.of_accounts(relation, {1, 3}) is relation


def test_the_timeline_of_an_empty_lake_is_empty(lake: Lake) -> None:
    assert queries.timeline(lake, 1).num_rows == 0


def test_the_message_index_tells_what_stands(year: Lake) -> None:
    change = table(event("m01", day="2024-01-15", sign=-1), event("m01", day="2024-01-15", content=2))
    gone = table(event("x", account=2, sign=-1))
    actions.append(year, "events", pa.concat_tables([change, gone]), writer="test", run=2)
    index = queries.message_index(year, source="test", months={"2024-01", "2024-02"})
    assert sorted(zip(*index.to_pydict().values(), strict=True)) == [("m01", 2), ("m02", 1)]
    assert queries.message_index(year, source="other").num_rows == 0
    standing = queries.standing_events(year, pa.array(["m01", "x", "m03"]), source="test")
    assert sorted((row["message_id"], row["content"]) for row in standing.to_pylist()) == [("m01", 2), ("m03", 1)]


def test_a_query_takes_the_parameters_it_names() -> None:
    found = queries.engine().query(
        "select a + $more as b from t", relations={"t": pa.table({"a": [1, 2]})}, params={"more": 10, "other": 1}
    )
    assert found.to_pydict() == {"b": [11, 12]}


def test_rows_come_in_the_order_asked_for() -> None:
    numbers = pa.table({"number": range(50_000)})
    for sql in ("select number from numbers order by number", "select number from numbers order by number limit 20000"):
        found = queries.engine().query(sql, relations={"numbers": numbers})["number"].to_pylist()
        assert found == list(range(len(found)))


def test_relations_of_one_query_are_not_seen_by_the_next() -> None:
    queries.engine().query("from only_here", relations={"only_here": pa.table({"a": [1]})})
    with pytest.raises(Exception, match="only_here does not exist"):
        queries.engine().query("from only_here")


@pytest.mark.django_db
def test_a_lake_with_a_url_goes_through_the_object_store_client(tmp_path: Path) -> None:
    lake = Lake(slug="acme", root=f"file://{tmp_path}/bucket")
    (tmp_path / "bucket" / "events").mkdir(parents=True)
    for name in ("usage_person_day", "usage_account_day", "usage_day"):
        (tmp_path / "bucket" / name).mkdir()
    rows = table(event("a"), event("b", day="2024-02-01"), event("d", account=3))
    actions.append(lake, "events", rows, writer="test", run=1)
    actions.append(lake, "events", table(event("c", account=2)), writer="test", run=2)
    assert jobs.roll_up(lake).account_rows == 4
    assert messages(queries.timeline(lake, 1)) == ["b", "a"]
    assert maintenance.maintain(lake, today=date(2024, 3, 1)).merged == 2
    chosen = lake.relation("events", months={"2024-01"})
    found = queries.engine().query("select message_id, month from t order by all", relations={"t": chosen})
    assert found.to_pydict() == {"message_id": ["a", "c", "d"], "month": ["2024-01"] * 3}
