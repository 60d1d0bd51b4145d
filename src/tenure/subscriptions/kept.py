"""The movements of all accounts in one file beside the current state: what pages about all of them read.

A copy like those of `models.py`, written in the same step of the cycle: it can be thrown away and is made again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from tenure.base import kept, paths
from tenure.subscriptions.contracts import LEDGER

NAME = "ledger.arrow"
_DAY = b"as_of"


@dataclass(frozen=True, slots=True)
class Kept:
    """The ledger (schema `LEDGER`) as known at `as_of`, whose month closes on it."""

    as_of: date
    ledger: pa.Table


def ledger(slug: str) -> Kept | None:
    """What was kept last, mapped, not read; None before the first. Costs a stat while nothing changes."""
    return kept.read(_path(slug), _read)


def keep(slug: str, rows: pa.Table, *, as_of: date, accounts: Collection[int] | None = None) -> None:
    """Put `rows` in the place of those of `accounts` (None: of all). Does nothing where others are kept as of another
    day: the cycle makes all anew."""
    if accounts is not None:
        before = ledger(slug)
        if before is None or before.as_of != as_of:
            return
        theirs = pc.is_in(before.ledger["account"], value_set=pa.array(sorted(accounts), pa.int64()))
        rows = pa.concat_tables([before.ledger.filter(pc.invert(theirs)), rows])
    described = LEDGER.with_metadata({_DAY: as_of.isoformat().encode()})

    def write(path: Path) -> None:
        with ipc.new_file(path, described) as file:
            file.write_table(rows.select(LEDGER.names).cast(described))

    kept.replace(_path(slug), write)


def _path(slug: str) -> Path:
    return paths.home() / "current" / slug / NAME


def _read(path: Path) -> Kept:
    table = ipc.open_file(pa.memory_map(str(path))).read_all()
    return Kept(date.fromisoformat(table.schema.metadata[_DAY].decode()), table)
