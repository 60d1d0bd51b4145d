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


Relation = LakeRelation | pa.Table | pa.RecordBatchReader
