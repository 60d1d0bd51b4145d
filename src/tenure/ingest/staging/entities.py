"""Accounts, people, memberships and owners of chosen rows, through the actions of their own domain."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import batched

import msgspec
import pyarrow as pa
from django.db import transaction

from tenure.customers import actions as customers
from tenure.customers.contracts import (
    AccountUpsert,
    LinkResult,
    Outcome,
    OwnerLink,
    PersonLink,
    PersonUpsert,
    UpsertResult,
)
from tenure.ingest.maps import roles
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.shapes import Shape, trait_values
from tenure.ingest.staging.store import Bench
from tenure.tenants import queries as tenants

CHUNK = 1_000
NO_MEMBER = "the owner is no member of this workspace"
NO_PARENT = "the parent account is unknown or below this account"
MET = "a person met here for the first time"
WRONG_TRAIT = "an attribute has another type than before"
type _Row = dict[str, object]


class Writer:
    """Writes (or, in a dry run, tries and takes back) what rows say of accounts and people, and notes outcomes."""

    def __init__(self, bench: Bench, *, source: str, today: date, dry_run: bool) -> None:
        self._bench, self._source, self._today, self._dry = bench, source, today, dry_run
        self._pretended = 0

    def accounts(self, shape: Shape, chosen: str) -> None:
        """Upsert accounts; fills their ids into `account_ids`."""
        role = shape.role
        assert isinstance(role, roles.Accounts)
        fields = {
            "external_id": role.key, "name": role.name, "parent_external_id": role.parent, "kind": role.kind,
            "product": role.product, "started_on": role.started_on,
        }  # fmt: skip
        columns = {"external_id": "key", "parent_external_id": "parent", "started_on": "started_on.day"}
        ids: dict[str, int] = {}
        for rows in self._chunks(shape, chosen, fields, columns):
            upserts = [AccountUpsert(**_without_place(row)) for row in rows]  # type: ignore[arg-type]
            result = self._try(partial(customers.upsert_accounts, upserts, source=self._source))
            self._note(rows, result.outcomes)
            self._warn(rows, {row.external_id for row in result.parents_refused}, NO_PARENT)
            self._warn_conflicts(rows, result)
            ids |= self._ids(result, "account_ids")
        self._remember("account_ids", ids)
        if role.owner is not None:
            self._owners(shape, chosen, account="key", email="owner", role=sql.text(role.owner_role))

    def people(self, shape: Shape, chosen: str) -> None:
        """Upsert people and link them to the account that their row names."""
        role = shape.role
        assert isinstance(role, roles.People)
        fields = {
            "external_id": role.key, "email": role.email, "name": role.name, "title": role.title,
            "started_on": role.started_on,
        }  # fmt: skip
        ids: dict[str, int] = {}
        for rows in self._chunks(shape, chosen, fields, {"external_id": "key", "started_on": "started_on.day"}):
            upserts = [PersonUpsert(**_without_place(row)) for row in rows]  # type: ignore[arg-type]
            result = self._try(partial(customers.upsert_people, upserts, source=self._source))
            self._note(rows, result.outcomes)
            self._warn_conflicts(rows, result)
            ids |= self._ids(result, "person_ids")
        self._remember("person_ids", ids)
        if role.account is not None:
            self.link(shape, chosen, person="key", role="role" if role.role else None)

    def link(
        self, shape: Shape, chosen: str, *, person: str = "person", role: str | None = None,
        since: str | None = None, until: str | None = None,
    ) -> None:  # fmt: skip
        """Put the people of the rows into their accounts."""
        columns = [f"{sql.name(shape.alias(c))} AS {name}" if c else f"NULL AS {name}"
                   for name, c in (("role", role), ("since", since), ("until", until))]  # fmt: skip
        query = (
            f"SELECT r.__file, r.__line, p.id AS person, a.id AS account, {', '.join(columns)}"
            f" FROM {sql.name(chosen)} r"
            f" JOIN person_ids p ON p.external = r.{sql.name(shape.alias(person))}"
            f" JOIN account_ids a ON a.external = r.{sql.name(shape.alias('account!'))}"
        )
        for rows in self._rows(query):
            links = [PersonLink(**_without_place(row)) for row in rows]  # type: ignore[arg-type]
            result = self._try_links(
                links, customers.link_people, known=lambda link: min(link.person, link.account) > 0
            )
            self._note(rows, result)

    def owners(self, shape: Shape, chosen: str) -> None:
        """Assign the members whose addresses the rows name."""
        role = shape.role
        assert isinstance(role, roles.Owners)
        self._owners(
            shape, chosen, account="account!", email="email", role=f"coalesce({sql.name(shape.alias('role'))}, 'csm')"
            if role.role else "'csm'", since="since.day" if role.since else None,
        )  # fmt: skip

    def meet_people(self, shape: Shape, chosen: str) -> None:
        """People whom events name and nobody described: created, and linked to the event's account."""
        if shape.person is None or shape.account is None:
            return
        person, account = sql.name(shape.alias("person")), sql.name(shape.alias("account!"))
        query = (
            f"SELECT any_value(r.__file) AS __file, any_value(r.__line) AS __line, r.{person} AS external_id,"
            f" r.{account} AS account FROM {sql.name(chosen)} r JOIN person_ids p ON p.external = r.{person}"
            f" WHERE p.id IS NULL GROUP BY r.{person}, r.{account}"
        )
        met = [row for rows in self._rows(query) for row in rows]
        ids: dict[str, int] = {}
        for chunk in batched(met, CHUNK):
            upserts = [PersonUpsert(external_id=str(row["external_id"])) for row in chunk]
            result = self._try(partial(customers.upsert_people, upserts, source=self._source))
            ids |= self._ids(result, "person_ids")
            self._warn(chunk, {row.external_id for row in upserts}, MET)
        self._remember("person_ids", ids)
        accounts = {row[0]: row[1] for row in self._bench.rows("SELECT external, id FROM account_ids")}
        links = [
            PersonLink(person=ids[str(row["external_id"])], account=int(str(accounts[row["account"]]))) for row in met
        ]
        for batch in batched(links, CHUNK):
            self._try_links(batch, customers.link_people, known=lambda link: min(link.person, link.account) > 0)

    def _owners(
        self, shape: Shape, chosen: str, *, account: str, email: str, role: str, since: str | None = None
    ) -> None:
        members = {member.email.lower(): member.id for member in tenants.members(active_only=True)}
        day = f"r.{sql.name(shape.alias(since))}" if since else "CAST(NULL AS DATE)"
        query = (
            f"SELECT r.__file, r.__line, a.id AS account, lower(r.{sql.name(shape.alias(email))}) AS email,"
            f" {role} AS role, {day} AS since FROM {sql.name(chosen)} r"
            f" JOIN account_ids a ON a.external = r.{sql.name(shape.alias(account))}"
            f" WHERE r.{sql.name(shape.alias(email))} IS NOT NULL"
        )
        for rows in self._rows(query):
            known = [row for row in rows if row["email"] in members]
            strangers = [row for row in rows if row["email"] not in members]
            self._warn(strangers, {str(row["email"]) for row in strangers}, NO_MEMBER, by="email")
            self._note(strangers, ["unchanged"] * len(strangers))
            links = [
                OwnerLink(
                    int(str(row["account"])),
                    members[str(row["email"])],
                    str(row["role"]),
                    _day(row["since"]) or self._today,
                )
                for row in known
            ]
            outcomes = self._try_links(links, customers.assign_owners, known=lambda link: link.account > 0)
            self._note(known, outcomes)

    def _chunks(
        self, shape: Shape, chosen: str, fields: Mapping[str, object], columns: Mapping[str, str]
    ) -> Iterator[list[_Row]]:
        """Rows as keyword arguments of an upsert; `traits` from JSON."""
        said = [
            f"{sql.name(shape.alias(columns.get(name, name)))} AS {name}"
            for name, column in fields.items()
            if column is not None
        ]
        role = shape.role
        assert isinstance(role, roles.Accounts | roles.People)
        pairs = [f"{sql.text(key)}, {value}" for key, value in trait_values(shape, role.traits)]
        traits = f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)" if pairs else "'{}'"
        query = (
            f"SELECT __file, __line, {', '.join(said)}, {traits} AS traits FROM {sql.name(chosen)}"
            " ORDER BY __file, __line"
        )
        for rows in self._rows(query):
            yield [{**row, "traits": msgspec.json.decode(str(row["traits"]))} for row in rows]

    def _rows(self, query: str) -> Iterator[list[_Row]]:
        table = self._bench.table(query)
        for batch in table.to_batches(max_chunksize=CHUNK):
            yield batch.to_pylist()

    def _try[R](self, write: Callable[[], R]) -> R:
        if not self._dry:
            return write()
        with transaction.atomic():
            result = write()
            transaction.set_rollback(True)
        return result

    def _try_links[L](
        self, links: Sequence[L], write: Callable[[Sequence[L]], LinkResult], *, known: Callable[[L], bool]
    ) -> Sequence[Outcome]:
        """In a dry run, links of accounts and people that do not exist yet are simply new."""
        if not self._dry:
            return write(links).outcomes
        real = [link for link in links if known(link)]
        outcomes = iter(self._try(lambda: write(real)).outcomes)
        return [next(outcomes) if known(link) else "created" for link in links]

    def _ids(self, result: UpsertResult, table: str) -> dict[str, int]:
        """Ids as written; in a dry run, new rows get a negative one that no table has."""
        if not self._dry:
            return dict(result.ids)
        known = {row[0] for row in self._bench.rows(f"SELECT external FROM {table} WHERE id > 0")}
        ids = {}
        for external, number in result.ids.items():
            self._pretended -= external not in known
            ids[external] = number if external in known else self._pretended
        return ids

    def _remember(self, table: str, ids: dict[str, int]) -> None:
        if not ids:
            return
        self._bench.put(
            "__made",
            pa.table({"external": pa.array(list(ids), pa.string()), "id": pa.array(list(ids.values()), pa.int64())}),
        )
        self._bench.run(f"UPDATE {table} SET id = m.id FROM __made m WHERE {table}.external = m.external")
        self._bench.run(
            f"INSERT INTO {table} SELECT external, id FROM __made WHERE external NOT IN (SELECT external FROM {table})"
        )
        self._bench.drop("__made")

    def _note(self, rows: Sequence[_Row], outcomes: Sequence[Outcome]) -> None:
        if rows:
            self._bench.add(
                "outcomes",
                pa.table(
                    {
                        "__file": pa.array([row["__file"] for row in rows], pa.int32()),
                        "__line": pa.array([row["__line"] for row in rows], pa.int64()),
                        "outcome": list(outcomes),
                    }
                ),
            )

    def _warn(self, rows: Sequence[_Row], who: set[str], warning: str, *, by: str = "external_id") -> None:
        for row in rows:
            if row[by] in who:
                self._bench.run("INSERT INTO warnings VALUES (?, ?, 1)", [row["__file"], warning])

    def _warn_conflicts(self, rows: Sequence[_Row], result: UpsertResult) -> None:
        for conflict in result.conflicts:
            warning = f"{WRONG_TRAIT}: {conflict.key} was {conflict.expected}"
            self._bench.run("INSERT INTO warnings VALUES (?, ?, ?)", [rows[0]["__file"], warning, conflict.rows])


def _without_place(row: _Row) -> _Row:
    return {key: value for key, value in row.items() if key not in ("__file", "__line")}


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
