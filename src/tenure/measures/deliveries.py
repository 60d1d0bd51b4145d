"""What the sources of a workspace have delivered: on which days each event name has rows, and since when known.

Read once for each version of the smallest rollup, and kept as columns: pages ask for it all the time.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.base import sql
from tenure.events.queries import Lake, LakeRelation, engine
from tenure.measures.clocks import Days, dated
from tenure.measures.compiler.names import NameSet
from tenure.measures.document import Feed

RECORD_FEEDS: dict[Feed, str] = {"tickets": "ticket_", "surveys": "survey_", "invoices": "invoice_"}
KEPT = 64

type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Rows:
    """One class of events: the different names, and of each day of each name its number, day and first known day."""

    names: tuple[str, ...]
    name: NDArray[np.int64]
    days: Days

    def until(self, as_of: date) -> Self:
        """What happened and was known up to a day, with the names of that alone."""
        kept = self.days.known_by(as_of)
        used, name = np.unique(self.name[kept], return_inverse=True)
        return type(self)(tuple(self.names[at] for at in used), name.astype(np.int64), self.days.of(kept))

    def of(self, wanted: Flags) -> Days:
        """The days of some names, each once."""
        return self.days.of(wanted[self.name]).each_once() if len(self.name) else self.days


@dataclass(frozen=True, slots=True)
class Deliveries:
    """On which days each event name has rows, usage and records apart."""

    usage: _Rows
    records: _Rows

    @property
    def names(self) -> tuple[str, ...]:
        """All names of usage events, in order."""
        return self.usage.names

    @property
    def first(self) -> date | None:
        """The first day of all."""
        return min((dated(rows.days.day.min()) for rows in (self.usage, self.records) if len(rows.days)), default=None)

    def of_feed(self, feed: Feed) -> Days:
        """The days on which a feed delivered anything."""
        if feed == "usage":
            return self.usage.of(np.ones(len(self.usage.names), bool))
        prefix = RECORD_FEEDS[feed]
        return self.records.of(np.array([name.startswith(prefix) for name in self.records.names], bool))

    def of_names(self, names: NameSet) -> Days:
        """The days on which any of the names has rows."""
        return self.usage.of(np.array([names.weight(name) is not None for name in self.usage.names], bool))


def deliveries(lake: Lake, as_of: date) -> Deliveries:
    """What was delivered up to `as_of` and known then. A query over the smallest rollup, after a change of it."""
    return _until(lake.relation("usage_day"), as_of)


@lru_cache(maxsize=KEPT)
def _until(relation: LakeRelation, as_of: date) -> Deliveries:
    every = _read(relation)
    return Deliveries(every.usage.until(as_of), every.records.until(as_of))


@lru_cache(maxsize=KEPT)
def _read(relation: LakeRelation) -> Deliveries:
    """Everything in one version of one workspace's rollup."""
    rows = engine().query(sql.load("tenure.measures", "deliveries"), relations={"usage_day": relation})
    return Deliveries(*(_rows(rows.filter(pc.equal(rows["class"], of_class))) for of_class in ("usage", "record")))


def _rows(rows: pa.Table) -> _Rows:
    names = sorted(rows["name"].unique().to_pylist())
    name = pc.index_in(rows["name"], value_set=pa.array(names, pa.string()))
    day, known = (rows[column].cast(pa.int32()).to_numpy().astype(np.int64) for column in ("day", "known_day"))
    return _Rows(tuple(names), name.to_numpy().astype(np.int64), Days(day, known))
