"""Accounts as pages read them, and what people change by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest

from tenure.base import clock, tenancy
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Conflict, NotFound
from tenure.customers import actions, queries
from tenure.customers.contracts import (
    AccountHeader,
    AccountRow,
    AccountUpsert,
    LinkResult,
    OwnerLink,
    OwnerOption,
    OwnerView,
    PersonLink,
    PersonUpsert,
)
from tenure.customers.models import Account, OwnerAssignment
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.usefixtures("workspace")
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
type Queries = Callable[[int], AbstractContextManager[object]]


def view(member: Member) -> MemberView:
    return members_by_id([member.pk])[member.pk]


@pytest.fixture
def ids(workspace: Workspace) -> dict[str, int]:
    rows = [
        AccountUpsert("top", name="Zeta Group", traits={"tier": "gold"}, started_on=MAY),
        AccountUpsert("north", name="Alpha", parent_external_id="top"),
        AccountUpsert("south", name="Beta", parent_external_id="top", kind="product_instance", product="Suite"),
    ]
    return dict(actions.upsert_accounts(rows).ids)


def row(ids: dict[str, int], key: str) -> AccountRow:
    return queries.accounts_by_ids([ids[key]])[ids[key]]


def test_a_list_of_accounts_is_one_query(ids: dict[str, int], ana: Member, django_assert_num_queries: Queries) -> None:
    more = actions.upsert_accounts([AccountUpsert(f"a{n}", parent_external_id="top") for n in range(47)]).ids
    actions.assign_owners([OwnerLink(account, ana.pk, since=MAY) for account in more.values()])
    with django_assert_num_queries(1):
        found = queries.accounts_by_ids([*ids.values(), *more.values()])
    assert len(found) == 50
    assert found[more["a0"]] == AccountRow(
        more["a0"], "a0", "a0", "account", "", ids["top"], "Zeta Group", None, ana.pk, "Ana"
    )
    assert found[ids["south"]].kind == "product_instance"


def test_the_head_of_an_account_is_two_queries(
    ids: dict[str, int], ana: Member, ben: Member, django_assert_num_queries: Queries
) -> None:
    people = actions.upsert_people([PersonUpsert(key) for key in "pqr"]).ids
    left = PersonLink(people["r"], ids["top"], until=MAY)
    actions.link_people([PersonLink(people["p"], ids["top"]), PersonLink(people["q"], ids["top"]), left])
    links = [OwnerLink(ids["top"], ana.pk, since=MAY), OwnerLink(ids["top"], ben.pk, role="ae", since=JUNE)]
    actions.assign_owners(links)
    with django_assert_num_queries(1):
        head = queries.account_header(ids["top"])
    assert head == AccountHeader(
        account=AccountRow(ids["top"], "top", "Zeta Group", "account", "", None, "", MAY, ana.pk, "Ana"),
        traits={"tier": "gold"},
        children=2,
        people=2,
    )


def test_an_account_of_another_workspace_is_not_there(ids: dict[str, int], globex: Workspace) -> None:
    with tenancy.workspace(globex.pk):
        with pytest.raises(NotFound):
            queries.account_header(ids["top"])
        with pytest.raises(NotFound):
            queries.account_by_external_id("top")
        assert queries.accounts_by_ids(list(ids.values())) == {}
        assert queries.find_accounts("a") == []


def test_children_come_by_name(ids: dict[str, int]) -> None:
    assert [child.name for child in queries.children(ids["top"])] == ["Alpha", "Beta"]


def test_accounts_are_found_by_a_part_of_name_or_external_id(ids: dict[str, int]) -> None:
    assert [found.name for found in queries.find_accounts("ALPH")] == ["Alpha"]
    assert [found.name for found in queries.find_accounts("out")] == ["Beta"]
    assert [found.name for found in queries.find_accounts("a", limit=2)] == ["Alpha", "Beta"]
    assert queries.account_by_external_id("north").id == ids["north"]


def test_a_new_owner_ends_the_one_before_and_is_audited(ids: dict[str, int], ana: Member, ben: Member) -> None:
    actions.assign_owner(account=ids["top"], member=ana.pk, by=view(ana), on=MAY)
    with clock.frozen(datetime(2040, 6, 1, 9, tzinfo=UTC)):
        actions.assign_owner(account=ids["top"], member=ben.pk, by=view(ana), on=JUNE)
        actions.assign_owner(account=ids["top"], member=ben.pk, by=view(ana), on=JUNE)
    assert queries.owners_of_account(ids["top"]) == (OwnerView("csm", ben.pk, "Ben", JUNE),)
    assert queries.owners_of_account(ids["top"], history=True) == (
        OwnerView("csm", ben.pk, "Ben", JUNE),
        OwnerView("csm", ana.pk, "Ana", MAY, JUNE),
    )
    assert list(AuditEntry.objects.values_list("action", "object", "before", "after").order_by("id")) == [
        ("account.owner_changed", "Zeta Group", {"role": "csm", "member": None}, {"role": "csm", "member": ana.pk}),
        ("account.owner_changed", "Zeta Group", {"role": "csm", "member": ana.pk}, {"role": "csm", "member": ben.pk}),
    ]
    assert [m.body["after"] for m in OutboxMessage.objects.filter(fact="OwnerChanged").order_by("id")] == [
        ana.pk,
        ben.pk,
    ]
    assert queries.accounts_changed_since(datetime(2040, 6, 1, 9, tzinfo=UTC)) == [ids["top"]]


def test_an_account_can_be_left_without_an_owner(ids: dict[str, int], ana: Member) -> None:
    actions.assign_owner(account=ids["top"], member=ana.pk, by=view(ana), on=MAY)
    actions.release_owner(account=ids["top"], by=view(ana), on=JUNE)
    actions.release_owner(account=ids["top"], by=view(ana), on=JUNE)
    assert queries.owners_of_account(ids["top"]) == ()
    assert queries.owners_table().to_pylist() == [
        {"account": ids["top"], "role": "csm", "member": ana.pk, "name": "Ana", "since": MAY, "until": JUNE}
    ]
    assert AuditEntry.objects.count() == 2


def test_an_owner_has_to_be_an_active_member_of_the_workspace(
    ids: dict[str, int], ana: Member, ben: Member, cy: Member
) -> None:
    ben.deactivated_at = clock.now()
    ben.save()
    with pytest.raises(NotFound):
        actions.assign_owner(account=ids["top"], member=cy.pk, by=view(ana), on=MAY)
    with pytest.raises(Conflict):
        actions.assign_owner(account=ids["top"], member=ben.pk, by=view(ana), on=MAY)
    with pytest.raises(NotFound):
        actions.assign_owner(account=0, member=ana.pk, by=view(ana), on=MAY)
    assert OwnerAssignment.objects.count() == 0
    assert queries.owner_options() == [OwnerOption(ana.pk, "Ana", "ana@acme.example")]


def test_owners_of_a_source_are_taken_over_in_bulk(ids: dict[str, int], ana: Member, ben: Member) -> None:
    first = [OwnerLink(ids["north"], ana.pk, since=MAY), OwnerLink(ids["south"], ana.pk, since=MAY)]
    result = actions.assign_owners(first)
    assert (result.created, result.updated, result.unchanged) == (2, 0, 0)
    second = [OwnerLink(ids["north"], ben.pk, since=JUNE), OwnerLink(ids["south"], ana.pk, since=JUNE)]
    result = actions.assign_owners(second)
    assert result == LinkResult(0, 1, 1, result.outcomes)
    assert queries.owners_of_account(ids["north"], history=True) == (
        OwnerView("csm", ben.pk, "Ben", JUNE),
        OwnerView("csm", ana.pk, "Ana", MAY, JUNE),
    )
    assert actions.assign_owners(second).unchanged == 2


def test_an_account_moves_in_the_tree_but_never_under_itself(ids: dict[str, int], ana: Member) -> None:
    actions.set_parent(account=ids["north"], parent=ids["south"], by=view(ana))
    for parent in ("top", "north", "south"):
        with pytest.raises(actions.ParentCycle):
            actions.set_parent(account=ids["top"], parent=ids[parent], by=view(ana))
    assert dict(Account.objects.values_list("external_id", "parent__external_id")) == {
        "top": None,
        "north": "south",
        "south": "top",
    }
    actions.set_parent(account=ids["north"], parent=None, by=view(ana))
    assert AuditEntry.objects.filter(action="account.moved").count() == 2


def test_tables_for_facts_hold_every_row_once(ids: dict[str, int], django_assert_num_queries: Queries) -> None:
    people = actions.upsert_people([PersonUpsert("p", email="p@x.example", started_on=MAY)]).ids
    actions.link_people([PersonLink(people["p"], ids["top"], since=MAY)])
    with django_assert_num_queries(4):  # what members said of roles stands beside what sources say
        accounts, persons, links = queries.accounts_table(), queries.people_table(), queries.memberships_table()
    assert accounts["external_id"].to_pylist() == ["top", "north", "south"]
    assert accounts["parent"].to_pylist() == [None, ids["top"], ids["top"]]
    assert queries.accounts_table([ids["south"], ids["top"]])["name"].to_pylist() == ["Zeta Group", "Beta"]
    assert queries.accounts_table([]).num_rows == 0
    assert persons.select(["person", "email", "started_on"]).to_pylist() == [
        {"person": people["p"], "email": "p@x.example", "started_on": MAY}
    ]
    assert links.to_pylist() == [
        {"person": people["p"], "account": ids["top"], "role": "", "since": MAY, "until": None}
    ]
