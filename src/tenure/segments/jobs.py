"""What keeps the history of segments: moves of days that are over, and facts for those who react.

A day's moves are written once, when the day is over, and never again; the as-of day itself lives in the current
state. Facts follow the current state, within the cycle that changed it.
"""

import time
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from numpy.typing import NDArray

from tenure.base import clock, outbox, sql
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.events.actions import append
from tenure.events.queries import Lake, MovedRelation, engine, open_lake
from tenure.health import jobs as health_jobs
from tenure.health import past, people
from tenure.health import queries as health
from tenure.measures.contracts import THROUGH
from tenure.measures.language import Expression
from tenure.segments import membership, rules, starters
from tenure.segments.contracts import Entity, SegmentMoved
from tenure.segments.membership import column_of
from tenure.segments.models import SegmentDay, SegmentNow
from tenure.tenants.queries import as_of_day, workspace_by_id

type Ids = NDArray[np.int64]

PACKAGE = "tenure.segments"
NOBODY: Ids = np.zeros(0, np.int64)
ENTITIES: tuple[Entity, ...] = ("account", "person")
TABLES: Mapping[Entity, str] = {"account": "segment_moves", "person": "person_segment_moves"}
"""Of each entity, the lake's table of its moves."""
HISTORY_DAYS = 90
AT_ONCE = 1_000
ROWS_AT_ONCE, ROWS_BESIDE = 1_000_000, 200_000
"""So many rows of accounts (people) and days are computed together, and beside the worker: days together cost less."""
BESIDE_S = 20.0


def segments_stage(run: StageRun) -> StageReport:
    """Tell who entered and left since the last telling, and write the moves of the days that are over."""
    begun = starters.publish_first() if run.history else 0
    told = tell()
    today = as_of_day(workspace_by_id(run.workspace_id))
    budget_s = None if run.history else BESIDE_S
    rows = sum(fill(run.slug, today, entity=entity, budget_s=budget_s) for entity in ENTITIES)
    notes = [f"{begun} starters published"] if begun else []
    notes += [f"{told} told, {rows} moves of past days"] if told or rows else []
    return StageReport(told + rows, ", ".join(notes) or "nothing changed")


def tell() -> int:
    """State a fact for whoever entered or left a segment since this was asked last; how many moves were told.

    Each segment is one transaction: its facts and what was told are one.
    """
    known = {row.segment: row for row in SegmentNow.objects.all()}
    told = sum(_tell_of(entity, known) for entity in ENTITIES)
    in_force = membership.in_force()
    for key, row in known.items():
        if key not in in_force:
            told += _tell_one(key, row.version, NOBODY, row, membership.entity_before(key) or "account")
            SegmentNow.objects.filter(pk=row.pk).delete()
    return told


def _tell_of(entity: Entity, known: Mapping[str, SegmentNow]) -> int:
    segments = membership.in_force(entity)
    if not segments:
        return 0
    try:
        state = membership.state(entity)
    except health.NoScores:
        return 0
    told = 0
    for key, each in segments.items():
        column = column_of(key)
        if column in state.table.column_names:
            told += _tell_one(key, each.version, members(state.table, column), known.get(key), entity)
    return told


def _tell_one(key: str, version: int, now: Ids, before: SegmentNow | None, entity: Entity) -> int:
    entered, left = rules.moved(unpacked(before.members) if before else NOBODY, now)
    if before is not None and before.version == version and not len(entered) and not len(left):
        return 0
    redefined = before is None or before.version != version
    with transaction.atomic():
        for at in range(0, max(len(entered), len(left)), AT_ONCE):
            some, others = entered[at : at + AT_ONCE].tolist(), left[at : at + AT_ONCE].tolist()
            outbox.add(SegmentMoved(key, version, tuple(some), tuple(others), redefined, entity))
        SegmentNow.objects.update_or_create(
            segment=key, defaults={"version": version, "members": packed(now), "size": len(now), "at": clock.now()}
        )
    return len(entered) + len(left)


def members(table: pa.Table, column: str) -> Ids:
    """The ids of those in a segment, ascending."""
    inside = pc.fill_null(table[column], False)
    found: Ids = table["id"].filter(inside).to_numpy()
    return np.sort(found)


def packed(ids: Ids) -> bytes:
    """Ascending ids in few bytes."""
    return zlib.compress(np.diff(ids, prepend=np.int64(0)).astype("<i8").tobytes(), 1)


def unpacked(held: bytes | memoryview) -> Ids:
    """The ids that were packed."""
    found: Ids = np.cumsum(np.frombuffer(zlib.decompress(bytes(held)), dtype="<i8")).astype(np.int64)
    return found


@dataclass(slots=True)
class _Course:
    """A segment on its way through the days: who was in it on the last, by which version."""

    key: str
    version: int
    ids: Ids = field(default_factory=lambda: NOBODY)
    last: date | None = None
    last_version: int | None = None


def fill(slug: str, today: date, *, entity: Entity = "account", budget_s: float | None = None) -> int:
    """Write the moves of the last 90 days before `today` that have none yet, oldest first; the number of rows.

    A day is taken once all days before it have their scores. With a budget the rest is left to a later call.
    """
    lake = open_lake(slug)
    first = health_jobs.first_day(lake) if membership.in_force(entity) else None
    if first is None:
        return 0
    days = [day for n in range(HISTORY_DAYS, 0, -1) if (day := today - timedelta(days=n)) >= first]
    courses = _courses(days, entity)
    waiting = [day for day in days if any(c.last is None or c.last < day for c in courses)]
    if not waiting or health_jobs.unfinished(slug, waiting):
        return 0
    _take_up(lake, courses, entity)
    needed = history_needed([each.key for each in courses], entity)
    most = ROWS_AT_ONCE if budget_s is None else ROWS_BESIDE
    started, rows, step = time.monotonic(), 0, 1
    while waiting:
        chunk, waiting = waiting[:step], waiting[step:]
        written, everybody = _write(slug, lake, courses, chunk, needed, entity)
        rows += written
        step = max(1, min(30, most // max(1, everybody)))
        if budget_s is not None and time.monotonic() - started > budget_s:
            break
    return rows


def _courses(days: Sequence[date], entity: Entity) -> list[_Course]:
    """Each segment in force with the last day that was written."""
    found = {key: _Course(key, each.version) for key, each in membership.in_force(entity).items()}
    for row in SegmentDay.objects.filter(segment__in=list(found)).order_by("day"):
        found[row.segment].last, found[row.segment].last_version = row.day, row.version
    return [each for each in found.values() if each.last is None or each.last < days[-1]] if days else []


def _take_up(lake: Lake, courses: Sequence[_Course], entity: Entity) -> None:
    """Who was in the segments when their histories end."""
    if not any(each.last for each in courses):
        return
    for before in sorted({each.last for each in courses if each.last}):
        found = members_on(lake, before, entity)
        for each in courses:
            if each.last == before:
                each.ids = found.get(each.key, each.ids)


def members_on(lake: Lake, day: date, entity: Entity = "account") -> dict[str, Ids]:
    """Who was in each segment at the end of a day, by the moves up to it."""
    rows = engine().query(
        sql.load(PACKAGE, "members_before"),
        relations={"segment_moves": moves_of(lake, entity)},
        params={"day": day + timedelta(days=1)},
    )
    keys = np.array(rows["segment"].to_pylist(), dtype=object)
    moved = rows["member"].to_numpy()
    return {key: np.sort(moved[keys == key]) for key in dict.fromkeys(keys.tolist())}


def moves_of(
    lake: Lake,
    entity: Entity,
    *,
    months: Collection[str] | None = None,
    days: tuple[date, date] | None = None,
    account: int | None = None,
) -> MovedRelation:
    """The moves of accounts or people, with who moved as `member`. What is chosen only leaves files out."""
    span = None if account is None else (account, account)
    base = lake.relation(TABLES[entity], months=months, days=days, accounts=span)
    return MovedRelation(base, sql.load(PACKAGE, "moves_of_people" if entity == "person" else "moves_of_accounts"), ())


@dataclass(frozen=True, slots=True)
class Needed:
    """What a day's rows need: the segments to compute (of people, those of accounts that they read, too) and the
    columns that these read."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    of_accounts: "Needed | None" = None


def history_needed(keys: Sequence[str], entity: Entity) -> Needed:
    """The segments of these keys with those they read, and the columns of a day's rows that all of them read."""
    own, wanted = _closure(keys, entity)
    if entity == "account":
        return Needed(own, wanted)
    through = [name.removeprefix(THROUGH) for name in wanted if name.startswith(THROUGH)]
    read = [name.removeprefix(column_of("")) for name in through if name.startswith(column_of(""))]
    below, columns = _closure(read, "account")
    return Needed(own, wanted, Needed(below, tuple(dict.fromkeys([*through, *columns]))))


def _closure(keys: Sequence[str], entity: Entity) -> tuple[tuple[str, ...], tuple[str, ...]]:
    bodies = {key: membership.body_of(each) for key, each in membership.in_force(entity).items()}
    wanted, waiting = dict[str, None](), list(keys)
    seen = set(waiting)
    catalogue = membership.catalogue(entity)
    while waiting:
        body = bodies.get(waiting.pop())
        if body is None or body.where is None:
            continue
        parsed: Expression | None = membership.parsed_or_none(body.where, catalogue)
        read = parsed.fields if parsed else ()
        wanted.update((each.column, None) for each in read if each.kind != "segment" or each.through)
        fresh = [each.key for each in read if each.kind == "segment" and not each.through and each.key not in seen]
        waiting += fresh
        seen.update(fresh)
    return tuple(sorted(seen)), tuple(wanted)


def rows_of_days(slug: str, days: Sequence[date], needed: Needed, entity: Entity) -> pa.Table:
    """One row a day and account (person), with the columns of the segments needed."""
    if entity == "account":
        rows = past.rows_on(slug, days, needed.columns)
    else:
        below = needed.of_accounts
        accounts = rows_of_days(slug, days, below, "account") if below and below.columns else None
        rows = people.rows_on(days, needed.columns, accounts)
    wanted = [column_of(key) for key in needed.keys]
    for name, found in membership.columns(rows, wanted, entity=entity).items():
        rows = rows.append_column(name, found)
    return rows


def _write(
    slug: str, lake: Lake, courses: Sequence[_Course], days: Sequence[date], needed: Needed, entity: Entity
) -> tuple[int, int]:
    """The moves of these days, one commit; how many, and how many accounts or people a day has."""
    moves: list[pa.Table] = []
    sizes: list[SegmentDay] = []
    rows = rows_of_days(slug, days, needed, entity)
    for day in days:
        of_day = rows.filter(pc.equal(rows["as_of"], pa.scalar(day, pa.date32())))
        for each in courses:
            column = column_of(each.key)
            if (each.last is not None and each.last >= day) or column not in rows.column_names:
                continue
            now = members(of_day, column)
            moves.append(_moves(each, day, now, entity))
            sizes.append(SegmentDay(segment=each.key, day=day, version=each.version, size=len(now)))
            each.ids, each.last, each.last_version = now, day, each.version
    table = pa.concat_tables(moves) if moves else None
    if table is not None and table.num_rows:
        run = lake.snapshot(TABLES[entity]).version + 2
        append(lake, TABLES[entity], table, writer="segments", run=run)
    SegmentDay.objects.bulk_create(sizes, ignore_conflicts=True)
    return (table.num_rows if table is not None else 0), rows.num_rows // len(days)


def _moves(course: _Course, day: date, now: Ids, entity: Entity) -> pa.Table:
    entered, left = rules.moved(course.ids, now)
    rows = len(entered) + len(left)
    return pa.table(
        {
            "day": pa.array([day] * rows, pa.date32()),
            entity: pa.array(np.concatenate([entered, left]), pa.int64()),
            "segment": pa.array([course.key] * rows, pa.string()),
            "entered": pa.array([True] * len(entered) + [False] * len(left), pa.bool_()),
            "version": pa.array([course.version] * rows, pa.int32()),
            "redefined": pa.array([course.last_version != course.version] * rows, pa.bool_()),
        }
    )


STAGE = Stage("segments", segments_stage)
