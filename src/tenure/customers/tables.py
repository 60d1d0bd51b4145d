"""Customers as Arrow tables: what facts are computed from. Merged records are among them, as they were."""

from collections.abc import Collection, Iterable, Sequence
from itertools import batched

import pyarrow as pa

from tenure.customers.contracts import AccountHeader
from tenure.customers.models import Account, OwnerAssignment, Person, PersonAccount
from tenure.customers.seated import said_roles

_CHUNK = 5_000
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
    """Who belongs, or belonged, to which account (schema `MEMBERSHIPS`), in the role that a member says she has now,
    else in that of the source. Two queries."""
    said = said_roles()
    rows = PersonAccount.objects.order_by("person", "account")
    held = rows.values_list("person_id", "account_id", "role", "since", "until").iterator(_CHUNK)
    return _table(((p, a, said.get((p, a), role), *days) for p, a, role, *days in held), MEMBERSHIPS)


def owners_table(role: str | None = None, *, accounts: Collection[int] | None = None) -> pa.Table:
    """The owners there are and were (schema `OWNERS`), of all accounts or those named; on a day: since <= day and
    (until is null or until > day). One query, one for each few thousand of the accounts named."""
    rows = OwnerAssignment.objects.order_by("account", "role", "since", "id")
    if role is not None:
        rows = rows.filter(role=role)
    chunks = [rows] if accounts is None else [rows.filter(account__in=c) for c in batched(sorted(accounts), _CHUNK)]
    named = (
        (account, of_role, member, name or email, since, until)
        for chunk in chunks
        for account, of_role, member, name, email, since, until in chunk.values_list(
            "account_id", "role", "member_id", "member__user__name", "member__user__email", "since", "until"
        ).iterator(_CHUNK)
    )
    return _table(named, OWNERS)


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    """The rows as one piece; a few thousand of them at a time are objects of Python."""
    types = list(schema.types)
    batches = [
        pa.record_batch([pa.array(c, t) for c, t in zip(zip(*chunk, strict=True), types, strict=True)], schema=schema)
        for chunk in batched(rows, _CHUNK)
    ]
    return pa.Table.from_batches(batches, schema).combine_chunks()
