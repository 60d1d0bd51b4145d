"""Started beside `benchmarks.drain`: a process that does what it reads from its standard input, a line at a time.

`drain SLUG` takes in all that waits, `floor FILE` is the rival; each answers with a `Took` as JSON. Neither has ever
made the data, so that its memory is a worker's own. Only the benchmarks' rivals bring pandas along, which Arrow would
load into any process that has it: as in an installation, it is not here.
"""

import contextlib
import os
import shutil
import sys
import threading
import time
from importlib.abc import MetaPathFinder
from pathlib import Path

import django
import msgspec
import psutil
import pyarrow as pa

from benchmarks.machine import peak_memory_gb

EVENTS_A_COMMIT = 100_000
_largest_child_mb = [0.0]


class Took(msgspec.Struct, frozen=True):
    """What one order took, in seconds, and the most memory that was held so far: by the process, and its largest child.

    The processor's seconds are those of both.
    """

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


def _processor_s() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def _memory_mb() -> float:
    return peak_memory_gb() * 1024 + _largest_child_mb[0]


def _watch_children() -> None:
    """The system's own peak of a child is that of its parent, whose memory it began with."""
    me = psutil.Process()
    while True:
        time.sleep(0.5)  # to look for children costs 5 ms
        for child in me.children():
            with contextlib.suppress(psutil.Error):
                _largest_child_mb[0] = max(_largest_child_mb[0], child.memory_info().rss / 2**20)


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main() -> None:
    """Do as told until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    sys.meta_path.insert(0, _WithoutPandas())
    django.setup()
    threading.Thread(target=_watch_children, daemon=True).start()
    for line in sys.stdin:
        order, _, about = line.strip().partition(" ")
        started, used = time.perf_counter(), _processor_s()
        rows = drain(about) if order == "drain" else floor(Path(about))
        wall, processor = time.perf_counter() - started, _processor_s() - used
        print(msgspec.json.encode(Took(wall, processor, rows, _memory_mb())).decode(), flush=True)


if __name__ == "__main__":
    main()
