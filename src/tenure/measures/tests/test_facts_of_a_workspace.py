"""From the log to the facts through the lake, as a workspace has it."""

from datetime import UTC, date, datetime

import pytest

from tenure.customers.actions import upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.events import actions as log
from tenure.events import jobs
from tenure.events import queries as lakes
from tenure.measures import queries
from tenure.measures.actions import publish_proposal
from tenure.measures.tests.worlds import Event, events_table
from tenure.tenants.models import Workspace

AS_OF = date(2024, 12, 31)


@pytest.fixture
def shop(workspace: Workspace) -> dict[str, int]:
    """Two accounts and three people, one of them our own; logins, a feature, tickets."""
    workspace.as_of = AS_OF
    workspace.own_domains = ["us.example"]
    workspace.save()
    accounts = upsert_accounts(
        [
            AccountUpsert("A", name="Alpha", started_on=date(2024, 1, 1)),
            AccountUpsert("B", name="Beta", started_on=date(2024, 12, 20)),
        ],
        source="test",
    ).ids
    people = upsert_people(
        [
            PersonUpsert("ada", email="ada@a.example"),
            PersonUpsert("bob", email="bob@a.example"),
            PersonUpsert("me", email="me@US.example"),
        ],
        source="test",
    ).ids
    a, ada, bob, me = accounts["A"], people["ada"], people["bob"], people["me"]
    rows = [
        Event(date(2024, 12, 30), "login", a, ada, seconds=60.0),
        Event(date(2024, 12, 29), "export", a, bob, seconds=120.0),
        Event(date(2024, 12, 1), "login", a, ada),
        Event(date(2024, 11, 20), "login", a, bob),
        Event(date(2024, 6, 1), "login", a, ada),
        Event(date(2024, 12, 29), "login", a, me),
        Event(date(2024, 12, 31), "login", a, ada),
        Event(date(2024, 12, 10), "ticket_opened", a, record={"id": "T1"}),
    ]
    lake = lakes.open_lake(workspace.slug)
    log.append(lake, "events", events_table(rows), writer="test", run=1)
    jobs.roll_up(lake)
    return {"A": a, "B": accounts["B"], "ada": ada, "bob": bob, "me": me}


def test_measures_are_proposed_published_and_counted(shop: dict[str, int]) -> None:
    publish_proposal()
    rows = queries.facts(entity="account", as_of=AS_OF).to_pylist()
    alpha, beta = rows
    assert (alpha["name"], alpha["logins_28d"], alpha["logins_28d__previous"]) == ("Alpha", 1.0, 2.0)
    assert alpha["logins_28d__change"] == -0.5
    assert alpha["people_active_28d"] == 2.0
    assert alpha["days_since_last_seen"] == 0.0
    assert alpha["tickets_open"] == 1.0
    assert (beta["logins_28d"], beta["logins_7d"], beta["logins_7d__previous"]) == (None, 0.0, None)


def test_the_use_of_an_accounts_people_is_what_the_measures_say(shop: dict[str, int], workspace: Workspace) -> None:
    publish_proposal()
    wanted = ["active_days_28d", "days_since_last_seen"]
    rows = queries.facts(entity="person", as_of=AS_OF, ids=[shop["ada"], shop["bob"]], only=wanted).to_pylist()
    said = {row["id"]: (row["active_days_28d"], row["days_since_last_seen"]) for row in rows}
    use = lakes.use_of_people(lakes.open_lake(workspace.slug), shop["A"], as_of=AS_OF, days=28, within=365)
    assert {who: (each.days, (AS_OF - each.last_day).days) for who, each in use.items() if who in said} == said
    assert lakes.use_of_people(lakes.open_lake(workspace.slug), shop["B"], as_of=AS_OF, days=28, within=365) == {}


def test_evidence_is_the_events_that_were_counted(shop: dict[str, int]) -> None:
    publish_proposal()
    found = queries.evidence("logins_28d", "account", shop["A"])
    assert (found.total, found.first, found.last) == (1, date(2024, 12, 3), date(2024, 12, 30))
    assert [(row.name, row.at) for row in found.rows] == [("login", datetime(2024, 12, 30, 12, tzinfo=UTC))]


def test_series_ends_with_the_facts(shop: dict[str, int]) -> None:
    publish_proposal()
    found = queries.series("people_active_7d", "account", shop["A"], 4)
    assert [(p.day.day, p.value) for p in found.points] == [(28, 0.0), (29, 0.0), (30, 1.0), (31, 2.0)]


def test_a_series_by_the_week_has_the_values_of_those_days(shop: dict[str, int]) -> None:
    publish_proposal()
    every = {p.day: p.value for p in queries.series("logins_28d", "account", shop["A"], 60).points}
    some = queries.series("logins_28d", "account", shop["A"], 60, daily=10).points
    assert [(AS_OF - p.day).days for p in some] == [58, 51, 44, 37, 30, 23, 16, *range(9, -1, -1)]
    assert [p.value for p in some] == [every[p.day] for p in some]


def test_the_catalogue_has_attributes_and_measures(shop: dict[str, int]) -> None:
    publish_proposal()
    catalogue = queries.catalogue("account")
    names = {field.key for field in catalogue}
    assert {"name", "status", "logins_28d", "people_active_84d", "tenure_days"} <= names
    assert "csat_84d" not in names
