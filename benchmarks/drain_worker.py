"""Started beside `benchmarks.drain`: a process that does what it reads from its standard input, a line at a time.

`drain SLUG` takes in all that waits, `floor FILE` is the rival; each answers with a `Took` as JSON. Neither has ever
made the data, so that its memory is a worker's own. Only the benchmarks' rivals bring pandas along, which Arrow would
load into any process that has it: as in an installation, it is not here.
"""

import os
import shutil
import sys
import time
from importlib.abc import MetaPathFinder
from pathlib import Path

import django
import msgspec
import pyarrow as pa

from benchmarks.machine import peak_memory_gb

EVENTS_A_COMMIT = 100_000


class Took(msgspec.Struct, frozen=True):
    """What one order took, in seconds, and the most memory the process has held so far."""

    wall_s: float
    processor_s: float
    rows: int
    memory_mb: float


def drain(slug: str) -> int:
    """Drain the workspace; the rows its log has then."""
    from tenure.base import clock
    from tenure.base.cycle import StageRun
    from tenure.events.queries import open_lake
    from tenure.ingest import inbox
    from tenure.ingest.drain import draining
    from tenure.tenants import queries as tenants

    view = tenants.workspace(slug)
    today = clock.today("UTC")
    while inbox.waiting(view.id).batches:
        draining.drain(StageRun(view.id, slug, today, (today,)))
    return sum(file.rows for file in open_lake(slug).snapshot("events").files)


class _Context(msgspec.Struct, rename="camel"):
    group_id: str | None = None


class _Event(msgspec.Struct, rename="camel"):
    message_id: str
    timestamp: str
    type: str
    user_id: str | None = None
    event: str | None = None
    properties: msgspec.Raw = msgspec.Raw()
    context: _Context | None = None


class _Body(msgspec.Struct):
    batch: list[_Event]


def floor(file: Path) -> int:
    """The same bodies, a line each: parsed with msgspec, laid into columns, appended to a Delta table. Nothing else."""
    table = f"{file}.delta"
    shutil.rmtree(table, ignore_errors=True)
    decode = msgspec.json.Decoder(_Body).decode
    events: list[_Event] = []
    rows = 0
    with file.open("rb") as lines:
        for line in lines:
            events += decode(line).batch
            if len(events) >= EVENTS_A_COMMIT:
                rows += _append(table, events)
                events = []
    return rows + (_append(table, events) if events else 0)


def _append(table: str, events: list[_Event]) -> int:
    from deltalake import write_deltalake

    columns = {
        "message_id": pa.array([each.message_id for each in events]),
        "at": pa.array([each.timestamp for each in events]),
        "name": pa.array([each.event or each.type for each in events]),
        "person": pa.array([each.user_id for each in events], pa.string()),
        "account": pa.array([each.context and each.context.group_id for each in events], pa.string()),
        "properties": pa.array([bytes(each.properties) for each in events], pa.binary()),
    }
    write_deltalake(table, pa.table(columns), mode="append")
    return len(events)


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main() -> None:
    """Do as told until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    sys.meta_path.insert(0, _WithoutPandas())
    django.setup()
    for line in sys.stdin:
        order, _, about = line.strip().partition(" ")
        started, used = time.perf_counter(), time.process_time()
        rows = drain(about) if order == "drain" else floor(Path(about))
        wall, processor = time.perf_counter() - started, time.process_time() - used
        print(msgspec.json.encode(Took(wall, processor, rows, peak_memory_gb() * 1024)).decode(), flush=True)


if __name__ == "__main__":
    main()
