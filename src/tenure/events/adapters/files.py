"""Data files: DuckDB writes them sorted and says what is in them, Delta's log gets told."""

import uuid
from collections.abc import Mapping

import pyarrow as pa
from deltalake.transaction import AddAction

from tenure.events.adapters import delta, storage
from tenure.events.adapters.duck import Engine
from tenure.events.contracts import TableSpec
from tenure.events.relations import Relation


def write(
    engine: Engine,
    spec: TableSpec,
    uri: str,
    *,
    select: str,
    relations: Mapping[str, Relation],
    partition: Mapping[str, str],
    params: Mapping[str, object] | None = None,
    rows_changed: bool = True,
) -> AddAction | None:
    """Write the rows of `select` (the stored columns by name) as one sorted file; None when there are none."""
    path = "/".join([*(f"{key}={value}" for key, value in partition.items()), f"part-{uuid.uuid4().hex}.parquet"])
    columns = ", ".join(f'"{name}"' for name in spec.stored)
    order = ", ".join(f'"{name}"' for name in spec.sort_by)
    ordered = f"select {columns} from ({select}) order by {order}"  # noqa: S608
    with storage.writing(uri, path) as target:
        copied = engine.copy(ordered, target, relations=relations, params=params, row_group=spec.row_group)
        if not copied.rows:
            target.unlink()
    if not copied.rows:
        return None
    return delta.add_action(
        spec,
        path=path,
        size=copied.size,
        rows=copied.rows,
        partition=partition,
        columns=copied.columns,
        rows_changed=rows_changed,
    )


def write_rows(engine: Engine, spec: TableSpec, uri: str, rows: pa.Table) -> list[AddAction]:
    """Write an Arrow table as one file a partition."""
    added = []
    for partition in partitions(engine, spec, rows):
        where = " and ".join(f'"{key}" = ${key}' for key in partition) or "true"
        action = write(
            engine,
            spec,
            uri,
            select=f"select * from rows where {where}",  # noqa: S608
            relations={"rows": rows},
            partition=partition,
            params=partition,
        )
        if action is not None:
            added.append(action)
    return added


def partitions(engine: Engine, spec: TableSpec, rows: pa.Table) -> list[dict[str, str]]:
    """The partitions that `rows` fall into, in order."""
    if not spec.partition_by:
        return [{}] if rows.num_rows else []
    keys = ", ".join(f'"{key}"' for key in spec.partition_by)
    distinct = f"select distinct {keys} from rows order by {keys}"  # noqa: S608
    found: list[dict[str, str]] = engine.query(distinct, relations={"rows": rows}).to_pylist()
    return found
