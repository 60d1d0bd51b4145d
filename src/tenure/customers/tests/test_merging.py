"""Merging accounts and people and undoing it: what is found, what is refused, what comes back."""

from collections.abc import Callable
from datetime import date

import pytest

from tenure.base import tenancy
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Invalid, NotFound, Refusal
from tenure.customers import actions, queries
from tenure.customers.contracts import AccountUpsert, OwnerLink, OwnerView, PersonLink, PersonUpsert
from tenure.customers.models import Account, Merge, OwnerAssignment, Person, PersonAccount
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    on(workspace, MAY)
    return members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def ids(by: MemberView) -> dict[str, int]:
    """Acme twice, under a group, with a branch below the copy; three people, one of them twice."""
    accounts = actions.upsert_accounts(
        [
            AccountUpsert("group", name="Group"),
            AccountUpsert("acme", name="Acme", parent_external_id="group"),
            AccountUpsert("copy", name="ACME Inc."),
            AccountUpsert("branch", name="Branch", parent_external_id="copy"),
            AccountUpsert("other", name="Other"),
        ]
    ).ids
    people = actions.upsert_people(
        [
            PersonUpsert("ada", email="ada@acme.example", name="Ada"),
            PersonUpsert("ada2", email="ada@acme.example", name="Ada L.", title="CTO"),
            PersonUpsert("bob", email="bob@acme.example", name="Bob"),
        ]
    ).ids
    actions.link_people(
        [
            PersonLink(people["ada"], accounts["acme"], role="admin"),
            PersonLink(people["ada2"], accounts["copy"], role="buyer"),
            PersonLink(people["bob"], accounts["acme"]),
            PersonLink(people["bob"], accounts["copy"]),
        ]
    )
    return {**accounts, **people}


def on(workspace: Workspace, day: date) -> None:
    workspace.as_of = day
    workspace.save()
    tenancy.forget()


def everything() -> list[list[tuple[object, ...]]]:
    """All that is on record but the merges themselves, and when it was touched."""
    return [
        list(
            Account.objects.order_by("id").values_list(
                "id", "external_id", "name", "parent_id", "traits", "survivor_id"
            )
        ),
        list(Person.objects.order_by("id").values_list("id", "external_id", "name", "email", "survivor_id")),
        list(PersonAccount.objects.order_by("id").values_list("person_id", "account_id", "role", "since", "until")),
        list(OwnerAssignment.objects.filter(until=None).order_by("id").values_list("account_id", "role", "member_id")),
    ]


def names(account: int) -> list[tuple[str, str]]:
    return [(row.name, row.person.role) for row in queries.seated(account, MAY)]


def test_a_merged_account_is_found_as_the_one_it_is_part_of(ids: dict[str, int], by: MemberView) -> None:
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    assert (made.on, made.until) == (MAY, None)
    assert [row.name for row in queries.find_accounts("acme")] == ["Acme"]
    assert [row.name for row in queries.find_accounts("inc.")] == ["Acme"]
    assert queries.account_by_external_id("copy").id == ids["acme"]
    assert queries.account_header(ids["copy"]).survivor == ids["acme"]
    head = queries.account_header(ids["acme"])
    assert (head.survivor, head.people, head.children) == (None, 3, 1)
    assert [row.name for row in queries.children(ids["acme"])] == ["Branch"]
    branch = queries.accounts_by_ids([ids["branch"]])[ids["branch"]]
    assert (branch.parent, branch.parent_name) == (ids["acme"], "Acme")
    assert names(ids["acme"]) == [("Ada", "admin"), ("Ada L.", "buyer"), ("Bob", "")]
    assert [each.absorbed_name for each in queries.open_merges("account", ids["acme"])] == ["ACME Inc."]


def test_a_merged_person_is_one_row_with_her_own_name_and_role(ids: dict[str, int], by: MemberView) -> None:
    actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    actions.merge_people(absorbed=ids["ada2"], into=ids["ada"], by=by)
    assert names(ids["acme"]) == [("Ada", "admin"), ("Bob", "")]
    assert queries.account_header(ids["acme"]).people == 2
    assert [row.external_id for row in queries.find_people("ada")] == ["ada"]
    assert queries.person_record(ids["ada"]).accounts == ("Acme",)
    assert queries.person_record(ids["ada2"]).survivor == ids["ada"]


def test_what_arrives_finds_the_account_by_either_name(ids: dict[str, int], by: MemberView) -> None:
    """Rows keep the record they came for, so that they find back; who has no account of his own gets the one."""
    bob, ada, ada2 = ids["bob"], ids["ada"], ids["ada2"]
    assert queries.accounts_of_people([bob]) == {bob: (ids["acme"], ids["copy"])}
    assert queries.people_by_email(["ada@acme.example"]) == {"ada@acme.example": (ada, ada2)}
    actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    made = actions.merge_people(absorbed=ada2, into=ada, by=by)
    assert queries.account_ids(["copy", "acme"]) == {"copy": ids["copy"], "acme": ids["acme"]}
    assert queries.accounts_of_people([bob, ada, ada2]) == {
        bob: (ids["acme"],), ada: (ids["acme"],), ada2: (ids["copy"],),
    }  # fmt: skip
    assert queries.people_by_email(["ada@acme.example"]) == {"ada@acme.example": (ada,)}
    visitor = actions.upsert_people([PersonUpsert("ada3")]).ids["ada3"]
    assert queries.accounts_of_people([visitor]) == {}
    actions.merge_people(absorbed=visitor, into=ada, by=by)
    assert queries.accounts_of_people([visitor]) == {visitor: (ids["acme"],)}
    actions.undo_merge(merge=made.id, by=by)
    assert queries.people_by_email(["ada@acme.example"]) == {"ada@acme.example": (ada, ada2)}


def test_undone_all_is_as_it_was(ids: dict[str, int], by: MemberView, workspace: Workspace) -> None:
    actions.assign_owners([OwnerLink(ids["copy"], by.id, since=MAY)])
    before, people = everything(), names(ids["acme"])
    made = [
        actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by),
        actions.merge_people(absorbed=ids["ada2"], into=ids["ada"], by=by),
        actions.merge_accounts(absorbed=ids["acme"], into=ids["other"], by=by),
    ]
    assert queries.account_by_external_id("copy").id == ids["other"]
    assert queries.owners_of_account(ids["other"]) == (OwnerView("csm", by.id, "Ana", MAY),)
    on(workspace, JUNE)
    for each in made:
        assert actions.undo_merge(merge=each.id, by=by).until == JUNE
    assert everything() == before
    assert names(ids["acme"]) == people
    assert queries.owners_of_account(ids["acme"], history=True) == (OwnerView("csm", by.id, "Ana", MAY, JUNE),)


def test_an_owner_is_taken_only_where_there_is_none(ids: dict[str, int], by: MemberView, ben: Member) -> None:
    actions.assign_owners([OwnerLink(ids["copy"], ben.pk, since=MAY), OwnerLink(ids["copy"], ben.pk, "ae", since=MAY)])
    actions.assign_owners([OwnerLink(ids["acme"], by.id, since=MAY)])
    actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    assert queries.owners_of_account(ids["acme"]) == (
        OwnerView("ae", ben.pk, "Ben", MAY), OwnerView("csm", by.id, "Ana", MAY),
    )  # fmt: skip


def test_an_owner_chosen_since_stays_when_the_merge_is_undone(ids: dict[str, int], by: MemberView, ben: Member) -> None:
    actions.assign_owners([OwnerLink(ids["copy"], ben.pk, since=MAY)])
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    actions.assign_owner(account=ids["acme"], member=by.id, by=by, on=MAY)
    actions.undo_merge(merge=made.id, by=by)
    assert [each.name for each in queries.owners_of_account(ids["acme"])] == ["Ana"]
    assert [each.name for each in queries.owners_of_account(ids["copy"])] == ["Ben"]


REFUSED: list[tuple[str, Callable[[dict[str, int], MemberView], object], type[Refusal], str]] = [
    ("itself", lambda i, by: actions.merge_accounts(absorbed=i["copy"], into=i["copy"], by=by), Invalid,
     "That is one and the same account. Choose another one."),
    ("twice", lambda i, by: actions.merge_accounts(absorbed=i["copy"], into=i["acme"], by=by), Refusal,
     "ACME Inc. is part of Acme already."),
    ("back", lambda i, by: actions.merge_accounts(absorbed=i["acme"], into=i["copy"], by=by), Refusal,
     "ACME Inc. is part of Acme already. Undo that merge to do it the other way round."),
    ("elsewhere", lambda i, by: actions.merge_accounts(absorbed=i["copy"], into=i["other"], by=by), Refusal,
     "ACME Inc. was merged into Acme. Undo that merge first."),
    ("into what is gone", lambda i, by: actions.merge_accounts(absorbed=i["other"], into=i["copy"], by=by), Refusal,
     "ACME Inc. was merged into Acme. Merge into Acme instead."),
    ("a parent", lambda i, by: actions.merge_accounts(absorbed=i["group"], into=i["branch"], by=by), Refusal,
     "Group stands above Branch. Merge Branch into Group, or move Branch out of it first."),
    ("nobody", lambda i, by: actions.merge_accounts(absorbed=0, into=i["acme"], by=by), NotFound,
     "There is no such account."),
    ("no person", lambda i, by: actions.merge_people(absorbed=i["ada"], into=0, by=by), NotFound,
     "There is no such person."),
    ("no merge", lambda i, by: actions.undo_merge(merge=0, by=by), NotFound, "There is no such merge."),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "kind", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    ids: dict[str, int],
    by: MemberView,
    attempt: Callable[[dict[str, int], MemberView], object],
    kind: type[Refusal],
    message: str,
) -> None:
    actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    before, merges = everything(), Merge.objects.count()
    with pytest.raises(kind) as refused:
        attempt(ids, by)
    assert refused.value.message == message
    assert (everything(), Merge.objects.count()) == (before, merges)


def test_an_account_and_a_product_in_use_are_not_one(ids: dict[str, int], by: MemberView) -> None:
    suite = actions.upsert_accounts([AccountUpsert("suite", kind="product_instance")]).ids["suite"]
    with pytest.raises(Refusal) as refused:
        actions.merge_accounts(absorbed=suite, into=ids["acme"], by=by)
    assert refused.value.code == "cannot_merge"


def test_a_child_goes_into_its_parent(ids: dict[str, int], by: MemberView) -> None:
    actions.merge_accounts(absorbed=ids["acme"], into=ids["group"], by=by)
    assert queries.children(ids["group"]) == []
    assert queries.accounts_by_ids([ids["group"]])[ids["group"]].parent is None


def test_a_link_that_would_close_a_circle_through_a_merge_is_refused(ids: dict[str, int], by: MemberView) -> None:
    actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    with pytest.raises(actions.ParentCycle):
        actions.set_parent(account=ids["acme"], parent=ids["branch"], by=by)
    said = actions.upsert_accounts([AccountUpsert("acme", parent_external_id="branch")])
    assert [each.reason for each in said.parents_refused] == ["cycle"]


def test_a_merge_that_would_split_into_a_circle_is_not_undone(ids: dict[str, int], by: MemberView) -> None:
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    actions.upsert_accounts([AccountUpsert("copy", parent_external_id="branch")])
    with pytest.raises(Refusal) as refused:
        actions.undo_merge(merge=made.id, by=by)
    assert refused.value.code == "cannot_undo_merge"
    assert queries.account_header(ids["copy"]).survivor == ids["acme"]


def test_a_merge_is_undone_once(ids: dict[str, int], by: MemberView) -> None:
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    actions.undo_merge(merge=made.id, by=by)
    with pytest.raises(Refusal) as refused:
        actions.undo_merge(merge=made.id, by=by)
    assert refused.value.message == "This merge was undone before."


def test_days_of_one_family_only_go_forward(ids: dict[str, int], by: MemberView, workspace: Workspace) -> None:
    on(workspace, JULY)
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    on(workspace, MAY)
    assert actions.undo_merge(merge=made.id, by=by).until == JULY
    assert actions.merge_accounts(absorbed=ids["acme"], into=ids["copy"], by=by).on == JULY
    assert actions.merge_accounts(absorbed=ids["branch"], into=ids["other"], by=by).on == MAY


def test_both_are_in_the_audit_trail_and_stated(ids: dict[str, int], by: MemberView) -> None:
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    actions.undo_merge(merge=made.id, by=None)
    trail = AuditEntry.objects.order_by("id").values_list("action", "object", "actor_label", "before", "after")
    assert list(trail) == [
        ("account.merged", "ACME Inc.", by.label, None, {"into": "Acme", "merge": made.id}),
        ("account.merge_undone", "ACME Inc.", "Tenure", {"into": "Acme", "merge": made.id}, {"merge": made.id}),
    ]
    stated = [(m.fact, m.body["undone"], m.body["by"]) for m in OutboxMessage.objects.order_by("id")]
    assert stated == [("MergeMade", False, by.id), ("MergeMade", True, None)]


def test_another_workspace_has_none_of_it(
    ids: dict[str, int], by: MemberView, globex: Workspace, workspace: Workspace
) -> None:
    made = actions.merge_accounts(absorbed=ids["copy"], into=ids["acme"], by=by)
    with tenancy.workspace(globex.pk):
        mine = actions.upsert_accounts([AccountUpsert("acme")]).ids["acme"]
        assert queries.merged().number == 0
        with pytest.raises(NotFound):
            actions.undo_merge(merge=made.id, by=None)
        with pytest.raises(NotFound):
            actions.merge_accounts(absorbed=ids["other"], into=mine, by=None)
        assert queries.merge(made.id) is None
