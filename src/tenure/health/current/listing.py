"""Lists out of the current state: filtered, sorted and paged by DuckDB, rows taken from the mapped file."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

import duckdb
import numpy as np
import pyarrow as pa
from sqlglot import exp

from tenure.base import cursors
from tenure.base.cursors import Key
from tenure.base.refusals import Invalid
from tenure.health.contracts import StatePage
from tenure.health.current.files import State
from tenure.health.current.reaching import ACCOUNT, reached
from tenure.measures.contracts import THROUGH, KnownValue
from tenure.measures.language import Expression

MEMORY = "512MB"
UNSORTABLE = (pa.types.is_list, pa.types.is_struct, pa.types.is_large_list)
UNIQUE = frozenset({"name", "external_id", "email"})
OWNER_COLUMNS = ("owner_id", "owner")

type Owners = Mapping[int, tuple[int | None, str | None]]
"""Owners changed since the file: account → (member or None, name or None)."""

_lock = threading.Lock()
_connections: list[duckdb.DuckDBPyConnection] = []


def session() -> duckdb.DuckDBPyConnection:
    """A cursor of the process's one in-memory DuckDB: one thread a query, bounded memory, no way to the disk."""
    with _lock:
        if not _connections:
            config: dict[str, str | bool | int | float | list[str]] = {
                "threads": 1, "memory_limit": MEMORY, "enable_external_access": "false", "lock_configuration": "true",
            }  # fmt: skip
            _connections.append(duckdb.connect(":memory:", config=config))
        return _connections[0].cursor()


def list_rows(
    state: State,
    *,
    where: Expression | None = None,
    sort: str = "score",
    descending: bool = False,
    cursor: str | None = None,
    limit: int = 50,
    columns: Sequence[str] = (),
    owners: Sequence[int] | None = None,
    ids: Sequence[int] | None = None,
    search: str = "",
    overlay: Owners | None = None,
) -> StatePage:
    """A page of the accounts (or people) that `where` selects, sorted by a column; ties by id, unknown values last
    either way.

    `owners` keeps the accounts of these members ("mine", "my team"; of people, those of such accounts), `ids` these
    accounts, `search` those whose name or external id contains the text. `overlay` are owners changed since the file
    was made. The cursor of a page belongs to its sort; a changed file between two pages neither repeats nor skips a
    row that did not move.
    """
    if not _sortable(state, sort):
        raise Invalid(f"The list cannot be sorted by {sort!r}. Choose another column.")
    selected = _selected(where, owners=owners, ids=ids, search=search, state=state)
    after = _after(cursor, sort=sort, descending=descending) if cursor else None
    conditions = [each for each in (selected, after[0] if after else None) if each is not None]
    query = exp.select("place_", exp.column(sort, quoted=True).as_("sorted_"), "id").from_(_source(state, overlay))
    for each in conditions:
        query = query.where(each)
    query = query.order_by(
        exp.Ordered(this=exp.column(sort, quoted=True), desc=descending, nulls_first=False),
        exp.Ordered(this=exp.column("id"), desc=False, nulls_first=False),
    ).limit(limit + 1)
    found = _run(query, state, overlay, after[1] if after else {})
    shown = found[:limit]
    rows = _rows(state, [row[0] for row in shown], columns, overlay)
    last = shown[-1] if len(found) > limit else None
    return StatePage(
        rows=tuple(rows),
        next=cursors.encode([sort, descending, _plain(last[1]), int(str(last[2]))]) if last else None,
        as_of=state.as_of,
        made_at=state.made_at,
        columns=tuple(columns),
    )


def count(
    state: State,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    ids: Sequence[int] | None = None,
    search: str = "",
    overlay: Owners | None = None,
) -> dict[str | None, int]:
    """How many accounts the same selection has by band; None for those that are not scored."""
    query = exp.select("band", exp.Count(this=exp.Star()).as_("n")).from_(_source(state, overlay)).group_by("band")
    selected = _selected(where, owners=owners, ids=ids, search=search, state=state)
    found = _run(query.where(selected) if selected is not None else query, state, overlay, {})
    return {None if band is None else str(band): int(str(n)) for band, n in found}


def count_by(
    state: State,
    column: str,
    *,
    where: Expression | None = None,
    owners: Sequence[int] | None = None,
    most: int = 50,
) -> tuple[tuple[object, int], ...]:
    """The commonest values of a column in the selection with how many rows have each (None: unknown), at most `most`;
    as many rows by value. Nothing of a column that is not there, or that holds lists."""
    if not _sortable(state, column):
        return ()
    value = exp.column(column, quoted=True)
    query = exp.select(value.as_("value_"), exp.Count(this=exp.Star()).as_("n")).from_(_source(state, None))
    selected = _selected(where, owners=owners, ids=None, search="", state=state)
    if selected is not None:
        query = query.where(selected)
    order = (
        exp.Ordered(this=exp.column("n"), desc=True, nulls_first=False),
        exp.Ordered(this=exp.column("value_"), desc=False, nulls_first=False),
    )
    found = _run(query.group_by(value.copy()).order_by(*order).limit(most), state, None, {})
    return tuple((each, int(str(held))) for each, held in found)


def how_many(state: State, where: Expression | None = None, *, owners: Sequence[int] | None = None) -> int:
    """How many rows an expression selects, of `owners` alone where they are given."""
    query = exp.select(exp.Count(this=exp.Star()).as_("n")).from_(_source(state, None))
    selected = _selected(where, owners=owners, ids=None, search="", state=state)
    found = _run(query.where(selected) if selected is not None else query, state, None, {})
    return int(str(found[0][0]))


def known_values(state: State, column: str, typed: str, *, limit: int = 50) -> tuple[KnownValue, ...]:
    """The values of a text column that hold `typed`, with how many rows have each: those that begin with it first,
    then the commonest; of lists what they hold. Of names and addresses, which hardly repeat, some are taken and none is
    counted. Nothing of a column of another type, or not there."""
    of, name = (state, column)
    if column.startswith(THROUGH) and state.accounts is not None:
        of, name = state.accounts, column.removeprefix(THROUGH)
    if name not in of.table.column_names:
        return ()
    of_type = of.table.schema.field(name).type
    if not pa.types.is_string(of_type) and not pa.types.is_list(of_type):
        return ()
    value = exp.column(name, quoted=True)
    begins = exp.func("starts_with", exp.func("lower", value), exp.Parameter(this=exp.var("typed")))
    holds = exp.func("contains", exp.func("lower", value), exp.Parameter(this=exp.var("typed")))
    source: exp.Table | exp.Subquery = exp.to_table("state")
    if pa.types.is_list(of_type):
        source = exp.select(exp.func("unnest", value).as_(name, quoted=True)).from_("state").subquery("held")
    chosen = exp.select(value).from_(source).where(holds)
    if name in UNIQUE:
        chosen = chosen.limit(limit * 10)
    query = (
        exp.select(value.as_("value"), exp.Count(this=exp.Star()).as_("held"))
        .from_(chosen.subquery("chosen"))
        .group_by(value)
        .order_by(begins.desc(), exp.column("held").desc(), exp.column("value"))
        .limit(limit)
    )
    found = _run(query, of, None, {"typed": typed.lower()})
    return tuple(KnownValue(str(each), None if name in UNIQUE else int(str(held))) for each, held in found)


def select_ids(state: State, where: Expression | None = None, *, owners: Sequence[int] | None = None) -> list[int]:
    """The ids of all accounts an expression selects, of `owners` alone where they are given, ascending."""
    selected = _selected(where, owners=owners, ids=None, search="", state=state)
    if selected is None:
        found: list[int] = state.ids.tolist()
        return found
    query = exp.select("id").from_(_source(state, None)).where(selected).order_by("id")
    return [cast("int", row[0]) for row in _run(query, state, None, {})]


def rows_by_id(state: State, ids: Sequence[int], columns: Sequence[str]) -> list[dict[str, object]]:
    """The rows of these accounts in the order given; unknown ids are left out. No query: a look into the file."""
    held = state.ids
    places = np.searchsorted(held, np.array(ids, dtype=np.int64))
    there = [(place, each) for place, each in zip(places.tolist(), ids, strict=True) if place < len(held)]
    return _rows(state, [place for place, each in there if held[place] == each], columns, None)


def _source(state: State, overlay: Owners | None) -> exp.Expr:
    """The relation to read, with its rows numbered; changed owners laid over it."""
    plain = exp.to_table("state")
    if not overlay or "owner_id" not in state.table.column_names:
        return plain
    replaced = [
        exp.case()
        .when(exp.column("id", table="o").is_(exp.null()).not_(), exp.column(name, table="o"))
        .else_(exp.column(name, table="s"))
        .as_(name)
        for name in OWNER_COLUMNS
        if name in state.table.column_names
    ]
    star = exp.Column(this=exp.Star(replace=replaced), table=exp.to_identifier("s"))
    return (
        exp.select(star)
        .from_(exp.alias_(exp.to_table("state"), "s", table=True))
        .join(exp.alias_(exp.to_table("overlay"), "o", table=True), on="o.id = s.id", join_type="left")
        .subquery("facts")
    )


def _selected(
    where: Expression | None,
    *,
    owners: Sequence[int] | None,
    ids: Sequence[int] | None,
    search: str,
    state: State,
) -> exp.Expr | None:
    parts: list[exp.Expr] = []
    if where is not None:
        parts.append(_condition(where))
    if owners is not None:
        parts.append(_among(f"{THROUGH if state.entity == 'person' else ''}owner_id", owners))
    if ids is not None:
        parts.append(_among("id", ids))
    if search.strip():
        text = exp.Literal.string(search.strip().lower())
        named = [name for name in ("name", "external_id") if name in state.table.column_names]
        parts.append(exp.or_(*(exp.func("contains", exp.func("lower", exp.column(name)), text) for name in named)))
    return exp.and_(*parts) if parts else None


def _condition(where: Expression) -> exp.Expr:
    return exp.paren(exp.maybe_parse(where.to_sql(), dialect="duckdb"), copy=False)


def _among(column: str, values: Iterable[int]) -> exp.Expr:
    numbers = [exp.Literal.number(int(value)) for value in values]
    return exp.column(column).isin(*numbers) if numbers else exp.false()


def _after(cursor: str, *, sort: str, descending: bool) -> tuple[exp.Expr, dict[str, object]]:
    """What comes after the cursor's row: a greater value, the same value and a greater id, or no value."""
    values = cursors.decode(cursor)
    if len(values) != 4 or values[0] != sort or values[1] != descending:
        raise Invalid("This page link belongs to another sort. Open the list again from its start.")
    _, _, value, last = values
    column, identity = exp.column(sort, quoted=True), exp.column("id")
    later = exp.GT(this=identity, expression=exp.Parameter(this=exp.var("last_id")))
    params: dict[str, object] = {"last_id": last}
    if value is None:
        return exp.and_(column.is_(exp.null()), later), params
    params["last_value"] = value
    kind = exp.LT if descending else exp.GT
    mark = exp.Parameter(this=exp.var("last_value"))
    beyond = kind(this=column.copy(), expression=mark)
    same = exp.and_(exp.EQ(this=column.copy(), expression=mark.copy()), later)
    return exp.or_(beyond, same, column.copy().is_(exp.null())), params


def _run(
    query: exp.Select, state: State, overlay: Owners | None, params: Mapping[str, object]
) -> list[tuple[object, ...]]:
    read = {column.name for column in query.find_all(exp.Column)}
    connection = session()
    try:
        connection.register("state", _narrow(state, read | ({"id", *OWNER_COLUMNS} if overlay else set())))
        if overlay:
            connection.register("overlay", _overlay(overlay))
        found: list[tuple[object, ...]] = connection.execute(query.sql(dialect="duckdb"), dict(params)).fetchall()
        return found
    finally:
        connection.close()


def _narrow(state: State, columns: Collection[str]) -> pa.Table:
    """The columns a query reads (registering all of them costs more than most queries), and each row's place."""
    folded = {name.casefold() for name in columns}
    through = [name for name in columns if name.startswith(THROUGH)]
    if through:
        folded.add(ACCOUNT)
    table = state.table.select([name for name in state.table.column_names if name.casefold() in folded])
    if through and state.accounts is not None:
        table = reached(table, state.accounts.table, through)
    return table.append_column("place_", pa.array(np.arange(state.table.num_rows)))


def _overlay(owners: Owners) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(list(owners), pa.int64()),
            "owner_id": pa.array([member for member, _ in owners.values()], pa.int64()),
            "owner": pa.array([name for _, name in owners.values()], pa.string()),
        }
    )


def _rows(
    state: State, places: Sequence[object], columns: Sequence[str], overlay: Owners | None
) -> list[dict[str, object]]:
    there = set(state.table.column_names)
    through = [name for name in columns if name.startswith(THROUGH)]
    own = (ACCOUNT,) if through else ()
    wanted = [name for name in dict.fromkeys(("id", *own, *columns)) if name in there]
    table = state.table.select(wanted)
    # Taking one row of many columns costs three times what slicing it does.
    chosen = table.slice(int(str(places[0])), 1) if len(places) == 1 else table.take(pa.array(places, pa.int64()))
    if through and state.accounts is not None:
        chosen = reached(chosen, state.accounts.table, through)
    rows: list[dict[str, object]] = chosen.to_pylist()
    if overlay:
        for row in rows:
            changed = overlay.get(int(str(row["id"])))
            if changed is not None:
                row.update({name: value for name, value in zip(OWNER_COLUMNS, changed, strict=True) if name in wanted})
    return rows


def _sortable(state: State, column: str) -> bool:
    """Whether the state has the column (a person's may be the account's) and its values have an order."""
    of, name = state, column
    if column.startswith(THROUGH) and state.accounts is not None:
        of, name = state.accounts, column.removeprefix(THROUGH)
    if name not in of.table.column_names:
        return False
    kind = of.table.schema.field(name).type
    return not any(is_kind(kind) for is_kind in UNSORTABLE)


def _plain(value: object) -> Key:
    """A sort value as a cursor keeps it; days and moments as ISO text, which DuckDB reads back."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    assert value is None or isinstance(value, str | int | float | bool)
    return value
