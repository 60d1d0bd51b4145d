"""What was known of each account on the day it paid last: by that it stands in one group through all months.

Of who pays, the current state has it. Of who left, a day's facts do not change any more: they are asked for once and
kept, with the score of that day, in a file beside the current state that can be thrown away; and again where
something came that was known by then. Who was in a segment then
is worked out of those rows by the definition in force.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from tenure.base import kept
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.past import Part
from tenure.customers.queries import merged
from tenure.events.queries import look, open_lake
from tenure.health import current, past
from tenure.health import queries as health
from tenure.health.current.reaching import places
from tenure.measures.queries import facts
from tenure.revenue import rules
from tenure.segments import queries as segments
from tenure.subscriptions.queries import kept_ledger
from tenure.tenants.queries import here

NAME = "payers.arrow"
PAID_LAST = rules.PAID_LAST
AT_ONCE = 200_000
"""So many rows of days and accounts are asked for together at the most."""
_COLUMNS, _MERGES = b"columns", b"merges"
_SCORED = frozenset({"score", "band", "coverage", "scorecard_profile"})


@dataclass(frozen=True, slots=True)
class Payers:
    """A row an account that left: `id`, the day it paid last, its facts and score of that day. `columns` are the fields
    that were asked for, `merges` how many were known by the day they are kept for."""

    table: pa.Table
    columns: frozenset[str]
    merges: int


def payers(slug: str, as_of: date | None = None) -> Payers | None:
    """What was kept last, or of a day that is; mapped, not read; None before the first."""
    found = kept.read(_path(slug, as_of), _read) if as_of else None
    return found or kept.read(_path(slug), _read)


def stage(run: StageRun) -> StageReport:
    """Bring the file in line with the ledger. `rows` counts the accounts that were asked for anew."""
    movements = kept_ledger(run.slug)
    if movements is None or movements.as_of != run.as_of:
        return StageReport()
    last = rules.paid_last(movements.ledger, run.as_of)
    gone = last.filter(pc.less(last[PAID_LAST], pa.scalar(run.as_of)))
    late = look(open_lake(run.slug), "payers")
    known = None if run.full else _standing(payers(run.slug), gone, _asked(), run.as_of)
    if known is not None:
        known = known.filter(pc.less(known[PAID_LAST], pa.scalar(late.since, pa.date32())))
    missing = gone if known is None else _without(gone, known)
    before = payers(run.slug)
    if not missing.num_rows and before is not None and known is not None and known.num_rows == before.table.num_rows:
        late.done()
        return StageReport()
    found = _together_again(gone, known, _computed(run.slug, missing, None))
    keep(run.slug, Payers(found, _asked(), merged().known_by(run.as_of)))
    late.done()
    return StageReport(missing.num_rows)


def keep_day(slug: str, day: date) -> None:
    """What was known of who had left by a day that is over; what the present day knows of the same is taken from it."""
    movements = kept_ledger(slug, day)
    assert movements is not None
    last = rules.paid_last(movements.ledger, day)
    gone = last.filter(pc.less(last[PAID_LAST], pa.scalar(day)))
    known = _standing(payers(slug), gone, _asked(), day)
    missing = gone if known is None else _without(gone, known)
    found = _together_again(gone, known, _computed(slug, missing, None))
    keep(slug, Payers(found, _asked(), merged().known_by(day)), day)


def stands(slug: str, day: date) -> bool:
    """Whether what is kept for a day that is over has all the fields there are."""
    found = kept.read(_path(slug, day), _read)
    return found is not None and _asked() <= found.columns


def _together_again(gone: pa.Table, known: pa.Table | None, computed: Iterable[pa.Table]) -> pa.Table:
    parts = [gone.slice(0, 0), *([known] if known is not None else []), *computed]
    return pa.concat_tables([each.replace_schema_metadata() for each in parts], promote_options="permissive")


def rows(last: pa.Table, as_of: date, columns: Collection[str]) -> pa.Table:
    """`columns` of each account of `last` (`rules.paid_last`), in its order, as of the day it paid last; empty where
    nothing is known. Asks the facts only of whom neither the current state nor the file has."""
    slug, state = here().slug, current.of_day(here().slug, as_of)
    parts, missing = [last.select(["id"]).slice(0, 0)], last
    if state is not None:
        pays = pc.equal(last[PAID_LAST], pa.scalar(as_of))
        parts.append(_of_state(health.state_as_of(as_of), last.filter(pays), columns))
        missing = last.filter(pc.invert(pays))
    needed = {*columns, *segments.columns_needed(columns)}
    asked = {each for each in needed if not each.startswith("in__")} & _asked()
    known = _standing(payers(slug, as_of), missing, asked, as_of)
    if known is not None:
        parts.append(_chosen(_with_segments(known, columns), columns))
        missing = _without(missing, known)
    parts += [_chosen(_with_segments(each, columns), columns) for each in _computed(slug, missing, needed)]
    found = pa.concat_tables([each.replace_schema_metadata() for each in parts], promote_options="permissive")
    return found.take(_places(last, found))


def _of_state(state: current.State, wanted: pa.Table, columns: Collection[str]) -> pa.Table:
    """`columns` of those of `wanted` that a state has. It has many columns more, so that none but these is touched."""
    at = places(wanted["id"].to_numpy(), state.ids)
    return _chosen(state.table, columns).take(pa.array(at[at >= 0]))


def _places(last: pa.Table, found: pa.Table) -> pa.Array:
    """Where each row of `last` stands among those found, in whatever order they are; null where it does not."""
    ids = found["id"].to_numpy()
    order = np.argsort(ids, kind="stable")
    at = places(last["id"].to_numpy(), ids[order])
    return pa.array(order[at] if len(order) else at, mask=at < 0)


def of_present(as_of: date) -> pa.Table | None:
    """Attributes and traits of each account that ever paid, as of the day it paid last; None of a day that nothing is
    kept of."""
    movements = kept_ledger(here().slug, as_of)
    if movements is None:
        return None
    columns = [each.column for each in health.catalogue().fields if each.level == "raw"]
    return rows(rules.paid_last(movements.ledger, as_of), as_of, columns)


def _asked() -> frozenset[str]:
    """The fields that a day's facts and its score have now."""
    return frozenset(each.column for each in health.catalogue().fields if each.level in ("raw", "measure", "score"))


def _standing(found: Payers | None, wanted: pa.Table, needed: Collection[str], as_of: date) -> pa.Table | None:
    """The rows of a file that are of the days wanted; none after a merge that was known by then, or where a field that
    is needed is new."""
    if found is None or not frozenset(needed) <= found.columns or found.merges != merged().known_by(as_of):
        return None
    place = pc.index_in(found.table["id"].combine_chunks(), value_set=_ids(wanted))
    days = wanted[PAID_LAST].combine_chunks().take(place)
    return found.table.filter(pc.fill_null(pc.equal(found.table[PAID_LAST].combine_chunks(), days), False))


def _computed(slug: str, wanted: pa.Table, columns: Collection[str] | None) -> Iterator[pa.Table]:
    """The facts of each account on its day, with the score of that day; `columns` None: all. Many days at once."""
    for some in _together(wanted):
        days = sorted(set(some[PAID_LAST].to_pylist()))
        found = facts(entity="account", as_of=days, ids=some["id"].to_pylist(), only=columns)
        own = some[PAID_LAST].combine_chunks().take(pc.index_in(found["id"].combine_chunks(), value_set=_ids(some)))
        found = found.filter(pc.equal(found["as_of"].combine_chunks(), own)).combine_chunks()
        if columns is None or not _SCORED.isdisjoint(columns):
            scores = past.last_scores(slug, some.rename_columns(["id", "day"]))
            place = pc.index_in(found["id"].combine_chunks(), value_set=_ids(scores))
            for name in scores.column_names[1:]:
                found = found.append_column(name, scores[name].combine_chunks().take(place))
        yield found.append_column(PAID_LAST, found["as_of"])


def _together(wanted: pa.Table) -> Iterator[pa.Table]:
    """Accounts by their days, so many that days × accounts stay below `AT_ONCE`; the whole of a day together."""
    ordered = wanted.sort_by([(PAID_LAST, "ascending")])
    days = ordered[PAID_LAST].to_numpy()
    starts = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1]))) if len(days) else np.zeros(0, np.int64)
    first = 0
    for number, end in enumerate([*starts[1:].tolist(), len(days)]):
        begun = int(np.searchsorted(starts, first))
        ahead = starts[number + 2] if number + 2 < len(starts) else len(days)
        if end == len(days) or (number + 2 - begun) * (int(ahead) - first) > AT_ONCE:
            if end > first:
                yield ordered.slice(first, end - first)
            first = end


def _with_segments(table: pa.Table, columns: Collection[str]) -> pa.Table:
    for name, found in segments.columns_of(table, columns).items():
        table = table.append_column(name, found)
    return table


def _chosen(table: pa.Table, columns: Collection[str]) -> pa.Table:
    return table.select(["id", *(each for each in dict.fromkeys(columns) if each in table.column_names)])


def _without(wanted: pa.Table, known: pa.Table) -> pa.Table:
    return wanted.filter(pc.invert(pc.is_in(wanted["id"], value_set=_ids(known))))


def _ids(table: pa.Table) -> pa.Array:
    return table["id"].combine_chunks()


def keep(slug: str, found: Payers, day: date | None = None) -> None:
    """Put rows in the place of those kept last, of the present or of a day that is over."""
    described = {_COLUMNS: ",".join(sorted(found.columns)).encode(), _MERGES: str(found.merges).encode()}
    table = found.table.replace_schema_metadata(described)

    def write(path: Path) -> None:
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table)

    kept.replace(_path(slug, day), write)


def _path(slug: str, day: date | None = None) -> Path:
    return kept.folder(slug, day) / NAME


def _read(path: Path) -> Payers:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    described = table.schema.metadata
    return Payers(table, frozenset(described[_COLUMNS].decode().split(",")), int(described[_MERGES]))


PAST = Part("payers", keep_day, stands)
STAGE = Stage("payers", stage)
