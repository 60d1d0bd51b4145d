"""What arrives, is corrected or is retracted later never changes a fact of the past."""

from datetime import date, timedelta

from hypothesis import given, settings

from tenure.measures.tests.test_facts_by_counting import MEASURES, events, worlds
from tenure.measures.tests.worlds import START, Event, World, ask

AS_OF = START + timedelta(days=14)


def arriving_after(event: Event, as_of: date) -> Event:
    """The same event, received after `as_of`."""
    fields = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    return Event(**{**fields, "late": max(event.late, (as_of - event.day).days + 1)})


@settings(max_examples=12, deadline=None)
@given(world=worlds(), later=events)
def test_later_arrivals_never_change_past_facts(world: World, later: list[Event]) -> None:
    known = World([e for e in world.events if e.known_day <= AS_OF], world.accounts, world.people, world.own)
    grown = World([*world.events, *(arriving_after(e, AS_OF) for e in later)], world.accounts, world.people, world.own)
    measures = {key: m for key, m in MEASURES.items() if "account" in m.entities}
    then = ask(known, measures, [AS_OF])
    many = ask(
        grown, measures, [START + timedelta(days=7), AS_OF, START + timedelta(days=21), START + timedelta(days=40)]
    )
    assert [row for row in many if row["as_of"] == AS_OF] == then


def test_an_entity_without_a_start_begins_when_it_was_first_known() -> None:
    world = World([Event(START, late=10), Event(START + timedelta(days=20))], accounts={1: None})
    days = [START + timedelta(days=n) for n in (5, 10, 30)]
    rows = ask(world, {}, days)
    assert [(row["as_of"], row["started_on"]) for row in rows] == [
        (START + timedelta(days=10), START + timedelta(days=10)),
        (START + timedelta(days=30), START + timedelta(days=10)),
    ]


def test_traits_and_owners_are_those_of_the_day() -> None:
    def trait(day: date, value: str, late: int = 0) -> dict[str, object]:
        return {
            "entity": "account", "id": 1, "key": "tier", "value": value, "at": f"{day}T09:00:00", "day": day,
            "known_day": day + timedelta(days=late), "source": "crm",
        }  # fmt: skip

    first, second, late = START, START + timedelta(days=10), START + timedelta(days=5)
    world = World(
        traits=[_at(trait(first, '"gold"')), _at(trait(second, "null")), _at(trait(late, '"iron"', late=3))],
        trait_types={"tier": "text"},
        owners=[
            {"account": 1, "role": "csm", "member": 7, "name": "Ana", "since": START, "until": second},
            {"account": 1, "role": "csm", "member": 8, "name": "Ben", "since": second, "until": None},
            {"account": 1, "role": "ae", "member": 9, "name": "Cy", "since": START, "until": None},
        ],
    )
    rows = ask(world, {}, [START + timedelta(days=n) for n in (0, 6, 8, 10)])
    assert [(row["t__tier"], row["owner"], row["owner_id"]) for row in rows] == [
        ("gold", "Ana", 7),
        ("gold", "Ana", 7),
        ("iron", "Ana", 7),
        (None, "Ben", 8),
    ]


def _at(row: dict[str, object]) -> dict[str, object]:
    from datetime import UTC, datetime

    return {**row, "at": datetime.fromisoformat(str(row["at"])).replace(tzinfo=UTC)}
