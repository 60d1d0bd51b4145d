"""What a query may read: a table of the lake at one version, or an Arrow table."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import pyarrow as pa

from tenure.events.contracts import TableSpec


@dataclass(frozen=True, slots=True)
class LakeRelation:
    """The files of a lake table at one version: readers keep seeing these rows whatever is written meanwhile.

    `columns` are those that can be read, in the table's order.
    """

    spec: TableSpec
    uri: str
    version: int
    files: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            object.__setattr__(self, "columns", self.spec.columns)

    def only(self, columns: Collection[str]) -> Self:
        """Without other columns than these; those it does not have are left out."""
        return replace(self, columns=tuple(name for name in self.columns if name in columns))


@dataclass(frozen=True, slots=True)
class MovedRelation:
    """A lake table read through a query over it, `unmoved`, and a few small tables by name. Each stands in the query
    right after a `from` or `join`."""

    base: LakeRelation
    sql: str
    tables: tuple[tuple[str, pa.Table], ...]


Relation = LakeRelation | MovedRelation | pa.Table | pa.RecordBatchReader
