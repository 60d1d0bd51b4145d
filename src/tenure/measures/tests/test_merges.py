"""Facts of merged accounts and people: from the merge on those of one, before it those that they were."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from tenure.base import tenancy
from tenure.customers import actions as customers
from tenure.customers import queries as known
from tenure.customers.contracts import AccountUpsert, Entity, MergeView, PersonUpsert
from tenure.events import actions as log
from tenure.events import jobs
from tenure.events.contracts import TRAITS
from tenure.events.queries import open_lake
from tenure.measures import queries
from tenure.measures.actions import publish_proposal
from tenure.measures.tests.worlds import Event, events_table
from tenure.tenants.models import Workspace

FIRST, MERGED, SPLIT, LAST = date(2024, 6, 3), date(2024, 12, 2), date(2024, 12, 16), date(2024, 12, 31)
ACCOUNTS, PEOPLE = ("A", "B", "C"), ("ada", "ada2", "bob", "cid")
BEFORE = [MERGED - timedelta(days=n) for n in (90, 20, 1)]
AFTER = [MERGED, MERGED + timedelta(days=1), SPLIT - timedelta(days=1)]
LATER = [SPLIT, SPLIT + timedelta(days=5), LAST]

type Ids = Mapping[str, int]
type Facts = dict[tuple[date, object], dict[str, object]]


def people_and_accounts() -> Ids:
    """Three accounts and four people; ids by external id."""
    starts = {"A": date(2024, 3, 1), "B": date(2024, 1, 1), "C": None}
    accounts = customers.upsert_accounts([AccountUpsert(key, name=key, started_on=day) for key, day in starts.items()])
    people = customers.upsert_people([PersonUpsert(key, name=key, started_on=FIRST) for key in PEOPLE])
    return {**accounts.ids, **people.ids}


def history(ids: Ids, *, last: date = LAST, since: date = FIRST) -> list[Event]:
    """Usage, tickets, answers, invoices and subscriptions of all of them; some late, some taken back."""
    chance = random.Random(7)
    rows = []
    for number in range((LAST - FIRST).days * 3):
        day = FIRST + timedelta(days=number // 3)
        event = Event(
            day, chance.choice(["login", "export", "share"]), ids[chance.choice(ACCOUNTS)],
            ids[chance.choice(PEOPLE)] if chance.random() < 0.9 else 0, late=chance.choice([0, 0, 0, 1, 9]),
            count=float(chance.randrange(1, 4)), seconds=float(chance.randrange(0, 90)), message=f"u{number}",
        )  # fmt: skip
        rows.append(event)
        if chance.random() < 0.1:
            rows.append(replace(event, sign=-1, late=event.late + chance.choice([0, 3, 40])))
    for number in range(40):
        day, account = FIRST + timedelta(days=5 * number), ids[chance.choice(ACCOUNTS)]
        who = ids[chance.choice(PEOPLE)]
        rows.append(Event(day, "ticket_opened", account, who, record={"id": f"T{number}"}, message=f"to{number}"))
        if chance.random() < 0.6:
            closed = Event(day + timedelta(days=2), "ticket_closed", account, who, seconds=3600.0 * number,
                           record={"id": f"T{number}"}, message=f"tc{number}")  # fmt: skip
            rows.append(closed)
        answer = Event(day, "survey_answered", account, who, value=float(number % 11), late=chance.choice([0, 4]),
                       record={"id": f"N{number}", "kind": "nps", "max": 10}, message=f"n{number}")  # fmt: skip
        rows.append(answer)
    for number, key in enumerate(ACCOUNTS):
        started = Event(FIRST + timedelta(days=number), "subscription_started", ids[key], message=f"s{key}",
                        record={"id": f"S{key}", "plan": f"P{number}", "seats": 10, "mrr_minor": 10_000 * (number + 1),
                                "currency": "USD", "billing": "monthly"})  # fmt: skip
        more = Event(date(2024, 11, 11), "subscription_changed", ids[key], message=f"m{key}",
                     record={"id": f"S{key}", "mrr_minor": 15_000 * (number + 1)})  # fmt: skip
        bill = Event(date(2024, 10, 1), "invoice_issued", ids[key], message=f"i{key}", value=500.0,
                     record={"id": f"I{key}", "due_on": "2024-10-31", "currency": "USD"})  # fmt: skip
        rows += [started, more, bill]
    return [row for row in rows if since <= row.known_day <= last]


def traits(ids: Ids) -> pa.Table:
    """What was said of A and B, one after another, and of people."""
    said = [
        ("account", "A", "tier", "gold", 3), ("account", "B", "tier", "silver", 30), ("account", "B", "size", 7, 40),
        ("account", "A", "city", "Oslo", 50), ("account", "B", "city", "Rome", 45),
        ("person", "ada2", "team", "x", 9),
    ]  # fmt: skip
    rows = [
        {"entity": entity, "id": ids[of], "key": key, "value": json.dumps(value), "day": FIRST + timedelta(days=n),
         "known_day": FIRST + timedelta(days=n), "source": "test",
         "at": datetime.combine(FIRST + timedelta(days=n), datetime.min.time(), UTC)}
        for entity, of, key, value, n in said
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TRAITS)


def arrive(workspace: Workspace, ids: Ids, *, last: date, since: date = FIRST) -> None:
    """What became known from `since` to `last` enters the log."""
    lake = open_lake(workspace.slug)
    table = events_table(history(ids))
    kept = [row["known_day"] for row in table.select(["known_day"]).to_pylist()]
    table = table.filter(pa.array([since <= each <= last for each in kept]))
    log.append(lake, "events", table, writer="test", run=last.toordinal())
    if since == FIRST:
        log.append(lake, "traits", traits(ids), writer="test", run=1)
        customers.upsert_accounts([AccountUpsert("A", traits={"tier": "gold", "city": "Oslo", "size": 1})])
        customers.upsert_accounts([AccountUpsert("A", traits={"size": None})])
    jobs.roll_up(lake, known.merged())


def set_day(workspace: Workspace, day: date) -> None:
    workspace.as_of = day
    workspace.save()
    tenancy.forget()


def facts(entity: Entity, days: list[date], ids: list[int] | None = None) -> Facts:
    """By day and external id, without what is only a number here."""
    rows = queries.facts(entity=entity, as_of=days, ids=ids).to_pylist()
    found = {(row["as_of"], row["external_id"]): row for row in rows}
    assert len(found) == len(rows)
    return {key: {k: v for k, v in row.items() if k not in ("id", "owner_id")} for key, row in found.items()}


@pytest.fixture
def apart(workspace: Workspace) -> Ids:
    """Everything that was known until the day of the merge."""
    ids = people_and_accounts()
    arrive(workspace, ids, last=MERGED)
    set_day(workspace, MERGED)
    publish_proposal(as_of=MERGED)
    return ids


@pytest.fixture
def together(globex: Workspace) -> Facts:
    """The facts of a world in which all rows came for A and for Ada in the first place."""
    with tenancy.workspace(globex.pk):
        ids = people_and_accounts()
        one = {**ids, "B": ids["A"], "ada2": ids["ada"]}
        arrive(globex, one, last=LAST)
        set_day(globex, MERGED)
        publish_proposal(as_of=MERGED)
        set_day(globex, LAST)
        accounts, people = facts("account", [*AFTER, *LATER]), facts("person", [*AFTER, *LATER])
    return {
        **{(d, f"account {k}"): v for (d, k), v in accounts.items()},
        **{(d, f"person {k}"): v for (d, k), v in people.items()},
    }


def merged(ids: Ids) -> tuple[MergeView, MergeView]:
    return (
        customers.merge_accounts(absorbed=ids["B"], into=ids["A"], by=None),
        customers.merge_people(absorbed=ids["ada2"], into=ids["ada"], by=None),
    )


def test_from_the_merge_on_facts_are_those_of_a_world_with_one_account(
    workspace: Workspace, apart: Ids, together: Facts
) -> None:
    merged(apart)
    arrive(workspace, apart, last=LAST, since=MERGED + timedelta(days=1))
    set_day(workspace, LAST)
    expected: tuple[tuple[Entity, str, set[str]], ...] = (
        ("account", "B", {"A", "C"}),
        ("person", "ada2", {"ada", "bob", "cid"}),
    )
    for entity, gone, others in expected:
        found = facts(entity, [*AFTER, *LATER])
        assert {key for _, key in found} == others
        for (day, key), row in found.items():
            assert row == together[day, f"{entity} {key}"], (day, key)
        one = facts(entity, [*BEFORE, *AFTER, *LATER], ids=[apart["A" if entity == "account" else "ada"]])
        assert {key: one[key] for key in found if key in one} == {key: found[key] for key in found if key in one}
        assert len([key for key in one if key in found]) == 6
        assert gone not in {key for day, key in facts(entity, AFTER, ids=[apart[gone]])}
        some = facts(entity, [*BEFORE, *AFTER, *LATER], ids=[apart[key] for key in others])
        assert {key: row for key, row in some.items() if key in found} == found


@pytest.mark.parametrize("entity", ["account", "person"])
def test_facts_of_earlier_days_stay_as_they_were(workspace: Workspace, apart: Ids, entity: Entity) -> None:
    before = facts(entity, BEFORE)
    made = merged(apart)
    assert jobs.roll_up(open_lake(workspace.slug), known.merged()).pairs
    assert facts(entity, BEFORE) == before
    assert facts(entity, [*BEFORE, *AFTER]) == {**before, **facts(entity, AFTER)}
    set_day(workspace, SPLIT)
    for each in made:
        customers.undo_merge(merge=each.id, by=None)
    jobs.roll_up(open_lake(workspace.slug), known.merged())
    assert facts(entity, BEFORE) == before


@pytest.mark.parametrize("entity", ["account", "person"])
def test_undone_everything_is_as_if_it_had_never_been(workspace: Workspace, apart: Ids, entity: Entity) -> None:
    made = merged(apart)
    arrive(workspace, apart, last=SPLIT - timedelta(days=1), since=MERGED + timedelta(days=1))
    as_one = facts(entity, AFTER)
    set_day(workspace, SPLIT)
    for each in made:
        customers.undo_merge(merge=each.id, by=None)
    arrive(workspace, apart, last=LAST, since=SPLIT)
    assert facts(entity, AFTER) == as_one
    assert facts(entity, LATER) == _never_merged(entity)


def _never_merged(entity: Entity) -> Facts:
    other = Workspace.objects.create(slug="initech", name="Initech", timezone="UTC", currency="USD")
    with tenancy.workspace(other.pk):
        arrive(other, people_and_accounts(), last=LAST)
        set_day(other, MERGED)
        publish_proposal(as_of=MERGED)
        set_day(other, LAST)
        return facts(entity, LATER)


def test_the_events_behind_a_number_are_those_of_all(workspace: Workspace, apart: Ids) -> None:
    counts = {key: queries.evidence("logins_28d", "account", apart[key], MERGED).total for key in ("A", "B")}
    merged(apart)
    found = queries.evidence("logins_28d", "account", apart["A"], MERGED)
    assert found.total == sum(counts.values())
    assert {row.account for row in found.rows} == {apart["A"]}
    assert queries.evidence("logins_28d", "account", apart["A"], MERGED - timedelta(days=1)).total < found.total
