"""The movements of all accounts in one file beside the current state: what pages about all of them read.

A copy like those of `models.py`, written in the same step of the cycle: it can be thrown away and is made again. It
stays in the order of `LEDGER`, in one piece, so that a figure is a walk along columns and nothing is sorted for it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from tenure.base import kept
from tenure.subscriptions.contracts import LEDGER

NAME = "ledger.arrow"
_DAY = b"as_of"


@dataclass(frozen=True, slots=True)
class Kept:
    """The ledger (schema `LEDGER`) as known at `as_of`, whose month closes on it."""

    as_of: date
    ledger: pa.Table


def ledger(slug: str, as_of: date | None = None) -> Kept | None:
    """What was kept last, or of a day; mapped, not read; None where nothing was. Costs a stat while nothing changes."""
    return kept.read(_path(slug), _read) if as_of is None else kept.of_day(slug, as_of, NAME, _read)


def keep(
    slug: str, rows: pa.Table, *, as_of: date, accounts: Collection[int] | None = None, is_over: bool = False
) -> None:
    """Put `rows` (in the order of `LEDGER`) in the place of those of `accounts` (None: of all). Does nothing where
    others are kept as of another day: the cycle makes all anew. `is_over`: of a day that is, beside the present."""
    rows = rows.select(LEDGER.names).cast(LEDGER)
    if accounts is not None:
        before = ledger(slug)
        if before is None or before.as_of != as_of:
            return
        rows = _replaced(before.ledger.replace_schema_metadata(), rows, accounts)
    described = LEDGER.with_metadata({_DAY: as_of.isoformat().encode()})

    def write(path: Path) -> None:
        with ipc.new_file(path, described) as file:
            file.write_table(rows.combine_chunks().replace_schema_metadata(described.metadata))

    kept.replace(_path(slug, as_of if is_over else None), write)


def _replaced(standing: pa.Table, rows: pa.Table, accounts: Collection[int]) -> pa.Table:
    """`standing` with `rows` in the place of those of `accounts`, in order: an account's rows are all of one or the
    other, and each of the two is in order by itself."""
    theirs = pc.is_in(standing["account"], value_set=pa.array(accounts, pa.int64())).to_numpy()
    stay = np.flatnonzero(~theirs)
    both = np.concatenate((standing["account"].to_numpy()[stay], rows["account"].to_numpy()))
    places = np.concatenate((stay, np.arange(rows.num_rows) + standing.num_rows))
    return pa.concat_tables([standing, rows]).combine_chunks().take(pa.array(places[np.argsort(both, kind="stable")]))


def _path(slug: str, day: date | None = None) -> Path:
    return kept.folder(slug, day) / NAME


def _read(path: Path) -> Kept | None:
    """None where a version of the product wrote it that had other columns."""
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    if table.schema.names != LEDGER.names:
        return None
    return Kept(date.fromisoformat(table.schema.metadata[_DAY].decode()), table)
