"""Reads of ingest: the history of imports, rejects page by page, and what each source delivers."""

from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from tenure.base import cursors
from tenure.base.refusals import NotFound
from tenure.ingest.contracts import FileReport, RejectView, RunStatus, RunView, SourceView
from tenure.ingest.models import Delivery, ImportFile, ImportRun, Reject


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page of imports, newest first; `next` is the cursor of the following page, None on the last."""

    runs: tuple[RunView, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class RejectPage:
    """A page of rejects by file and line; `next` is the cursor of the following page, None on the last."""

    rejects: tuple[RejectView, ...]
    next: str | None


def runs(*, cursor: str | None = None, limit: int = 50) -> RunPage:
    """Imports of the workspace with their files, newest first. Two queries."""
    rows = ImportRun.objects.order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=cursors.decode(cursor)[0])
    found = _views(rows[: limit + 1])
    shown = tuple(found[:limit])
    return RunPage(shown, cursors.encode([shown[-1].id]) if len(found) > limit else None)


def run(run_id: int) -> RunView:
    """One import; refuses with `NotFound`. Two queries."""
    found = _views(ImportRun.objects.filter(pk=run_id))
    if not found:
        raise NotFound("There is no such import.")
    return found[0]


def rejects(run_id: int, *, file: str | None = None, cursor: str | None = None, limit: int = 50) -> RejectPage:
    """The rows that an import rejected, by file and line. One query."""
    rows = Reject.objects.filter(run=run_id).order_by("file", "line", "id")
    if file is not None:
        rows = rows.filter(file=file)
    if cursor:
        rows = _after(rows, cursors.decode(cursor))
    found = list(rows[: limit + 1])
    shown = tuple(RejectView(r.file, r.line, r.column, r.reason, r.raw) for r in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return RejectPage(shown, cursors.encode([last.file, last.line, last.pk]) if last else None)


def sources_delivering() -> dict[str, SourceView]:
    """What each source delivers, and until when: for freshness, and to tell zero from unknown. One query."""
    found: dict[str, list[Delivery]] = {}
    for row in Delivery.objects.order_by("source", "kind"):
        found.setdefault(row.source, []).append(row)
    return {
        source: SourceView(
            source=source,
            last_day=max((row.last_day for row in rows if row.last_day is not None), default=None),
            last_received_at=max(row.received_at for row in rows),
            kinds={row.kind: row.last_day for row in rows},
            first_days={row.kind: row.first_day for row in rows},
        )
        for source, rows in found.items()
    }


def _after(rows: QuerySet[Reject], key: tuple[cursors.Key, ...]) -> QuerySet[Reject]:
    from django.db.models import Q

    file, line, pk = key
    return rows.filter(Q(file__gt=file) | Q(file=file, line__gt=line) | Q(file=file, line=line, id__gt=pk))


def _views(rows: QuerySet[ImportRun]) -> list[RunView]:
    found = list(rows)
    files: dict[int, list[ImportFile]] = {row.pk: [] for row in found}
    for file in ImportFile.objects.filter(run__in=files).order_by("id"):
        files[file.run_id].append(file)
    return [_view(row, files[row.pk]) for row in found]


def _view(row: ImportRun, files: list[ImportFile]) -> RunView:
    return RunView(
        id=row.pk,
        source=row.source,
        path=row.path,
        status=cast("RunStatus", row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        read=sum(f.read for f in files),
        created=sum(f.created for f in files),
        updated=sum(f.updated for f in files),
        unchanged=sum(f.unchanged for f in files),
        rejected=sum(f.rejected for f in files),
        error=row.error,
        files=tuple(
            FileReport(f.file, f.read, f.created, f.updated, f.unchanged, f.rejected, f.warnings) for f in files
        ),
    )
