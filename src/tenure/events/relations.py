"""What a query may read: a table of the lake at one version, or an Arrow table."""

from dataclasses import dataclass

import pyarrow as pa

from tenure.events.contracts import TableSpec


@dataclass(frozen=True, slots=True)
class LakeRelation:
    """The files of a lake table at one version: readers keep seeing these rows whatever is written meanwhile."""

    spec: TableSpec
    uri: str
    version: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedRelation:
    """A lake table read through a query over it, `unmoved`, and a few small tables by name. Each stands in the query
    right after a `from` or `join`."""

    base: LakeRelation
    sql: str
    tables: tuple[tuple[str, pa.Table], ...]


Relation = LakeRelation | MovedRelation | pa.Table | pa.RecordBatchReader
