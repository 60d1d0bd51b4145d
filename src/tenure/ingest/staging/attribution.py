"""Whose row is it? Accounts and people as texts: through other files, through memberships, checked against what exists.

Everything here is decided before anything is written, so that a rejected row leaves no half of itself behind.
"""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tenure.base import sql as named
from tenure.customers import queries as customers
from tenure.events import queries as events
from tenure.events.queries import Lake
from tenure.ingest.maps import Entry, SourceMap, roles
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.shapes import Shape
from tenure.ingest.staging.store import Bench

_NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True, slots=True)
class Staged:
    """An entry whose files are on the bench: `typed:<name>` has its rows."""

    name: str
    entry: Entry
    shapes: tuple[Shape, ...]
    columns: Mapping[str, str]


def attribute(bench: Bench, source_map: SourceMap, staged: Sequence[Staged], lake: Lake) -> None:
    """Make `rows:<name>` of each entry: good rows with `<role>.account!`; move the bad to `rejects`.

    Also `account_ids (external, id)` and `person_ids (external, id)`; an id is null for what this import will create.
    """
    present = {item.name: item for item in staged}
    for via in _ways_needed(source_map, staged):
        if via not in present:
            _way_from_before(bench, source_map, via, staged, lake)
    done: set[str] = set()
    for item in _vias_first(source_map, staged):
        _texts(bench, item)
        if item.name in _ways_needed(source_map, staged):
            _way_from_rows(bench, item)
        done.add(item.name)
    _people(bench, staged)
    _accounts(bench, staged)
    for item in staged:
        _settle(bench, item)


def _ways_needed(source_map: SourceMap, staged: Sequence[Staged]) -> list[str]:
    needed: dict[str, None] = {}
    waiting = [shape.account.via for item in staged for shape in item.shapes if shape.account and shape.account.via]
    while waiting:
        via = waiting.pop()
        needed[via] = None
        way = source_map.files[via].way()
        if way is not None and way.account is not None and way.account.via is not None:
            waiting.append(way.account.via)
    return list(needed)


def _vias_first(source_map: SourceMap, staged: Sequence[Staged]) -> list[Staged]:
    """Entries in an order in which every way leads to one that came before."""

    def depth(name: str) -> int:
        vias = [role.account.via for _, role in source_map.files[name].roles()
                if not isinstance(role, roles.Accounts) and role.account is not None and role.account.via]  # fmt: skip
        return 1 + max((depth(via) for via in vias), default=-1)

    return sorted(staged, key=lambda item: depth(item.name))


def _texts(bench: Bench, item: Staged) -> None:
    """`texts:<name>`: typed rows with the account's external id of each role as `<role>.account!`."""
    columns, joins = ["t.*"], []
    for number, shape in enumerate(item.shapes):
        if shape.account is None:
            continue
        said = f"t.{sql.name(shape.alias('account'))}"
        found, ways = said, "1"
        if shape.account.via is not None:
            joins.append(f"LEFT JOIN {sql.name(f'way:{shape.account.via}')} w{number} ON w{number}.key = {said}")
            found, ways = f"w{number}.account", f"coalesce(w{number}.ways, 0)"
            columns.append(f"w{number}.start AS {sql.name(shape.alias('way_start'))}")
        columns += [f"{found} AS {sql.name(shape.alias('account!'))}", f"{ways} AS {sql.name(shape.alias('ways'))}"]
    bench.run(
        f"CREATE VIEW {sql.name(f'texts:{item.name}')} AS SELECT {', '.join(columns)}"
        f" FROM {sql.name(f'typed:{item.name}')} t {' '.join(joins)}"
    )


def _way_from_rows(bench: Bench, item: Staged) -> None:
    """`way:<name>`: key → account of the entry's rows, how many accounts a key has, and when a subscription starts."""
    way = item.entry.way()
    shape = next(shape for shape in item.shapes if way is not None and shape.name == way.role)
    key = shape.key[0].alias
    account = key if isinstance(shape.role, roles.Accounts) else shape.alias("account!")
    start = sql.name(shape.alias("start.day")) if isinstance(shape.role, roles.Subscriptions) else "CAST(NULL AS DATE)"
    bench.run(
        f"CREATE TABLE {sql.name(f'way:{item.name}')} AS SELECT {sql.name(key)} AS key,"
        f" min({sql.name(account)}) AS account, count(DISTINCT {sql.name(account)}) AS ways, min({start}) AS start"
        f" FROM {sql.name(f'texts:{item.name}')} WHERE problem IS NULL AND {sql.name(account)} IS NOT NULL"
        f" AND {sql.name(key)} IS NOT NULL GROUP BY 1"
    )


def _way_from_before(bench: Bench, source_map: SourceMap, via: str, staged: Sequence[Staged], lake: Lake) -> None:
    """`way:<via>` through a file that is not part of this import: from what earlier imports left."""
    way = source_map.files[via].way()
    if way is not None and way.role in ("people", "memberships"):
        pairs = _homes([text for item in staged for text in _said(bench, item, via)])
    elif way is not None and way.role == "accounts":
        pairs = [(text, text) for item in staged for text in _said(bench, item, via)]
    else:
        pairs = _keys_of_records(source_map.source, via, lake)
    bench.put("__way", pa.table({"key": pa.array([k for k, _ in pairs], pa.string()),
                                 "account": pa.array([a for _, a in pairs], pa.string())}))  # fmt: skip
    bench.run(
        f"CREATE TABLE {sql.name(f'way:{via}')} AS SELECT key, min(account) AS account,"
        " count(DISTINCT account) AS ways, CAST(NULL AS DATE) AS start FROM __way GROUP BY 1"
    )
    bench.drop("__way")


def _said(bench: Bench, item: Staged, via: str) -> Iterable[str]:
    """The keys by which the rows of an entry name rows of another."""
    for shape in item.shapes:
        if shape.account is not None and shape.account.via == via:
            said = sql.name(shape.alias("account"))
            for (text,) in bench.rows(f"SELECT DISTINCT {said} FROM {sql.name(f'typed:{item.name}')}"):
                if text is not None:
                    yield str(text)


def _homes(people: Sequence[str]) -> list[tuple[str, str]]:
    """The accounts (external ids) of people known before."""
    known = customers.people_ids(people)
    accounts = customers.accounts_of_people(known.values())
    names = _names({account for found in accounts.values() for account in found})
    return [(text, names[a]) for text, person in known.items() for a in accounts.get(person, ()) if a in names]


def _keys_of_records(source: str, via: str, lake: Lake) -> list[tuple[str, str]]:
    found = events.engine().query(
        named.load("tenure.ingest", "keys_of_records"),
        relations={"events": lake.relation("events", classes={"record"})},
        params={"source": source, "prefix": f"{source}/{via}/"},
    )
    keys, accounts = found.column("key").to_pylist(), found.column("account").to_pylist()
    names = _names(set(accounts))
    return [(key, names[a]) for key, a in zip(keys, accounts, strict=True) if key is not None and a in names]


def _names(accounts: Collection[int]) -> dict[int, str]:
    """External ids of accounts by id."""
    ids = sorted(accounts)
    chunks = (ids[at : at + 5_000] for at in range(0, len(ids), 5_000))
    return {number: row.external_id for chunk in chunks for number, row in customers.accounts_by_ids(chunk).items()}


def _people(bench: Bench, staged: Sequence[Staged]) -> None:
    """`person_ids` of all people named, and `belongs (person, account)` as known here and before."""
    named, made = [f"SELECT {_NO_TEXT} AS external WHERE FALSE"], [f"SELECT {_NO_TEXT} AS external WHERE FALSE"]
    member = [f"SELECT {_NO_TEXT} AS person, {_NO_TEXT} AS account WHERE FALSE"]
    for item in staged:
        table = sql.name(f"texts:{item.name}")
        for shape in item.shapes:
            own = isinstance(shape.role, roles.People)
            person = "key" if own else "person" if shape.person is not None else None
            if person is None:
                continue
            column = sql.name(shape.alias(person))
            named.append(f"SELECT {column} FROM {table} WHERE problem IS NULL")
            if shape.account is not None:
                account = sql.name(shape.alias("account!"))
                member.append(
                    f"SELECT {column}, {account} FROM {table} WHERE problem IS NULL AND {account} IS NOT NULL"
                )
            if own or shape.account is not None:
                made.append(f"SELECT {column} FROM {table} WHERE problem IS NULL")
    texts = [
        str(row[0])
        for row in bench.rows(f"SELECT DISTINCT external FROM ({' UNION ALL '.join(named)}) WHERE external IS NOT NULL")
    ]
    known = customers.people_ids(texts)
    bench.put("person_ids", _ids(texts, known))
    bench.run(f"CREATE TABLE made_people AS SELECT DISTINCT external FROM ({' UNION ALL '.join(made)})")
    bench.run(
        f"CREATE TABLE belongs AS SELECT DISTINCT person, account FROM ({' UNION ALL '.join(member)})"
        " WHERE person IS NOT NULL"
    )
    if any(shape.person is not None and shape.account is None for item in staged for shape in item.shapes):
        pairs = _homes(texts)
        bench.add("belongs", pa.table({"person": pa.array([p for p, _ in pairs], pa.string()),
                                       "account": pa.array([a for _, a in pairs], pa.string())}))  # fmt: skip
    bench.run(
        "CREATE TABLE home AS SELECT person, min(account) AS account, count(DISTINCT account) AS ways FROM belongs"
        " GROUP BY 1"
    )


def _accounts(bench: Bench, staged: Sequence[Staged]) -> None:
    """`account_ids` of all accounts named, with those that this import will create."""
    named, made = ["SELECT account AS external FROM home"], [f"SELECT {_NO_TEXT} AS external WHERE FALSE"]
    for item in staged:
        table = sql.name(f"texts:{item.name}")
        for shape in item.shapes:
            if isinstance(shape.role, roles.Accounts):
                made.append(f"SELECT {sql.name(shape.alias('key'))} FROM {table} WHERE problem IS NULL")
            elif shape.account is not None:
                named.append(f"SELECT {sql.name(shape.alias('account!'))} FROM {table} WHERE problem IS NULL")
    bench.run(f"CREATE TABLE made_accounts AS SELECT DISTINCT external FROM ({' UNION ALL '.join(made)})")
    everybody = " UNION ALL ".join([*named, "SELECT external FROM made_accounts"])
    found = bench.rows(f"SELECT DISTINCT external FROM ({everybody}) WHERE external IS NOT NULL")
    texts = [str(row[0]) for row in found]
    bench.put("account_ids", _ids(texts, customers.account_ids(texts)))


def _settle(bench: Bench, item: Staged) -> None:
    """Good rows to `rows:<name>`, bad ones to `rejects`."""
    columns, joins, arms = ["t.*"], [], ["WHEN t.problem IS NOT NULL THEN t.problem"]
    for number, shape in enumerate(item.shapes):
        if isinstance(shape.role, roles.Accounts | roles.People) and shape.account is None:
            continue
        account, ways = f"t.{sql.name(shape.alias('account!'))}", f"t.{sql.name(shape.alias('ways'))}"
        person = f"t.{sql.name(shape.alias('person'))}"
        where = sql.text(shape.account.names()[0] if shape.account and shape.account.names() else "")
        if shape.account is None:
            joins.append(f"LEFT JOIN home h{number} ON h{number}.person = {person}")
            account, ways = f"h{number}.account", f"coalesce(h{number}.ways, 0)"
            columns.append(f"{account} AS {sql.name(shape.alias('account!'))}")
            where = sql.text(shape.person.names()[0] if shape.person and shape.person.names() else "")
            arms.append(_arm(f"{ways} = 0", where, f"'the person “' || {person} || '” belongs to no account'"))
            arms.append(
                _arm(f"{ways} > 1", where, f"'the person “' || {person} || '” belongs to ' || {ways} || ' accounts'")
            )
        elif shape.account.via is not None:
            said = f"t.{sql.name(shape.alias('account'))}"
            via = shape.account.via
            arms.append(
                _arm(
                    f"{said} IS NOT NULL AND {ways} = 0",
                    where,
                    f"{sql.text(f'there is no good row in {via} with the key “')} || {said} || '”'",
                )
            )
            arms.append(
                _arm(
                    f"{ways} > 1", where, f"{sql.text(f'the key names several accounts in {via}: “')} || {said} || '”'"
                )
            )
        joins.append(f"LEFT JOIN account_ids a{number} ON a{number}.external = {account}")
        joins.append(f"LEFT JOIN made_accounts m{number} ON m{number}.external = {account}")
        unknown = f"{account} IS NOT NULL AND a{number}.id IS NULL AND m{number}.external IS NULL"
        arms.append(_arm(unknown, where, f"'there is no account “' || {account} || '”'"))
    settled = sql.name(f"rows:{item.name}")
    bench.run(
        f"CREATE TABLE {settled} AS SELECT {', '.join(columns)}, CASE {' '.join(arms)} END AS trouble"
        f" FROM {sql.name(f'texts:{item.name}')} t {' '.join(joins)}"
    )
    bench.run(f"DROP VIEW {sql.name(f'texts:{item.name}')}")
    bench.drop(f"typed:{item.name}")
    bench.run(
        "INSERT INTO rejects SELECT __file, __line, __offset, __size, trouble.c, trouble.r, NULL"
        f" FROM {settled} WHERE trouble IS NOT NULL"
    )
    bench.run(f"DELETE FROM {settled} WHERE trouble IS NOT NULL")


def _arm(test: str, where: str, reason: str) -> str:
    return f"WHEN {test} THEN struct_pack(c := {where}, r := {reason})"


def _ids(texts: Sequence[str], known: Mapping[str, int]) -> pa.Table:
    return pa.table(
        {"external": pa.array(texts, pa.string()), "id": pa.array([known.get(t) for t in texts], pa.int64())}
    )
