"""Rows land in the log the way rows of files do: the same bench, checks and comparison as an import."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

import msgspec

from tenure.base import paths
from tenure.events.queries import Lake, last_run
from tenure.ingest.facts.contracts import Result
from tenure.ingest.facts.kinds import SOURCE, Kind, source_map
from tenure.ingest.facts.reading import Wrong
from tenure.ingest.pipeline import WRITTEN, Import, writer_of
from tenure.ingest.staging import deliveries
from tenure.ingest.staging.store import Bench
from tenure.tenants.contracts import WorkspaceView

type Said = Mapping[str, object]

_WHO = ("account", "person")
_ADVICE = {
    "account": "Create it first: by a `group` call, or by importing it.",
    "person": "Name the account in the row, or say by a `group` call to which account the person belongs.",
}


@dataclass
class Landing:
    """Where the rows of one request go. `known_from` as in `Import`. One at a time writes into a workspace."""

    view: WorkspaceView
    lake: Lake
    today: date
    known_from: date | None
    delivered: deliveries.Days = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def land(self, kind: Kind, rows: Sequence[Said], *, by_person: bool) -> list[Result | Wrong]:
        """What became of each row. Written when this returns."""
        parent = paths.home() / "tmp"
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="facts-", dir=parent, ignore_cleanup_errors=True) as scratch:
            file = _written(Path(scratch), kind, rows)
            with Bench(Path(scratch), zone=self.view.timezone) as bench:
                work = Import(
                    bench, self.view, source_map(kind, by_person=by_person), self.lake, self.today, SOURCE,
                    lambda _: None, known_from=self.known_from,
                    appends=last_run(self.lake, WRITTEN, writer=writer_of(SOURCE)),
                )  # fmt: skip
                work.run({kind.name: [(kind.name, file)]})
                self.delivered = deliveries.merged(self.delivered, work.delivered)
                return self._results(bench, len(rows))

    def _results(self, bench: Bench, rows: int) -> list[Result | Wrong]:
        found: list[Result | Wrong] = ["unchanged"] * rows
        for line, outcome in bench.rows("SELECT __line, min(outcome) FROM outcomes GROUP BY 1"):
            found[int(str(line)) - 1] = cast("Result", outcome)
        for line, column, reason in bench.rows("SELECT __line, min(c), min(reason) FROM rejects GROUP BY 1"):
            found[int(str(line)) - 1] = _wrong(str(column or ""), str(reason))
        for warning, times in bench.rows("SELECT warning, sum(n) FROM warnings GROUP BY 1"):
            self.warnings[str(warning)] = self.warnings.get(str(warning), 0) + int(str(times))
        return found


def _wrong(column: str, reason: str) -> Wrong:
    if column in _WHO and "account" in reason:
        return Wrong("fact_nobody", f"{reason}. {_ADVICE[column]}", column)
    return Wrong("fact_wrong", reason, column or None)


def _written(folder: Path, kind: Kind, rows: Sequence[Said]) -> Path:
    """The rows as a file of JSON lines in which every field has a place."""
    nothing = dict.fromkeys(kind.row.model_fields)
    file = folder / f"{kind.name}.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode({**nothing, **row}) + b"\n" for row in rows))
    return file
