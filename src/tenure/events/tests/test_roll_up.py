"""Roll-ups: exact sums and people, only dirty pairs, two clocks, safe to run again."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.events import actions, jobs, queries
from tenure.events.adapters import delta
from tenure.events.contracts import RollupReport
from tenure.events.lake import Lake
from tenure.events.tests.rows import event, table


def rolled(lake: Lake, name: str, *columns: str) -> list[tuple[object, ...]]:
    """These columns of a roll-up table, sorted; days as text."""
    rows = queries.engine().query("from t", relations={"t": lake.relation(name)}).select(list(columns)).to_pylist()
    return sorted(tuple(str(v) if isinstance(v, date) else v for v in row.values()) for row in rows)


def test_counts_and_people_are_exact(lake: Lake) -> None:
    rows = table(
        event("a", person=1, count=3.0, seconds=10.0),
        event("b", person=1, seconds=5.0),
        event("c", person=2, value=4.0),
        event("d", person=None, value=6.0),
        event("e", person=2, name="export"),
        event("f", account=2, person=3, day="2024-02-01"),
    )
    actions.append(lake, "events", rows, writer="test", run=1)
    assert jobs.roll_up(lake) == RollupReport(person_rows=5, account_rows=3, full=True)
    assert rolled(
        lake, "usage_person_day", "account", "person", "day", "name", "events", "rows", "seconds", "value", "valued"
    ) == [
        (1, 0, "2024-01-01", "login", 1.0, 1, 0.0, 6.0, 1),
        (1, 1, "2024-01-01", "login", 4.0, 2, 15.0, 0.0, 0),
        (1, 2, "2024-01-01", "export", 1.0, 1, 0.0, 0.0, 0),
        (1, 2, "2024-01-01", "login", 1.0, 1, 0.0, 4.0, 1),
        (2, 3, "2024-02-01", "login", 1.0, 1, 0.0, 0.0, 0),
    ]
    assert rolled(lake, "usage_account_day", "account", "day", "name", "events", "rows", "people") == [
        (1, "2024-01-01", "export", 1.0, 1, 1),
        (1, "2024-01-01", "login", 6.0, 4, 2),
        (2, "2024-02-01", "login", 1.0, 1, 1),
    ]


def test_a_late_event_adds_rows_under_its_known_day(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a", person=1)), writer="test", run=1)
    jobs.roll_up(lake)
    late = table(
        event("b", person=1, known="2024-02-10"),
        event("c", person=2, known="2024-02-10"),
        event("d", person=2, known="2024-03-01"),
    )
    actions.append(lake, "events", late, writer="test", run=2)
    assert jobs.roll_up(lake) == RollupReport(pairs=2, person_rows=3, account_rows=2, days=("2024-01-01",))
    assert rolled(lake, "usage_account_day", "known_day", "events", "people") == [
        ("2024-01-01", 1.0, 1),
        ("2024-02-10", 2.0, 1),
        ("2024-03-01", 1.0, 0),
    ]


def test_a_retraction_takes_its_person_back(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a", person=1), event("b", person=2)), writer="test", run=1)
    actions.append(lake, "events", table(event("b", person=2, sign=-1, known="2024-01-05")), writer="test", run=2)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_account_day", "known_day", "events", "rows", "people") == [
        ("2024-01-01", 2.0, 2, 2),
        ("2024-01-05", -1.0, -1, -1),
    ]


def test_a_row_retracted_within_its_pair_leaves_nothing(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a"), event("b", account=2)), writer="test", run=1)
    jobs.roll_up(lake)
    actions.append(lake, "events", table(event("a", sign=-1)), writer="test", run=2)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_account_day", "account", "rows") == [(2, 1)]


def test_history_imported_under_late_rows_counts_their_people_again(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a", person=1, known="2024-02-10")), writer="test", run=1)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_account_day", "known_day", "people") == [("2024-02-10", 1)]
    actions.append(lake, "events", table(event("b", person=1)), writer="test", run=2)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_account_day", "known_day", "people") == [("2024-01-01", 1), ("2024-02-10", 0)]


def test_files_without_dirty_pairs_stay_as_they_are(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a"), event("b", day="2024-02-01")), writer="test", run=1)
    jobs.roll_up(lake)
    before = {file.partition["month"]: file.path for file in lake.snapshot("usage_person_day").files}
    actions.append(lake, "events", table(event("c", day="2024-02-01")), writer="test", run=2)
    jobs.roll_up(lake)
    after = {file.partition["month"]: file.path for file in lake.snapshot("usage_person_day").files}
    assert after["2024-01"] == before["2024-01"]
    assert after["2024-02"] != before["2024-02"]


def test_nothing_new_writes_nothing(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a")), writer="test", run=1)
    jobs.roll_up(lake)
    version = lake.snapshot("usage_person_day").version
    assert jobs.roll_up(lake) == RollupReport()
    assert lake.snapshot("usage_person_day").version == version


@pytest.mark.parametrize("survived", [0, 1, 2])
def test_a_run_that_died_is_continued(lake: Lake, monkeypatch: pytest.MonkeyPatch, survived: int) -> None:
    actions.append(lake, "events", table(event("a")), writer="test", run=1)
    jobs.roll_up(lake)
    actions.append(lake, "events", table(event("b", person=2)), writer="test", run=2)
    commit = delta.commit
    done: list[int] = []

    def dying(*args: object, **kwargs: object) -> int:
        if len(done) == survived:
            raise KeyboardInterrupt
        done.append(1)
        return commit(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(delta, "commit", dying)
        with pytest.raises(KeyboardInterrupt):
            jobs.roll_up(lake)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_person_day", "person", "rows") == [(1, 1), (2, 1)]
    assert rolled(lake, "usage_account_day", "rows", "people") == [(2, 2)]
    assert rolled(lake, "usage_day", "rows") == [(2,)]


def test_all_accounts_together_by_day(lake: Lake) -> None:
    actions.append(lake, "events", table(event("a"), event("b", account=2)), writer="test", run=1)
    jobs.roll_up(lake)
    actions.append(lake, "events", table(event("c", known="2024-01-05"), event("d")), writer="test", run=2)
    jobs.roll_up(lake)
    assert rolled(lake, "usage_day", "day", "known_day", "rows") == [
        ("2024-01-01", "2024-01-01", 3),
        ("2024-01-01", "2024-01-05", 1),
    ]


def test_a_log_that_cannot_tell_is_rolled_up_as_a_whole(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.append(lake, "events", table(event("a")), writer="test", run=1)
    jobs.roll_up(lake)
    actions.append(lake, "events", table(event("b", day="2024-02-01")), writer="test", run=2)
    monkeypatch.setattr(delta, "changes", lambda *_, **__: None)
    assert jobs.roll_up(lake).full
    assert rolled(lake, "usage_account_day", "day", "rows") == [("2024-01-01", 1), ("2024-02-01", 1)]


DAYS = [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1)]
arrivals = st.lists(
    st.tuples(
        st.integers(1, 2),  # account
        st.integers(0, 2),  # person, 0 = none
        st.sampled_from(DAYS),
        st.integers(0, 3),  # days until known
        st.sampled_from(["login", "export"]),
        st.sampled_from([1, 1, 1, -1]),  # sign
        st.integers(0, 2),  # batch
    ),
    min_size=1,
    max_size=25,
)
Arrival = tuple[int, int, date, int, str, int, int]


def row(number: int, arrival: Arrival) -> dict[str, object]:
    account, person, day, delay, name, sign, _ = arrival
    known = date.fromordinal(day.toordinal() + delay)
    return event(
        str(number), account=account, person=person or None, day=str(day), known=str(known), name=name, sign=sign
    )


def as_of(lake: Lake, day: date) -> list[tuple[object, ...]]:
    """Rows and distinct people by account, day and name, as known at `day`."""
    found = queries.engine().query(
        "select account, day, name, sum(rows) as n, sum(people) as people from t "
        "where day <= $day and known_day <= $day group by all order by all",
        relations={"t": lake.relation("usage_account_day")},
        params={"day": day},
    )
    return [tuple(row.values()) for row in found.to_pylist() if row["n"] or row["people"]]


def by_hand(seen: list[Arrival], day: date) -> list[tuple[object, ...]]:
    """The same, counted one by one from the arrivals."""
    rows: defaultdict[tuple[int, date, str], int] = defaultdict(int)
    people: defaultdict[tuple[int, date, str, int], int] = defaultdict(int)
    for account, person, happened, delay, name, sign, _ in seen:
        if happened.toordinal() + delay <= day.toordinal():
            rows[account, happened, name] += sign
            people[account, happened, name, person] += sign
    counts = {key: (n, sum(1 for person in (1, 2) if people[*key, person] > 0)) for key, n in rows.items()}
    return sorted((*key, n, who) for key, (n, who) in counts.items() if n or who)


@settings(max_examples=10, deadline=None)
@given(arrivals)
def test_every_as_of_equals_a_count_by_hand_whatever_arrives_when(given_arrivals: list[Arrival]) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake(slug="acme", root=str(Path(folder)))
        seen: list[Arrival] = []
        for batch in range(3):
            fresh = [arrival for arrival in given_arrivals if arrival[-1] == batch]
            if fresh:
                numbered = enumerate(fresh, start=len(seen))
                actions.append(
                    lake, "events", table(*(row(n, arrival) for n, arrival in numbered)), writer="test", run=batch
                )
            seen += fresh
            jobs.roll_up(lake)
            for ordinal in range(DAYS[0].toordinal(), DAYS[-1].toordinal() + 5):
                day = date.fromordinal(ordinal)
                assert as_of(lake, day) == by_hand(seen, day)
        delta.forget(lake.root)


@settings(max_examples=10, deadline=None)
@given(arrivals, arrivals)
def test_what_arrives_later_never_changes_a_past_as_of(before: list[Arrival], after: list[Arrival]) -> None:
    """Rows received after D have known_day > D, in whatever order they come: what was known at D stays."""
    frontier = date(2024, 2, 1)
    with TemporaryDirectory() as folder:
        lake = Lake(slug="acme", root=str(Path(folder)))
        actions.append(lake, "events", table(*(row(n, arrival) for n, arrival in enumerate(before))), writer="t", run=1)
        jobs.roll_up(lake)
        pasts = [date(2024, 1, 30), date(2024, 1, 31), frontier]
        known = [as_of(lake, day) for day in pasts]
        for half, share in enumerate((after[::2], after[1::2])):
            late = [
                row(1000 * half + n, arrival) | {"known_day": date.fromordinal(frontier.toordinal() + 1 + arrival[3])}
                for n, arrival in enumerate(share)
            ]
            actions.append(lake, "events", table(*late), writer="t", run=2 + half)
            jobs.roll_up(lake)
        assert [as_of(lake, day) for day in pasts] == known
        delta.forget(lake.root)
