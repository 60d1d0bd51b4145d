"""Reads of customers: finished rows, each with its number of queries."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, cast

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Coalesce

from tenure.base.many import Many
from tenure.base.refusals import NotFound
from tenure.customers.aliases import NOTHING as NOTHING  # noqa: PLC0414
from tenure.customers.aliases import Aliases as Aliases  # noqa: PLC0414
from tenure.customers.aliases import Merged as Merged  # noqa: PLC0414
from tenure.customers.beginning import people_beginning as people_beginning  # noqa: PLC0414
from tenure.customers.contracts import (
    CSM,
    AccountHeader,
    AccountRow,
    Entity,
    OwnerOption,
    OwnerView,
    PersonRow,
    TraitType,
    TraitView,
)
from tenure.customers.merged import all_merges as all_merges  # noqa: PLC0414
from tenure.customers.merged import by_external_id as by_external_id  # noqa: PLC0414
from tenure.customers.merged import find_people as find_people  # noqa: PLC0414
from tenure.customers.merged import holders as holders  # noqa: PLC0414
from tenure.customers.merged import members_of as members_of  # noqa: PLC0414
from tenure.customers.merged import merge as merge  # noqa: PLC0414
from tenure.customers.merged import merged as merged  # noqa: PLC0414
from tenure.customers.merged import none_known
from tenure.customers.merged import open_merges as open_merges  # noqa: PLC0414
from tenure.customers.merged import person_record as person_record  # noqa: PLC0414
from tenure.customers.merged import undoable as undoable  # noqa: PLC0414
from tenure.customers.models import Account, Merge, OwnerAssignment, Person, PersonAccount, TraitDefinition
from tenure.customers.owning import owners_among as owners_among  # noqa: PLC0414
from tenure.customers.owning import unchangeable as unchangeable  # noqa: PLC0414
from tenure.customers.seated import person_file as person_file  # noqa: PLC0414
from tenure.customers.seated import seated as seated  # noqa: PLC0414
from tenure.customers.tables import ACCOUNTS as ACCOUNTS  # noqa: PLC0414
from tenure.customers.tables import MEMBERSHIPS as MEMBERSHIPS  # noqa: PLC0414
from tenure.customers.tables import OWNERS as OWNERS  # noqa: PLC0414
from tenure.customers.tables import PEOPLE as PEOPLE  # noqa: PLC0414
from tenure.customers.tables import accounts_table as accounts_table  # noqa: PLC0414
from tenure.customers.tables import memberships_table as memberships_table  # noqa: PLC0414
from tenure.customers.tables import owners_table as owners_table  # noqa: PLC0414
from tenure.customers.tables import people_table as people_table  # noqa: PLC0414
from tenure.customers.tables import table_of as table_of  # noqa: PLC0414
from tenure.customers.traits import trait_values as trait_values  # noqa: PLC0414
from tenure.tenants.queries import members

_CHUNK = 5_000
_PARENT = Coalesce("parent__survivor_id", "parent_id")
_PARENT_NAME = Coalesce("parent__survivor__name", "parent__name")
_NAMED = 20_000
_ROW = (
    "id", "external_id", "name", "kind", "product", "parent_now", "parent_now_name", "started_on",
    "owner__member_id", "owner_name",
)  # fmt: skip
_OWNER_NAME = Case(
    When(~Q(owner__member__user__name=""), then=F("owner__member__user__name")),
    default=F("owner__member__user__email"),
    output_field=TextField(),
)


def account_count() -> int:
    """How many accounts the workspace has, those that left among them. One query."""
    return Account.objects.count()


def account_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Ids of accounts by external id; unknown ones are left out. One query a 20,000."""
    return _ids(Account, external_ids)


def people_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Ids of people by external id; unknown ones are left out. One query a 20,000."""
    return _ids(Person, external_ids)


def people_by_email(emails: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Ids of the people with each address (compared in small letters); several where it is shared by different ones."""
    found: dict[str, list[int]] = {}
    for chunk in batched(sorted({email.lower() for email in emails if email}), _NAMED):
        for person, email in Person.objects.filter(email__among=Many(chunk)).order_by("id").values_list("id", "email"):
            found.setdefault(email, []).append(person)
    aliases = merged().people
    return {email: _one_of_each(aliases, people) for email, people in found.items()}


def _one_of_each(aliases: Aliases, people: Sequence[int]) -> tuple[int, ...]:
    """Several who were merged are one: who stands for them."""
    if len(people) < 2 or aliases.ids.isdisjoint(people):
        return tuple(people)
    return tuple(sorted({aliases.holder(person) for person in people}))


def people_of_domains(domains: Sequence[str]) -> tuple[int, ...]:
    """Ids of the people whose e-mail address is of one of these domains: our own team, mostly. One query."""
    ends = Q()
    for domain in domains:
        ends |= Q(email__iendswith=f"@{domain.removeprefix('@')}")
    return tuple(Person.objects.filter(ends).order_by("id").values_list("id", flat=True)) if ends else ()


def accounts_of_people(people: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The accounts each person belongs to and has not left, by id; people without one are left out.

    A merged person belongs where any of those she is the same as does. Of accounts that were merged into one, the
    one she was put into herself, if it is one alone: what is attributed by it finds back when they are split again.
    """
    known = merged()
    asked = set(people)
    alike = {person: known.people.members(known.people.holder(person)) for person in asked & known.people.ids}
    found = _memberships(asked.union(*alike.values()))
    if not alike and not known.accounts.ids:
        return found
    return {
        person: _apart(known.accounts, found.get(person, ()), [found.get(each, ()) for each in alike.get(person, ())])
        for person in asked
        if any(found.get(each) for each in (person, *alike.get(person, ())))
    }


def _memberships(people: Iterable[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for chunk in batched(sorted(set(people)), _NAMED):
        rows = PersonAccount.objects.filter(person__among=Many(chunk), until=None)
        for person, account in rows.values_list("person_id", "account_id"):
            found.setdefault(person, []).append(account)
    return {p: tuple(sorted(set(each)) if len(each) > 1 else each) for p, each in found.items()}


def _apart(aliases: Aliases, own: Sequence[int], others: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """One account of each that were merged into one: the person's own where it is alone, else who stands for them."""
    own_of: dict[int, list[int]] = {}
    for account in own:
        own_of.setdefault(aliases.holder(account), []).append(account)
    holders_of = {aliases.holder(account) for found in (own, *others) for account in found}
    return tuple(sorted(own_of[h][0] if len(own_of.get(h, ())) == 1 else h for h in holders_of))


def accounts_by_ids(ids: Sequence[int]) -> dict[int, AccountRow]:
    """Rows of a list's accounts with parent and csm, by id. One query."""
    return {row.id: row for row in _rows(Q(id__in=ids))}


def people_by_ids(ids: Collection[int]) -> dict[int, PersonRow]:
    """People by id, without their role in an account. One query, none for nobody."""
    if not ids:
        return {}
    rows = Person.objects.filter(id__in=ids).values_list("id", "external_id", "name", "email", "title")
    return {row[0]: PersonRow(*row, role="", since=None) for row in rows}


def account_header(account: int) -> AccountHeader:
    """The head of an account's page; refuses with `NotFound`. One query, one or two more where merges were made."""
    found = (
        _with_owner(Account.objects.filter(pk=account))
        .annotate(
            any_merges=Exists(Merge.every_workspace.filter(workspace=OuterRef("workspace"))),
            # Both belong to the account, so to its workspace: naming it again lets SQLite walk through all of it.
            children_count=_counted(Account.every_workspace.filter(parent=OuterRef("pk")).values("parent")),
            people_count=_counted(
                PersonAccount.every_workspace.filter(account=OuterRef("pk"), until=None).values("account")
            ),
        )
        .values_list(
            *_ROW,
            "traits",
            "children_count",
            "people_count",
            "first_seen_at",
            "changed_at",
            "survivor_id",
            "any_merges",
        )
        .first()
    )
    if found is None:
        raise NotFound("There is no such account.")
    *row, traits, children_count, people_count, first_seen_at, changed_at, survivor, any_merges = found
    if not any_merges:
        none_known()
    else:
        people_count = len(people_in(account))
        children_count = _below(members_of("account", account) or (account,)).count()
    return AccountHeader(_row(row), traits, children_count, people_count, survivor, first_seen_at, changed_at)


def people_in(account: int) -> frozenset[int]:
    """Who belongs to an account and those merged into it, each person once. One query, besides `merged`."""
    members = members_of("account", account) or (account,)
    rows = PersonAccount.objects.filter(account__in=members, until=None).values_list("person_id", flat=True)
    return frozenset(merged().people.holder(person) for person in rows)


def _below(members: Sequence[int]) -> QuerySet[Account]:
    """The accounts directly under one that stands for these."""
    return Account.objects.filter(parent__in=members, survivor=None).exclude(id__in=members)


def account_by_external_id(external_id: str) -> AccountRow:
    """The account a person names on the command line, or who stands for it; refuses with `NotFound`. One query."""
    found = _rows(Q(external_id=external_id, survivor=None) | Q(absorbed__external_id=external_id), limit=1)
    if not found:
        raise NotFound(f"There is no account {external_id!r}.")
    return found[0]


def find_accounts(text: str, *, limit: int = 10) -> list[AccountRow]:
    """Accounts whose name or external id contains the text, by name; in place of a merged one who stands for it.
    Two queries: those that were merged are few, and not to be looked for among all."""
    says = Q(name__icontains=text) | Q(external_id__icontains=text)
    behind = Account.objects.filter(says).exclude(survivor=None)
    standing = _rows(says & Q(survivor=None), limit=limit)
    merged_into = _rows(Q(pk__in=behind.values("survivor")), limit=limit)
    found = {row.id: row for row in (*standing, *merged_into)}
    return sorted(found.values(), key=lambda row: (row.name.casefold(), row.id))[:limit]


def names_of_people(account: int) -> dict[int, tuple[str, str]]:
    """Name and address of everybody who belongs to an account or did, each person once, by id. Two queries, besides
    `merged`."""
    members = members_of("account", account) or (account,)
    rows = PersonAccount.objects.filter(account__in=members).values_list("person_id", flat=True)
    people = {merged().people.holder(person) for person in rows}
    found: dict[int, tuple[str, str]] = {}
    for chunk in batched(sorted(people), _NAMED):
        named = Person.objects.filter(id__among=Many(chunk)).values_list("id", "name", "email")
        found.update({person: (name, email) for person, name, email in named})
    return found


def people_like(account: int, text: str, *, limit: int = 8) -> list[PersonRow]:
    """People of an account whose name or address contains the text, by name; none who was merged into another. One
    query, besides `merged`."""
    says = Q(person__name__icontains=text) | Q(person__email__icontains=text)
    rows = PersonAccount.objects.filter(
        says, account__in=members_of("account", account) or (account,), until=None, person__survivor=None
    )
    fields = ("person_id", "person__external_id", "person__name", "person__email", "person__title")
    found = rows.order_by("person__name", "person_id").values_list(*fields).distinct()[:limit]
    return [
        PersonRow(person, external_id, name, email, title, role="", since=None)
        for person, external_id, name, email, title in found
    ]


def accounts_changed_since(moment: datetime) -> list[int]:
    """The ids of accounts made or changed at or after the moment, ascending. One query."""
    return list(Account.objects.filter(changed_at__gte=moment).order_by("id").values_list("id", flat=True))


def accounts_mark() -> datetime | None:
    """The moment an account was last made or changed, also by another owner; None without any. One query."""
    changed: datetime | None = Account.objects.aggregate(at=Max("changed_at"))["at"]
    return changed


def people_mark() -> tuple[datetime | None, int]:
    """What changes with the people: the moment one was last made or changed (None without anybody), and the number of
    the newest membership. Two queries."""
    changed: datetime | None = Person.objects.aggregate(at=Max("changed_at"))["at"]
    newest = PersonAccount.objects.aggregate(newest=Max("id"))["newest"]
    return changed, newest or 0


def children(account: int, *, limit: int = 200) -> list[AccountRow]:
    """The accounts directly under this one, by name. One query."""
    members = members_of("account", account)
    return _rows(
        Q(pk__in=_below(members).values("pk")) if len(members) > 1 else Q(parent=account, survivor=None), limit=limit
    )


def owners_of_account(account: int, *, history: bool = False) -> tuple[OwnerView, ...]:
    """Who owns the account, by role; with `history` also who did, newest first. One query."""
    rows = OwnerAssignment.objects.filter(account=account).order_by("role", "-since", "-id")
    if not history:
        rows = rows.filter(until=None)
    return tuple(
        OwnerView(role, member, name or email, since, until)
        for role, member, name, email, since, until in rows.values_list(
            "role", "member_id", "member__user__name", "member__user__email", "since", "until"
        )
    )


def owner_options() -> list[OwnerOption]:
    """The active members, by name. One query."""
    return [OwnerOption(each.id, each.label, each.email) for each in members(active_only=True)]


def trait_definitions(entity: Entity) -> list[TraitView]:
    """The traits seen in data, by key. One query."""
    rows = TraitDefinition.objects.filter(entity=entity).order_by("key")
    return [
        TraitView(entity, r.key, cast("TraitType", r.type), r.source, r.conflicts, r.conflict_example) for r in rows
    ]


def _ids(model: type[Account] | type[Person], external_ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in batched(sorted(set(external_ids)), _NAMED):
        found |= dict(model.objects.filter(external_id__among=Many(chunk)).values_list("external_id", "id"))
    return found


def _rows(which: Q, *, limit: int | None = None) -> list[AccountRow]:
    rows = _with_owner(Account.objects.filter(which)).order_by("name", "id").values_list(*_ROW)
    return [_row(row) for row in rows[:limit]]


def _with_owner(rows: QuerySet[Account]) -> QuerySet[Account]:
    """Join the csm who owns the account now, if any."""
    owner = FilteredRelation(
        "owner_assignments", condition=Q(owner_assignments__until=None, owner_assignments__role=CSM)
    )
    return rows.annotate(owner=owner).annotate(owner_name=_OWNER_NAME, parent_now=_PARENT, parent_now_name=_PARENT_NAME)


def _row(row: Sequence[Any]) -> AccountRow:
    account, external_id, name, kind, product, parent, parent_name, started_on, owner, owner_name = row
    if parent == account:  # its parent was merged into it
        parent, parent_name = None, ""
    return AccountRow(
        account, external_id, name, kind, product, parent, parent_name or "", started_on, owner, owner_name or ""
    )


def _counted(grouped: QuerySet[Any, Any]) -> Coalesce:
    """How many rows a correlated query has that is grouped by its only value; 0 without any."""
    return Coalesce(Subquery(grouped.order_by().annotate(n=Count("pk")).values("n")), 0)
