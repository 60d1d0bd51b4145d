"""What other domains may hold of imports and sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tenure.base.refusals import Invalid

type RunStatus = Literal["running", "done", "failed", "interrupted"]


class CannotImport(Invalid):
    """The files and the map do not fit together; `problems` says where."""

    code = "cannot_import"


@dataclass(frozen=True, slots=True)
class RejectView:
    """A row that was not imported: where it is, what is wrong, and how it reads (at most 2,000 characters)."""

    file: str
    line: int
    column: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file's rows: read = created + updated + unchanged + rejected.

    `warnings` counts what is odd and was imported all the same; `samples` are some of the rejects.
    """

    file: str
    read: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[RejectView, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The answer to an import. `run` is None for a dry run; `unmapped` are files that no entry takes."""

    source: str
    files: tuple[FileReport, ...]
    missing: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    run: int | None = None
    seconds: float = 0.0

    @property
    def rejected(self) -> int:
        return sum(file.rejected for file in self.files)


@dataclass(frozen=True, slots=True)
class RunView:
    """An import in the history."""

    id: int
    source: str
    path: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    error: str
    files: tuple[FileReport, ...] = ()

    @property
    def warnings(self) -> Mapping[str, int]:
        """All files' warnings together."""
        total: dict[str, int] = {}
        for file in self.files:
            for warning, count in file.warnings.items():
                total[warning] = total.get(warning, 0) + count
        return total


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a source delivers, for freshness: `kinds` maps each kind to the last day it has data of.

    Kinds: accounts, people, traits, usage, usage.people, usage.seconds, usage.value, usage.errors,
    subscriptions, invoices, tickets, tickets.answered, tickets.closed, surveys.nps, surveys.csat, surveys.ces, churn.
    """

    source: str
    last_day: date | None
    last_received_at: datetime
    kinds: Mapping[str, date | None]
    first_days: Mapping[str, date | None] = field(default_factory=dict)
