"""Real inputs for tests, where they are at hand: tables that nobody here wrote, read as records of the log."""

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tenure.events.contracts import EVENTS

_ROOT = Path(__file__).resolve().parents[4]
_ROW = """
select
    'record' as class, strftime(day, '%Y-%m') as month, day, day as known_day, cast(day as timestamp) as "at",
    cast(day as timestamp) as received_at, account, null as person, 'files' as source, name, message as message_id,
    0 as content, 1 as sign, 1.0 as "count", null as "seconds", null as "value", null as errors, properties
from records
"""


def folder(name: str) -> Path:
    """A folder of shared data; skips the test where there is none."""
    found = Path(os.environ.get("TENURE_SHARED_DATA") or _ROOT.parent / "shared" / "data", name)
    if not found.is_dir():
        pytest.skip(f"{name} is not at hand: set TENURE_SHARED_DATA to the folder that holds it")
    return found


def query(sql: str, **files: Path) -> pa.Table:
    """The rows of `sql` over CSV files, named by the keywords."""
    with duckdb.connect() as connection:
        for name, path in files.items():
            connection.execute(f"create view {name} as from read_csv('{path}')")
        return connection.sql(sql).to_arrow_table()


def records(sql: str, **files: Path) -> pa.Table:
    """Rows of the log from a query that gives account, name, day, message and properties."""
    return query(f"with records as ({sql}) {_ROW}", **files).cast(EVENTS)
