"""What was known of each account on the day it paid last: by that it stands in one group through all months.

A file beside the current state that can be thrown away. Of who left, a day's facts do not change any more, so they are
asked for once; of who pays, the current state has them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from tenure.base import kept, paths
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.customers.queries import merged
from tenure.health import current
from tenure.health.queries import catalogue
from tenure.measures.queries import facts
from tenure.revenue import rules
from tenure.subscriptions.queries import kept_ledger

NAME = "payers.arrow"
PAID_LAST = "paid_last"
_DAY, _COLUMNS, _MERGES = b"as_of", b"columns", b"merges"


@dataclass(frozen=True, slots=True)
class Payers:
    """A row an account that ever paid: `id`, the day it paid last, and its attributes and traits of that day."""

    as_of: date
    table: pa.Table
    columns: frozenset[str]
    merges: int


def payers(slug: str) -> Payers | None:
    """What was kept last, mapped, not read; None before the first."""
    return kept.read(_path(slug), _read)


def stage(run: StageRun) -> StageReport:
    """Bring the file in line with the ledger. `rows` counts the accounts that were asked for anew."""
    movements, state = kept_ledger(run.slug), current.latest(run.slug)
    if movements is None or state is None or not movements.as_of == state.as_of == run.as_of:
        return StageReport()
    columns = sorted({each.column for each in catalogue().fields if each.level == "raw"})
    last = rules.paid_last(movements.ledger, run.as_of)
    standing = _standing(run, columns)
    gone = {account: day for account, day in last.items() if day != run.as_of}
    missing: defaultdict[date, list[int]] = defaultdict(list)
    for account, day in gone.items():
        if standing.get(account) != day:
            missing[day].append(account)
    parts = [_as_of_now(state.table, [each for each in last if each not in gone], columns, run.as_of)]
    parts += [_of_day(day, accounts, columns) for day, accounts in sorted(missing.items())]
    before = payers(run.slug)
    if before is not None and standing:
        left = [account for account, day in gone.items() if standing.get(account) == day]
        parts.append(before.table.filter(pc.is_in(before.table["id"], value_set=pa.array(left, pa.int64()))))
    found = pa.concat_tables([part.replace_schema_metadata() for part in parts], promote_options="permissive")
    keep(run.slug, Payers(run.as_of, found, frozenset(columns), merged().number))
    return StageReport(sum(map(len, missing.values())))


def values(known: Payers, column: str) -> pa.Array:
    """A column, in the order of the table's rows; nothing is known where it is missing."""
    if column not in known.table.column_names:
        return pa.nulls(known.table.num_rows)
    return known.table[column].combine_chunks()


def on_past_day(ledger: pa.Table, as_of: date, columns: Sequence[str]) -> pa.Table:
    """The same rows as of any day, out of the facts: a question for each month in which somebody paid last."""
    days: defaultdict[date, list[int]] = defaultdict(list)
    for account, day in rules.paid_last(ledger, as_of).items():
        days[day].append(account)
    parts = [_of_day(day, accounts, columns) for day, accounts in sorted(days.items())]
    empty = pa.table({"id": pa.array([], pa.int64())})
    found = [part.replace_schema_metadata() for part in parts]
    return pa.concat_tables([empty, *found], promote_options="permissive")


def _standing(run: StageRun, columns: Sequence[str]) -> Mapping[int, date]:
    """The accounts whose rows may stay as they are, with the day they are of; none after a merge or a new field."""
    before = payers(run.slug)
    if before is None or run.full or before.columns != frozenset(columns) or before.merges != merged().number:
        return {}
    return dict(zip(before.table["id"].to_pylist(), before.table[PAID_LAST].to_pylist(), strict=True))


def _as_of_now(state: pa.Table, accounts: Sequence[int], columns: Sequence[str], day: date) -> pa.Table:
    theirs = state.filter(pc.is_in(state["id"], value_set=pa.array(accounts, pa.int64())))
    return _rows(theirs, columns, day)


def _of_day(day: date, accounts: Sequence[int], columns: Sequence[str]) -> pa.Table:
    return _rows(facts(entity="account", as_of=day, ids=sorted(accounts), only=columns), columns, day)


def _rows(table: pa.Table, columns: Sequence[str], day: date) -> pa.Table:
    chosen = table.select(["id", *(each for each in columns if each in table.column_names)])
    return chosen.append_column(PAID_LAST, pa.array([day] * chosen.num_rows, pa.date32()))


def keep(slug: str, found: Payers) -> None:
    """Put rows in the place of those kept last."""
    described = {
        _DAY: found.as_of.isoformat().encode(), _COLUMNS: ",".join(sorted(found.columns)).encode(),
        _MERGES: str(found.merges).encode(),
    }  # fmt: skip
    table = found.table.replace_schema_metadata(described)

    def write(path: Path) -> None:
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table)

    kept.replace(_path(slug), write)


def _path(slug: str) -> Path:
    return paths.home() / "current" / slug / NAME


def _read(path: Path) -> Payers:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    described = table.schema.metadata
    columns = frozenset(described[_COLUMNS].decode().split(","))
    return Payers(date.fromisoformat(described[_DAY].decode()), table, columns, int(described[_MERGES]))


STAGE = Stage("payers", stage)
