"""Imports, files and sources as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from zoneinfo import ZoneInfo

from tenure.ingest.contracts import FileReport, RunView, SourceView
from tenure.ingest.uploads import UploadView
from tenure.screens import formats

STATES = {
    "running": ("Running", "accent"),
    "done": ("Done", "good"),
    "failed": ("Failed", "bad"),
    "interrupted": ("Interrupted", "warning"),
}
UPLOAD_STATES = {
    "reading": ("Being read", "accent"),
    "mapping": ("Map to correct", "warning"),
    "checking": ("Being checked", "accent"),
    "checked": ("Ready to import", "good"),
    "importing": ("Being imported", "accent"),
}
KINDS = {
    "accounts": "accounts", "people": "people", "traits": "traits", "usage": "usage",
    "subscriptions": "subscriptions", "invoices": "invoices", "tickets": "tickets", "churn": "churn",
    "surveys.nps": "NPS answers", "surveys.csat": "CSAT answers", "surveys.ces": "CES answers",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunRow:
    """An import."""

    id: int
    source: str
    path: str
    folder: str
    state: str
    tone: str
    started: str
    took: str
    read: str
    created: str
    updated: str
    unchanged: str
    rejected: str
    has_rejects: bool
    error: str
    files: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """What became of a file's rows; they add up to `read`. `kept` are oddities that came in all the same."""

    name: str
    read: str
    created: str
    updated: str
    unchanged: str
    rejected: str
    has_rejects: bool
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source: what it gives, and until when."""

    name: str
    gives: str
    first: str
    last: str
    last_ago: str
    received: str


def run(view: RunView, zone: str) -> RunRow:
    """The row of an import; times in the workspace's zone."""
    state, tone = STATES[view.status]
    took = (view.finished_at - view.started_at).total_seconds() if view.finished_at else None
    return RunRow(
        id=view.id,
        source=view.source,
        path=view.path,
        folder=PurePath(view.path).name or view.path,
        state=state,
        tone=tone,
        started=formats.moment(view.started_at.astimezone(ZoneInfo(zone))),
        took=formats.seconds(took),
        read=formats.number(view.read),
        created=formats.number(view.created),
        updated=formats.number(view.updated),
        unchanged=formats.number(view.unchanged),
        rejected=formats.number(view.rejected),
        has_rejects=view.rejected > 0,
        error=view.error,
        files=len(view.files),
    )


def file(report: FileReport) -> FileRow:
    """The row of a file."""
    return FileRow(
        name=report.file,
        read=formats.number(report.read),
        created=formats.number(report.created),
        updated=formats.number(report.updated),
        unchanged=formats.number(report.unchanged),
        rejected=formats.number(report.rejected),
        has_rejects=report.rejected > 0,
        kept=tuple(f"{formats.number(count)} {what}" for what, count in report.warnings.items()),
    )


def sources(found: Mapping[str, SourceView], as_of: date) -> list[SourceRow]:
    """One row a source, the most silent first."""
    views = sorted(found.values(), key=lambda view: (view.last_day or date.min, view.source))
    return [
        SourceRow(
            name=view.source,
            gives=", ".join(KINDS[kind] for kind in view.kinds if kind in KINDS),
            first=formats.day(min((d for d in view.first_days.values() if d), default=None)),
            last=formats.day(view.last_day),
            last_ago=formats.relative_day(view.last_day, as_of) if view.last_day else "",
            received=formats.day(view.last_received_at),
        )
        for view in views
    ]


@dataclass(frozen=True, slots=True)
class UploadRow:
    """An upload that waits for somebody, or is at work."""

    id: int
    files: str
    started: str
    state: str
    tone: str


def _state(view: UploadView) -> tuple[str, str]:
    """The upload's state and its tone; one that was stopped says so."""
    if view.problem:
        return ("Map does not fit" if view.status == "mapping" else "Stopped", "bad")
    return UPLOAD_STATES[view.status]


def uploads(found: Sequence[UploadView], zone: str) -> list[UploadRow]:
    """One row an upload, as given."""
    return [
        UploadRow(
            id=view.id,
            files=", ".join(name for name, _ in view.files),
            started=formats.moment(view.created_at.astimezone(ZoneInfo(zone))),
            state=_state(view)[0],
            tone=_state(view)[1],
        )
        for view in found
    ]
