"""Reads of segments: the list with sizes, members, why an account is in or out, moves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import cursors, sql
from tenure.base.refusals import Invalid, NotFound
from tenure.definitions.contracts import PublishedDefinition
from tenure.events.queries import engine, open_lake
from tenure.health import current
from tenure.health import queries as health
from tenure.measures.contracts import THROUGH, Catalogue
from tenure.measures.language import Explanation, Expression, explain, parse
from tenure.segments import membership
from tenure.segments.contracts import Entity, ListedSegment, MemberPage, Membership, Move, Segment, SizePoint
from tenure.segments.jobs import PACKAGE, history_needed
from tenure.segments.jobs import moves_of as moves_in
from tenure.segments.models import SegmentDay
from tenure.tenants.queries import here

__all__ = [
    "catalogue", "columns_needed", "columns_of", "count", "entity_of", "explained", "in_force", "inside", "listing",
    "listing_of", "members", "memberships", "moves", "moves_of_member", "one", "row_of", "sample", "slug",
    "tier_columns", "tier_of", "tiers", "used_by",
]  # fmt: skip

DAYS = 90
SORTS: Mapping[Entity, str] = {"account": "score", "person": "name"}
"""What members are sorted by where nothing else is said."""
SEEN, ACCOUNT = "days_since_last_seen", "account"


def catalogue(entity: Entity = "account", *, values: bool = False) -> Catalogue:
    """Everything a segment's expression can name, segments among it; with `values` for completion."""
    return membership.catalogue(entity, values=values)


def entity_of(key: str) -> Entity:
    """What a segment in force is of; refuses with `NotFound`."""
    return membership.body_of(one(key)).entity


def in_force() -> dict[str, Segment]:
    """The segments in force by key. No query where definitions were read before."""
    return {key: membership.body_of(each) for key, each in membership.in_force().items()}


def inside(row: Mapping[str, object]) -> frozenset[str]:
    """The keys of the segments that an account is in, by its row of a day's state. No query."""
    return frozenset(key for key in membership.in_force("account") if row.get(membership.column_of(key)) is True)


def tier_of(row: Mapping[str, object]) -> Segment | None:
    """The touch tier of an account, by its row of a day's state: of several the closest. No query."""
    held = (membership.in_force("account")[key].body for key in inside(row))
    tiers = [(body.tier.order, body.name, body) for body in held if isinstance(body, Segment) and body.tier]
    return min(tiers, key=lambda each: each[:2])[2] if tiers else None


def columns_needed(columns: Collection[str]) -> tuple[str, ...]:
    """What those of `columns` that say who is in a segment of accounts read of a day's rows. No query."""
    return history_needed(_keys(columns), "account").columns


def columns_of(table: pa.Table, columns: Collection[str]) -> dict[str, pa.Array]:
    """Those of `columns` that say who is in a segment, of rows of accounts as of any days, by the definitions in force.
    One query."""
    keys = history_needed(_keys(columns), "account").keys
    found = membership.columns(table, [membership.column_of(key) for key in keys])
    return {name: each for name, each in found.items() if name in columns}


def _keys(columns: Collection[str]) -> list[str]:
    return [key for key in membership.in_force("account") if membership.column_of(key) in columns]


def tiers() -> list[tuple[str, str]]:
    """The touch tiers, the closest first: the column that says who is in it, and its name. No query."""
    bodies = ((key, membership.body_of(each)) for key, each in membership.in_force("account").items())
    found = sorted((body.tier.order, body.name, membership.column_of(key)) for key, body in bodies if body.tier)
    return [(column, name) for _, name, column in found]


def tier_columns() -> list[str]:
    """The columns of a day's state that `tier_of` reads. No query."""
    bodies = ((key, membership.body_of(each)) for key, each in membership.in_force("account").items())
    return [membership.column_of(key) for key, body in bodies if body.tier]


def one(key: str) -> PublishedDefinition:
    """A segment in force; refuses with `NotFound`. Its body is a `Segment`."""
    found = membership.in_force().get(key)
    if found is None:
        raise NotFound(f"There is no segment {key!r}.")
    return found


def listing(as_of: date) -> tuple[ListedSegment, ...]:
    """Every segment in force, tiers first in their order, then by name. One query beside the definitions'."""
    known = membership.in_force()
    days = _days(list(known), as_of)
    tables = {entity: _table(entity, as_of) for entity in {membership.body_of(each).entity for each in known.values()}}
    found = [
        _listed(key, each, days.get(key, ()), tables[membership.body_of(each).entity], as_of)
        for key, each in known.items()
    ]
    return tuple(sorted(found, key=lambda s: (s.body.tier.order if s.body.tier else 100, s.body.name.casefold())))


def listing_of(key: str, as_of: date) -> ListedSegment:
    """One of them; refuses with `NotFound`."""
    return _listed(key, one(key), _days([key], as_of).get(key, ()), _table(entity_of(key), as_of), as_of)


def _listed(
    key: str, each: PublishedDefinition, days: Sequence[tuple[date, int]], table: pa.Table | None, as_of: date
) -> ListedSegment:
    body, column = membership.body_of(each), membership.column_of(key)
    inside = table[column] if table is not None and column in table.column_names else None
    broken = _broken(body) if inside is not None and len(inside) and inside.null_count == len(inside) else ""
    size = None if inside is None or broken else int(pc.sum(inside).as_py() or 0)
    points = [SizePoint(day, held) for day, held in days if day < as_of]
    if size is not None:
        points.append(SizePoint(as_of, size))
    everybody = table.num_rows if table is not None else 0
    return ListedSegment(key, each.version, body, size, everybody, change(points, as_of), tuple(points), broken)


def used_by(key: str) -> tuple[tuple[str, str], ...]:
    """The segments in force that read this one: key and name."""
    known = {k: membership.body_of(each) for k, each in membership.in_force().items()}
    return tuple((k, body.name) for k, body in known.items() if key in membership.reads(body))


def change(points: Sequence[SizePoint], as_of: date, days: int = 30) -> int | None:
    """The last size less that of so many days before, None where that day is not known."""
    then = next((p.size for p in reversed(points) if p.day <= as_of - timedelta(days=days)), None)
    return None if then is None or not points or points[-1].day < as_of else points[-1].size - then


def _days(keys: Sequence[str], as_of: date) -> dict[str, list[tuple[date, int]]]:
    rows = SegmentDay.objects.filter(segment__in=keys, day__gte=as_of - timedelta(days=DAYS), day__lt=as_of)
    found: dict[str, list[tuple[date, int]]] = {}
    for key, day, size in rows.order_by("day").values_list("segment", "day", "size"):
        found.setdefault(key, []).append((day, size))
    return found


def _broken(body: Segment) -> str:
    if body.where is None:
        return ""
    try:
        parse(body.where, catalogue(body.entity))
    except ValueError as error:
        return str(error)
    return ""


def _table(entity: Entity, as_of: date) -> pa.Table | None:
    try:
        return membership.state_as_of(entity, as_of).table
    except health.NoScores:
        return None


def reading(key: str) -> Expression:
    """The condition "is in this segment", to select members by."""
    return parse(f'segment."{key}"', catalogue(entity_of(key)))


def members(
    key: str,
    as_of: date,
    *,
    sort: str = "",
    descending: bool = False,
    cursor: str | None = None,
    limit: int = 50,
    columns: Sequence[str] = (),
) -> MemberPage:
    """A page of who is in a segment on a day, by a column (accounts by score, people by name where none is said);
    refuses with `NoScores` before the first run."""
    entity = entity_of(key)
    found = current.list_rows(
        membership.state_as_of(entity, as_of), where=reading(key), sort=sort or SORTS[entity], descending=descending,
        cursor=cursor, limit=limit, columns=columns,
    )  # fmt: skip
    return MemberPage(found.rows, found.next, found.made_at)


def count(where: Expression, as_of: date) -> tuple[int, int]:
    """How many accounts (or people, as the condition is of) it selects, and of how many."""
    state = membership.state_as_of(where.catalogue.entity, as_of)
    return current.how_many(state, where), state.table.num_rows


def sample(where: Expression, as_of: date, *, limit: int = 5, columns: Sequence[str] = ()) -> MemberPage:
    """A few of those a condition selects: the accounts with the lowest scores, the people seen last."""
    entity = where.catalogue.entity
    state = membership.state_as_of(entity, as_of)
    seen = SEEN if entity == "person" and SEEN in state.table.column_names else SORTS[entity]
    found = current.list_rows(state, where=where, sort=seen, limit=limit, columns=columns)
    return MemberPage(found.rows, None, found.made_at)


def memberships(
    as_of: date, row: Mapping[str, object], moved: Mapping[str, Sequence[Move]], *, entity: Entity = "account"
) -> tuple[Membership, ...]:
    """Every segment with whether the account (the person) is in it, and since when: those it is in first, tiers first
    of them.

    `row` is its row of that day's state, `moved` its moves up to that day. No query.
    """
    made = []
    for key, each in membership.in_force(entity).items():
        body, inside = membership.body_of(each), row.get(membership.column_of(key))
        held = inside if isinstance(inside, bool) else None
        made.append(Membership(key, body.name, held, _since(held, moved.get(key, ()), as_of), body.tier))
    return tuple(sorted(made, key=lambda m: (m.inside is not True, m.tier.order if m.tier else 100, m.name.casefold())))


def _since(inside: bool | None, moves: Sequence[Move], as_of: date) -> date | None:
    """Since when it has been in (or out again); None where the history does not know. What is not as the last move
    left it moved today, which is not history yet."""
    if inside is None or (not moves and not inside):
        return None
    if not moves or moves[0].entered != inside:
        return as_of if moves else None
    return None if moves[0].redefined else moves[0].day


def explained(key: str, member: int, as_of: date, row: Mapping[str, object] | None = None) -> Explanation | None:
    """Why an account (a person) is in or out of a segment with an expression, leaf by leaf; None for other shapes."""
    body = membership.body_of(one(key))
    if body.where is None:
        return None
    known = row if row is not None else row_of(body.entity, member, as_of)
    return explain(parse(body.where, catalogue(body.entity)), known)


def row_of(entity: Entity, member: int, as_of: date) -> Mapping[str, object]:
    """What is known of an account or a person on a day, of a person with the columns of the account (`a__…`); empty
    where nothing is."""
    state = membership.state_as_of(entity, as_of)
    rows = current.rows_by_id(state, [member], state.table.column_names)
    if not rows or state.accounts is None:
        return rows[0] if rows else {}
    return {**_of_account(rows[0], state.accounts), **rows[0]}


def _of_account(person: Mapping[str, object], accounts: current.State) -> dict[str, object]:
    """The columns of her account, all of them unknown where she has none."""
    account = person.get(ACCOUNT)
    names = accounts.table.column_names
    found = current.rows_by_id(accounts, [account], names) if isinstance(account, int) else []
    row = found[0] if found else dict.fromkeys(names)
    return {f"{THROUGH}{name}": value for name, value in row.items()}


def moves(
    key: str, first: date, last: date, *, cursor: str | None = None, limit: int = 50
) -> tuple[tuple[Move, ...], str | None]:
    """Who entered and left between two days (both included), newest first, with the cursor of the next page."""
    after_day, after_member = _place(cursor) if cursor else (last + timedelta(days=1), 0)
    lake = open_lake(slug())
    months = {f"{first + timedelta(days=n):%Y-%m}" for n in range((last - first).days + 1)}
    rows = engine().query(
        sql.load(PACKAGE, "moves_of_segment"),
        relations={"segment_moves": moves_in(lake, entity_of(key), months=months, days=(first, last))},
        params={
            "segment": key, "first": first, "last": last, "after_day": after_day, "after_member": after_member,
            "limit": limit + 1,
        },
    ).to_pylist()  # fmt: skip
    found = tuple(Move(r["day"], r["member"], r["entered"], r["version"], r["redefined"]) for r in rows[:limit])
    after = cursors.encode([found[-1].day.isoformat(), found[-1].member]) if len(rows) > limit else None
    return found, after


def _place(cursor: str) -> tuple[date, int]:
    values = cursors.decode(cursor)
    try:
        return date.fromisoformat(str(values[0])), int(str(values[1]))
    except (ValueError, IndexError):
        raise Invalid("This page link cannot be read. Open the list again from its start.") from None


def moves_of_member(entity: Entity, member: int, last: date) -> dict[str, list[Move]]:
    """When an account (a person) entered and left segments up to a day, by segment, newest first."""
    relation = moves_in(open_lake(slug()), entity, account=member if entity == "account" else None)
    if not relation.base.files:
        return {}
    rows = engine().query(
        sql.load(PACKAGE, "moves_of_member"),
        relations={"segment_moves": relation},
        params={"member": member, "last": last},
    )
    found: dict[str, list[Move]] = {}
    for r in rows.to_pylist():
        found.setdefault(r["segment"], []).append(Move(r["day"], member, r["entered"], r["version"], r["redefined"]))
    return found


def slug() -> str:
    """The ambient workspace's."""
    return here().slug
