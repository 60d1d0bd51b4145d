"""Small files to import, and looks at what became of them."""

from collections.abc import Mapping
from pathlib import Path

from tenure.events import queries as events
from tenure.ingest import actions
from tenure.ingest.contracts import FileReport, ImportReport
from tenure.ingest.maps import SourceMap

type Counts = tuple[int, int, int, int, int]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files by name; text is written as UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def source_map(**files: object) -> SourceMap:
    """A map of the source `shop`."""
    return SourceMap.model_validate({"source": "shop", "files": files})


def run(folder: Path, wanted: SourceMap, *, dry_run: bool = False) -> ImportReport:
    """Import a folder."""
    if dry_run:
        return actions.dry_run(folder, wanted, look=lambda _: None)[0]
    return actions.import_path(folder, wanted)


def counts(report: ImportReport) -> dict[str, Counts]:
    """read, created, updated, unchanged, rejected by file."""
    return {file.file: numbers(file) for file in report.files}


def numbers(file: FileReport) -> Counts:
    """read, created, updated, unchanged, rejected."""
    return file.read, file.created, file.updated, file.unchanged, file.rejected


def standing(columns: str = "e.name, e.day, e.count", *, slug: str = "acme") -> list[tuple[object, ...]]:
    """The given columns of the events that still stand, in order."""
    lake = events.open_lake(slug)
    table = events.engine().query(
        f'with e as (select * from "all" qualify sum(sign) over (partition by message_id, content) > 0'
        f" and row_number() over (partition by message_id, content order by sign desc, received_at desc) = 1)"
        f" select {columns} from e order by all",
        relations={"all": lake.relation("events")},
    )
    return [tuple(row.values()) for row in table.to_pylist()]


ACCOUNTS = {"file": "accounts.csv", "accounts": {"key": "id", "name": "name", "started_on": "since"}}
USAGE = {
    "file": "usage.csv",
    "events": {"key": ["account", "day", "what"], "account": "account", "at": "day", "name": "what", "count": "n"},
}
"""Two entries that most tests use."""
