"""Bulk upserts: every row's outcome is counted, whatever chunk it is in."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.base import clock
from tenure.customers import bulk
from tenure.customers.actions import link_people, upsert_accounts, upsert_people
from tenure.customers.contracts import (
    AccountUpsert,
    LinkResult,
    ParentRefused,
    PersonLink,
    PersonUpsert,
    TraitChange,
    TraitConflict,
    UpsertResult,
)
from tenure.customers.models import Account, Person, PersonAccount
from tenure.customers.queries import account_ids, accounts_of_people, people_by_email, people_ids, trait_definitions

pytestmark = pytest.mark.usefixtures("workspace")


def counts(result: UpsertResult) -> tuple[int, int, int]:
    return result.created, result.updated, result.unchanged


def test_new_changed_and_same_rows_are_counted() -> None:
    upsert_accounts([AccountUpsert("a", name="Alpha"), AccountUpsert("b", name="Beta")])
    result = upsert_accounts(
        [AccountUpsert("a", name="Alpha"), AccountUpsert("b", name="Bravo"), AccountUpsert("c", name="Gamma")]
    )
    assert counts(result) == (1, 1, 1)
    assert result.ids == account_ids(["a", "b", "c"])
    assert list(Account.objects.order_by("external_id").values_list("name", flat=True)) == ["Alpha", "Bravo", "Gamma"]


def test_what_a_row_does_not_say_stays() -> None:
    upsert_accounts([AccountUpsert("a", name="Alpha", product="Suite", started_on=date(2024, 1, 5))])
    result = upsert_accounts([AccountUpsert("a")])
    assert counts(result) == (0, 0, 1)
    row = Account.objects.get()
    assert (row.name, row.product, row.started_on) == ("Alpha", "Suite", date(2024, 1, 5))


def test_an_account_without_a_name_is_called_by_its_external_id() -> None:
    upsert_accounts([AccountUpsert("a-17")])
    assert Account.objects.get().name == "a-17"


def test_an_external_id_given_twice_is_created_once() -> None:
    result = upsert_accounts(
        [AccountUpsert("a", name="One"), AccountUpsert("a", name="Two"), AccountUpsert("a", name="Two")]
    )
    assert counts(result) == (1, 1, 1)
    assert Account.objects.get().name == "Two"


def test_a_second_upsert_writes_nothing() -> None:
    rows = [PersonUpsert(f"p{n}", email=f"p{n}@x.example", traits={"plan": "pro"}) for n in range(30)]
    with clock.frozen(datetime(2024, 5, 1, tzinfo=UTC)):
        upsert_people(rows)
    with clock.frozen(datetime(2024, 5, 2, tzinfo=UTC)):
        result = upsert_people(rows)
    assert counts(result) == (0, 0, 30)
    assert result.trait_changes == ()
    assert set(Person.objects.values_list("changed_at", flat=True)) == {datetime(2024, 5, 1, tzinfo=UTC)}


def test_chunks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    rows = [
        AccountUpsert("a"),
        AccountUpsert("b"),
        AccountUpsert("a", name="A"),
        AccountUpsert("c"),
        AccountUpsert("b"),
    ]
    assert counts(upsert_accounts(rows)) == (3, 1, 1)


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows() -> None:
    def statements(size: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            upsert_accounts([AccountUpsert(f"{size}-{n}", traits={"size": n}) for n in range(size)])
        return len([q for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    upsert_accounts([AccountUpsert("first", traits={"size": 1})])
    assert statements(3) == 3  # read, insert, read the traits' types
    assert statements(90) == 3


def test_a_trait_of_none_is_deleted_and_others_stay() -> None:
    upsert_accounts([AccountUpsert("a", traits={"tier": "gold", "size": 5})])
    result = upsert_accounts([AccountUpsert("a", traits={"tier": None})])
    assert counts(result) == (0, 1, 0)
    assert result.trait_changes == (TraitChange("account", result.ids["a"], "tier", None),)
    assert Account.objects.get().traits == {"size": 5}


def test_a_deletion_of_an_unknown_trait_is_no_change() -> None:
    upsert_accounts([AccountUpsert("a")])
    assert counts(upsert_accounts([AccountUpsert("a", traits={"tier": None})])) == (0, 0, 1)


def test_true_is_not_one() -> None:
    upsert_accounts([AccountUpsert("a", traits={"live": 1})])
    assert counts(upsert_accounts([AccountUpsert("a", traits={"live": True})])) == (0, 1, 0)


def test_types_are_learned_and_misfits_reported_once() -> None:
    upsert_accounts(
        [AccountUpsert("a", traits={"size": 5, "live": True, "since": "2024-01-01", "note": "hello"})], source="crm"
    )
    rows = [
        AccountUpsert("a", traits={"size": "many"}),
        AccountUpsert("b", traits={"size": "few", "note": "2024-01-01"}),
    ]
    result = upsert_accounts(rows, source="billing")
    assert result.conflicts == (TraitConflict("account", "size", "number", "text", "many", rows=2),)
    assert upsert_accounts(rows, source="billing").conflicts == ()
    assert [(t.key, t.type, t.source, t.conflicts) for t in trait_definitions("account")] == [
        ("live", "boolean", "crm", 0),
        ("note", "text", "crm", 0),
        ("since", "date", "crm", 0),
        ("size", "number", "crm", 2),
    ]


def test_a_parent_may_come_after_its_child() -> None:
    result = upsert_accounts([AccountUpsert("child", parent_external_id="top"), AccountUpsert("top")])
    assert counts(result) == (2, 0, 0)
    assert Account.objects.get(external_id="child").parent_id == result.ids["top"]


def test_a_new_parent_alone_is_an_update() -> None:
    upsert_accounts([AccountUpsert("child"), AccountUpsert("top")])
    row = AccountUpsert("child", parent_external_id="top")
    assert counts(upsert_accounts([row])) == (0, 1, 0)
    assert counts(upsert_accounts([row])) == (0, 0, 1)


def test_circles_and_unknown_parents_are_refused_and_the_rest_stands() -> None:
    result = upsert_accounts(
        [
            AccountUpsert("a", parent_external_id="b"),
            AccountUpsert("b", parent_external_id="c"),
            AccountUpsert("c", parent_external_id="a"),
            AccountUpsert("d", parent_external_id="nowhere"),
            AccountUpsert("e", parent_external_id="e"),
        ]
    )
    assert counts(result) == (5, 0, 0)
    assert result.parents_refused == (
        ParentRefused("c", "a", "cycle"),
        ParentRefused("d", "nowhere", "unknown_parent"),
        ParentRefused("e", "e", "cycle"),
    )
    parents = dict(Account.objects.values_list("external_id", "parent__external_id"))
    assert parents == {"a": "b", "b": "c", "c": None, "d": None, "e": None}


def test_a_row_created_by_somebody_else_in_between_is_found_on_the_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = bulk._known, []

    def late(shape: bulk.Shape, keys: set[str]) -> dict[str, bulk._State]:
        tries.append(keys)
        return {} if len(tries) == 1 else real(shape, keys)

    upsert_accounts([AccountUpsert("a", name="Alpha")])
    monkeypatch.setattr(bulk, "_known", late)
    assert counts(upsert_accounts([AccountUpsert("a", name="Beta"), AccountUpsert("b")])) == (1, 1, 0)
    assert len(tries) == 2


def test_an_empty_external_id_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError):
        upsert_accounts([AccountUpsert("")])


def test_people_are_linked_to_accounts_once() -> None:
    accounts = upsert_accounts([AccountUpsert("a"), AccountUpsert("b")]).ids
    people = upsert_people([PersonUpsert("p")]).ids
    links = [PersonLink(people["p"], accounts["a"], role="admin"), PersonLink(people["p"], accounts["b"])]
    assert link_people(links) == LinkResult(created=2)
    assert link_people(links) == LinkResult(unchanged=2)
    assert link_people([PersonLink(people["p"], accounts["b"], until=date(2024, 3, 1))]) == LinkResult(updated=1)
    assert accounts_of_people([people["p"]]) == {people["p"]: (accounts["a"],)}
    assert PersonAccount.objects.count() == 2


def test_lookups_answer_what_they_know() -> None:
    people = upsert_people([PersonUpsert("p", email="Kim@X.example"), PersonUpsert("q", email="kim@x.example")]).ids
    assert people_ids(["p", "q", "nobody"]) == people
    assert people_by_email(["KIM@x.example", "", "no@x.example"]) == {"kim@x.example": (people["p"], people["q"])}


_rows = st.lists(
    st.builds(
        AccountUpsert,
        external_id=st.sampled_from("abcd"),
        name=st.none() | st.sampled_from(["x", "y"]),
        traits=st.dictionaries(st.sampled_from(["k", "l"]), st.none() | st.integers(0, 1), max_size=2),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(_rows, max_size=3))
def test_all_at_once_is_one_by_one(batches: list[list[AccountUpsert]]) -> None:
    def state() -> list[tuple[object, ...]]:
        return list(Account.objects.order_by("external_id").values_list("external_id", "name", "traits"))

    Account.objects.all().delete()
    bulk_counts = [counts(upsert_accounts(batch)) for batch in batches]
    after = state()
    Account.objects.all().delete()
    single = [[counts(upsert_accounts([row])) for row in batch] for batch in batches]
    summed = [tuple(map(sum, zip(*each, strict=True))) if each else (0, 0, 0) for each in single]
    assert (bulk_counts, after) == (summed, state())
