"""Attributes keep their history: the first value since the beginning, a later one from the day it was learned."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tenure.base import clock
from tenure.customers.models import Account
from tenure.events import queries as events
from tenure.ingest.tests.importing import counts, run, source_map, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]

ACCOUNTS = {
    "file": "accounts.csv",
    "accounts": {
        "key": "id",
        "started_on": "since",
        "traits": {
            "tier": "tier",
            "seats": {"column": "seats", "type": "number"},
            "vip": {"column": "vip", "type": "boolean"},
        },
    },
}
HEAD = "id,since,tier,seats,vip\n"


def history() -> list[tuple[object, ...]]:
    found = events.engine().query(
        'select t.key, t.value, t.day, t.known_day from traits t order by t.key, t."at"',
        relations={"traits": events.open_lake("acme").relation("traits")},
    )
    return [tuple(row.values()) for row in found.to_pylist()]


def test_the_first_value_holds_since_the_start_and_a_change_since_its_import(tmp_path: Path) -> None:
    wanted = source_map(accounts=ACCOUNTS)
    folder = write(tmp_path / "in", {"accounts.csv": HEAD + "A,2024-01-01,gold,5,yes\n"})
    with clock.frozen(datetime(2024, 6, 1, 12, tzinfo=UTC)):
        assert counts(run(folder, wanted)) == {"accounts.csv": (1, 1, 0, 0, 0)}
        assert counts(run(folder, wanted)) == {"accounts.csv": (1, 0, 0, 1, 0)}
    start, later = date(2024, 1, 1), date(2024, 7, 1)
    first = [("seats", "5", start, start), ("tier", '"gold"', start, start), ("vip", "true", start, start)]
    assert history() == first
    assert Account.objects.get().traits == {"tier": "gold", "seats": 5, "vip": True}

    write(folder, {"accounts.csv": HEAD + "A,2024-01-01,silver,5,\n"})
    with clock.frozen(datetime(2024, 7, 1, 12, tzinfo=UTC)):
        assert counts(run(folder, wanted)) == {"accounts.csv": (1, 0, 1, 0, 0)}
        assert counts(run(folder, wanted)) == {"accounts.csv": (1, 0, 0, 1, 0)}
    assert history() == [
        first[0],
        first[1],
        ("tier", '"silver"', later, later),
        first[2],
        ("vip", None, later, later),
    ]
    assert Account.objects.get().traits == {"tier": "silver", "seats": 5}


def test_dated_attributes_stand_on_their_day_and_are_corrected_there(tmp_path: Path) -> None:
    wanted = source_map(
        accounts={"file": "accounts.csv", "accounts": {"key": "id"}},
        seats={
            "file": "seats.csv",
            "traits": {"account": "account", "at": "day", "traits": {"seats": {"column": "n", "type": "number"}}},
        },
    )
    files = {"accounts.csv": "id\nA\n", "seats.csv": "account,day,n\nA,2024-03-01,5\nA,2024-04-01,7\n"}
    folder = write(tmp_path / "in", files)
    assert counts(run(folder, wanted))["seats.csv"] == (2, 2, 0, 0, 0)
    assert counts(run(folder, wanted))["seats.csv"] == (2, 0, 0, 2, 0)
    write(folder, {"seats.csv": "account,day,n\nA,2024-03-01,6\nA,2024-04-01,7\n"})
    assert counts(run(folder, wanted))["seats.csv"] == (2, 0, 1, 1, 0)
    assert counts(run(folder, wanted))["seats.csv"] == (2, 0, 0, 2, 0)
    march, april = date(2024, 3, 1), date(2024, 4, 1)
    assert history() == [("seats", "5", march, march), ("seats", "6", march, march), ("seats", "7", april, april)]


def test_attributes_as_names_and_values(tmp_path: Path) -> None:
    wanted = source_map(
        accounts={"file": "accounts.csv", "accounts": {"key": "id"}},
        facts={"file": "facts.csv", "traits": {"account": "account", "at": "day", "name": "what", "value": "how"}},
    )
    files = {
        "accounts.csv": "id\nA\n",
        "facts.csv": "account,day,what,how\nA,2024-03-01,tier,gold\nA,2024-03-01,city,Bonn\n",
    }
    assert counts(run(write(tmp_path / "in", files), wanted))["facts.csv"] == (2, 2, 0, 0, 0)
    assert [row[:2] for row in history()] == [("city", '"Bonn"'), ("tier", '"gold"')]
