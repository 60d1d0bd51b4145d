"""Reads of customers: finished rows, each with its number of queries."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, cast

import pyarrow as pa
from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.functions import Coalesce

from tenure.base import cursors
from tenure.base.many import Many
from tenure.base.refusals import NotFound
from tenure.customers.contracts import (
    CSM,
    AccountHeader,
    AccountRow,
    Entity,
    OwnerOption,
    OwnerView,
    PeoplePage,
    PersonRow,
    TraitType,
    TraitView,
)
from tenure.customers.models import Account, OwnerAssignment, Person, PersonAccount, TraitDefinition
from tenure.tenants.queries import members

_CHUNK = 5_000
_NAMED = 20_000
_ROW = (
    "id", "external_id", "name", "kind", "product", "parent_id", "parent__name", "started_on",
    "owner__member_id", "owner_name",
)  # fmt: skip
_OWNER_NAME = Case(
    When(~Q(owner__member__user__name=""), then=F("owner__member__user__name")),
    default=F("owner__member__user__email"),
    output_field=TextField(),
)


def account_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Ids of accounts by external id; unknown ones are left out. One query a 20,000."""
    return _ids(Account, external_ids)


def people_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Ids of people by external id; unknown ones are left out. One query a 20,000."""
    return _ids(Person, external_ids)


def people_by_email(emails: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Ids of the people with each address (compared in small letters); several where it is shared."""
    found: dict[str, list[int]] = {}
    for chunk in batched(sorted({email.lower() for email in emails if email}), _NAMED):
        for person, email in Person.objects.filter(email__among=Many(chunk)).order_by("id").values_list("id", "email"):
            found.setdefault(email, []).append(person)
    return {email: tuple(people) for email, people in found.items()}


def people_of_domains(domains: Sequence[str]) -> tuple[int, ...]:
    """Ids of the people whose e-mail address is of one of these domains: our own team, mostly. One query."""
    ends = Q()
    for domain in domains:
        ends |= Q(email__iendswith=f"@{domain.removeprefix('@')}")
    return tuple(Person.objects.filter(ends).order_by("id").values_list("id", flat=True)) if ends else ()


def accounts_of_people(people: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The accounts each person belongs to and has not left, by id; people without one are left out."""
    found: dict[int, list[int]] = {}
    for chunk in batched(sorted(set(people)), _NAMED):
        rows = PersonAccount.objects.filter(person__among=Many(chunk), until=None)
        for person, account in rows.values_list("person_id", "account_id"):
            found.setdefault(person, []).append(account)
    return {person: tuple(sorted(accounts)) for person, accounts in found.items()}


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
    """The head of an account's page; refuses with `NotFound`. One query."""
    found = (
        _with_owner(Account.objects.filter(pk=account))
        .annotate(
            # Both belong to the account, so to its workspace: naming it again lets SQLite walk through all of it.
            children_count=_counted(Account.every_workspace.filter(parent=OuterRef("pk")).values("parent")),
            people_count=_counted(
                PersonAccount.every_workspace.filter(account=OuterRef("pk"), until=None).values("account")
            ),
        )
        .values_list(*_ROW, "traits", "children_count", "people_count", "first_seen_at")
        .first()
    )
    if found is None:
        raise NotFound("There is no such account.")
    *row, traits, children_count, people_count, first_seen_at = found
    return AccountHeader(_row(row), traits, children_count, people_count, first_seen_at)


def account_by_external_id(external_id: str) -> AccountRow:
    """The account a person names on the command line; refuses with `NotFound`. One query."""
    found = _rows(Q(external_id=external_id))
    if not found:
        raise NotFound(f"There is no account {external_id!r}.")
    return found[0]


def find_accounts(text: str, *, limit: int = 10) -> list[AccountRow]:
    """Accounts whose name or external id contains the text, by name. One query."""
    return _rows(Q(name__icontains=text) | Q(external_id__icontains=text), limit=limit)


def accounts_changed_since(moment: datetime) -> list[int]:
    """The ids of accounts made or changed at or after the moment, ascending. One query."""
    return list(Account.objects.filter(changed_at__gte=moment).order_by("id").values_list("id", flat=True))


def children(account: int, *, limit: int = 200) -> list[AccountRow]:
    """The accounts directly under this one, by name. One query."""
    return _rows(Q(parent=account), limit=limit)


def people_of_account(account: int, *, after: str | None = None, limit: int = 50) -> PeoplePage:
    """The people who belong to an account, by name, a page at a time. One query."""
    rows = PersonAccount.objects.filter(account=account, until=None)
    if after is not None:
        name, person = cursors.decode(after)
        rows = rows.filter(Q(person__name__gt=name) | Q(person__name=name, person__gt=person))
    found = [
        PersonRow(*row)
        for row in rows.order_by("person__name", "person").values_list(
            "person_id", "person__external_id", "person__name", "person__email", "person__title", "role", "since"
        )[: limit + 1]
    ]
    page = tuple(found[:limit])
    more = len(found) > limit
    return PeoplePage(page, cursors.encode([page[-1].name, page[-1].id]) if more else None)


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


ACCOUNTS = pa.schema(
    [
        ("account", pa.int64()),
        ("external_id", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("product", pa.string()),
        ("parent", pa.int64()),
        ("started_on", pa.date32()),
        ("first_seen_at", pa.timestamp("us", "UTC")),
    ]
)
PEOPLE = pa.schema(
    [
        ("person", pa.int64()),
        ("external_id", pa.string()),
        ("name", pa.string()),
        ("email", pa.string()),
        ("title", pa.string()),
        ("started_on", pa.date32()),
        ("first_seen_at", pa.timestamp("us", "UTC")),
    ]
)
MEMBERSHIPS = pa.schema(
    [
        ("person", pa.int64()),
        ("account", pa.int64()),
        ("role", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)
OWNERS = pa.schema(
    [
        ("account", pa.int64()),
        ("role", pa.string()),
        ("member", pa.int64()),
        ("name", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)


def accounts_table(ids: Sequence[int] | None = None) -> pa.Table:
    """Accounts as a column store wants them (schema `ACCOUNTS`); all of the workspace, or those named.

    One query, or one for each 5,000 ids.
    """
    columns = ("id", "external_id", "name", "kind", "product", "parent_id", "started_on", "first_seen_at")
    if ids is None:
        return _table(Account.objects.order_by("id").values_list(*columns).iterator(_CHUNK), ACCOUNTS)
    return pa.concat_tables(
        [
            ACCOUNTS.empty_table(),
            *(
                _table(Account.objects.filter(id__in=chunk).order_by("id").values_list(*columns), ACCOUNTS)
                for chunk in batched(sorted(set(ids)), _CHUNK)
            ),
        ]
    )


def table_of(header: AccountHeader) -> pa.Table:
    """The one account as `accounts_table` has it. No query."""
    row = header.account
    return _table(
        [(row.id, row.external_id, row.name, row.kind, row.product, row.parent, row.started_on, header.first_seen_at)],
        ACCOUNTS,
    )


def people_table(ids: Sequence[int] | None = None) -> pa.Table:
    """People (schema `PEOPLE`); all of the workspace, or those named. One query."""
    rows = Person.objects.order_by("id")
    if ids is not None:
        rows = rows.filter(id__in=ids)
    return _table(
        rows.values_list("id", "external_id", "name", "email", "title", "started_on", "first_seen_at").iterator(_CHUNK),
        PEOPLE,
    )


def memberships_table() -> pa.Table:
    """Who belongs, or belonged, to which account (schema `MEMBERSHIPS`). One query."""
    rows = PersonAccount.objects.order_by("person", "account")
    return _table(rows.values_list("person_id", "account_id", "role", "since", "until").iterator(_CHUNK), MEMBERSHIPS)


def owners_table(role: str | None = None) -> pa.Table:
    """All owners there are and were (schema `OWNERS`); on a day: since <= day and (until is null or until > day)."""
    rows = OwnerAssignment.objects.order_by("account", "role", "since", "id")
    if role is not None:
        rows = rows.filter(role=role)
    values = rows.values_list(
        "account_id", "role", "member_id", "member__user__name", "member__user__email", "since", "until"
    )
    named = (
        (account, of_role, member, name or email, since, until)
        for account, of_role, member, name, email, since, until in values.iterator(_CHUNK)
    )
    return _table(named, OWNERS)


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
    return rows.annotate(owner=owner).annotate(owner_name=_OWNER_NAME)


def _row(row: Sequence[Any]) -> AccountRow:
    account, external_id, name, kind, product, parent, parent_name, started_on, owner, owner_name = row
    return AccountRow(
        account, external_id, name, kind, product, parent, parent_name or "", started_on, owner, owner_name or ""
    )


def _counted(grouped: QuerySet[Any, Any]) -> Coalesce:
    """How many rows a correlated query has that is grouped by its only value; 0 without any."""
    return Coalesce(Subquery(grouped.order_by().annotate(n=Count("pk")).values("n")), 0)


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)
