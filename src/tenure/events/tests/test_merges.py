"""Merges in the roll-ups: what is summed up by a day is what the log knew by then, by who stood for whom then."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pyarrow.compute as pc
import pytest

from tenure.customers.aliases import Aliases, Merged
from tenure.customers.contracts import Entity, MergeView
from tenure.events import actions, jobs, queries
from tenure.events.lake import Lake
from tenure.events.tests.rows import event, table

START = date(2024, 1, 28)


def day(number: int) -> date:
    return START + timedelta(days=number)


def view(entity: Entity, absorbed: int, survivor: int, on: int, until: int | None, number: int) -> MergeView:
    return MergeView(number, entity, absorbed, survivor, day(on), None if until is None else day(until), number)


def known(*merges: MergeView) -> Merged:
    accounts, people = (Aliases(tuple(m for m in merges if m.entity == e)) for e in ("account", "person"))
    return Merged(accounts, people)


def some_events(chance: random.Random, first: int, count: int, today: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(first, first + count):
        happened = chance.randrange(0, today + 1)
        learned = happened if chance.random() < 0.5 else chance.randrange(happened, today + 1)
        row = event(
            f"m{number}", day=day(happened).isoformat(), known=day(learned).isoformat(), account=chance.randrange(1, 5),
            person=chance.choice([None, 11, 12, 13]), name=chance.choice(["login", "export"]), value=float(number),
            kind=chance.choice(["usage", "record"]),
        )  # fmt: skip
        rows.append(row)
        if chance.random() < 0.2:
            taken = {**row, "sign": -1, "known_day": day(chance.randrange(learned, today + 1))}
            rows.append(taken)
    return rows


def summed(lake: Lake, name: str, upto: date) -> dict[tuple[object, ...], int]:
    """A roll-up as of a day: account, person, day, name → rows, events, value (and people, of accounts)."""
    rows = queries.engine().query("select * from t", relations={"t": lake.relation(name)})
    found: Counter[tuple[object, ...]] = Counter()
    columns = ["rows", "events", "value", *(["people"] if name == "usage_account_day" else [])]
    for row in rows.filter(pc.less_equal(rows["known_day"], upto)).to_pylist():
        key = (row["account"], row.get("person"), row["day"], row["name"], row["class"])
        for column in columns:
            found[*key, column] += row[column]
    return {key: n for key, n in found.items() if n}


def counted(log: list[dict[str, Any]], merges: Merged, name: str, upto: date) -> dict[tuple[object, ...], int]:
    """The same, from the log."""
    found: Counter[tuple[object, ...]] = Counter()
    people: dict[tuple[object, ...], Counter[int]] = {}
    for row in log:
        if row["known_day"] > upto:
            continue
        account = merges.accounts.holder(row["account"], upto)
        person = merges.people.holder(row["person"], upto) if row["person"] else 0
        key: tuple[object, ...] = (
            account,
            person if name == "usage_person_day" else None,
            row["day"],
            row["name"],
            row["class"],
        )
        for column, amount in (("rows", 1), ("events", row["count"]), ("value", row["value"])):
            found[*key, column] += row["sign"] * amount
        if person and name == "usage_account_day":
            people.setdefault(key, Counter())[person] += row["sign"]
    for key, each in people.items():
        found[*key, "people"] = sum(1 for rows in each.values() if rows > 0)
    return {key: n for key, n in found.items() if n}


@pytest.mark.parametrize("seed", range(6))
def test_roll_ups_follow_merges_and_undoings_and_keep_their_past(lake: Lake, seed: int) -> None:
    chance = random.Random(seed)
    log: list[dict[str, Any]] = []
    merges: list[MergeView] = []
    today = 3
    for run in range(1, 9):
        today += chance.randrange(0, 3)
        new = some_events(chance, run * 1000, 12, today)
        log += new
        actions.append(lake, "events", table(*new), writer="test", run=run)
        merges = _something_merged(chance, merges, today, run)
        now = known(*merges)
        jobs.roll_up(lake, now)
        for name in ("usage_person_day", "usage_account_day"):
            for upto in {day(n) for n in (0, today // 2, today - 1, today)}:
                assert summed(lake, name, upto) == counted(log, now, name, upto), (run, name, upto)


def _something_merged(chance: random.Random, merges: list[MergeView], today: int, number: int) -> list[MergeView]:
    entity: Entity = chance.choice(["account", "person"])
    standing = known(*merges).of(entity)
    everybody = [1, 2, 3, 4] if entity == "account" else [11, 12, 13]
    free = [each for each in everybody if standing.holder(each) == each]
    undoable = [m for m in merges if m.entity == entity and m.until is None]
    if undoable and (len(free) < 2 or chance.random() < 0.4):
        old = chance.choice(undoable)
        undone = MergeView(old.id, entity, old.absorbed, old.survivor, old.on, day(today), number)
        return [undone if m is old else m for m in merges]
    absorbed, survivor = chance.sample(free, 2)
    return [*merges, view(entity, absorbed, survivor, today, None, number)]


def test_what_was_known_before_a_merge_is_never_rolled_up_otherwise(lake: Lake) -> None:
    rows = [event("a", account=1), event("b", account=2), event("c", account=2, day="2024-02-03")]
    actions.append(lake, "events", table(*rows), writer="test", run=1)
    jobs.roll_up(lake)
    before = summed(lake, "usage_account_day", day(8))
    report = jobs.roll_up(lake, known(view("account", 2, 1, 9, None, 1)))
    assert report.days == ("2024-01-01", "2024-02-03")
    assert summed(lake, "usage_account_day", day(8)) == before
    assert jobs.roll_up(lake, known(view("account", 2, 1, 9, None, 1))).pairs == 0


def test_a_timeline_of_several_accounts_is_one(lake: Lake) -> None:
    rows = [event(f"m{n}", account=n % 3 + 1, minute=n) for n in range(12)]
    actions.append(lake, "events", table(*rows), writer="test", run=1)
    found = queries.timeline_of(lake, [1, 3], limit=5)
    assert found["message_id"].to_pylist() == ["m11", "m9", "m8", "m6", "m5"]
    assert set(found["account"].to_pylist()) == {1, 3}
