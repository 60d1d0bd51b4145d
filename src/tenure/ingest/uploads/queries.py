"""Reads of uploads: how far one is, and the rows an import rejected as a file to correct."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenure.base import jobs
from tenure.base.refusals import NotFound
from tenure.base.spreadsheets import harmless
from tenure.ingest import queries
from tenure.ingest.models import Upload

BUSY = frozenset({"reading", "checking", "importing"})
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload. `problem` is what stopped the last step: message, and where. `report` is the check's answer."""

    id: int
    status: str
    created_at: datetime
    files: tuple[tuple[str, int], ...]
    map: str
    map_from: str
    step: str
    steps_done: int
    steps: int
    waits: bool
    problem: Mapping[str, Any] | None
    report: Mapping[str, Any] | None
    run: int | None

    @property
    def busy(self) -> bool:
        """Whether something works on it right now."""
        return self.status in BUSY


def upload(upload_id: int) -> UploadView:
    """One upload of the workspace; refuses with `NotFound`. A step whose process died is told as a problem."""
    row = Upload.objects.filter(pk=upload_id).first()
    if row is None:
        raise NotFound("There is no such upload.")
    return _view(row)


def open_uploads(*, limit: int = 10) -> list[UploadView]:
    """Uploads that nobody has finished or discarded, newest first. One query, and one for each that is at work."""
    rows = Upload.objects.exclude(status__in=("done", "discarded")).order_by("-id")[:limit]
    return [_view(row) for row in rows]


def _view(row: Upload) -> UploadView:
    waits, died = _task(row)
    status, problem = row.status, row.problem
    if died:
        status = "checked" if row.status == "importing" else "mapping"
        problem = {"message": f"The step ended before it was done: {died}. Start it again.", "problems": []}
    return UploadView(
        id=row.pk,
        status=status,
        created_at=row.created_at,
        files=tuple((file["name"], file["bytes"]) for file in row.files),
        map=row.map,
        map_from=row.map_from,
        step=row.step,
        steps_done=row.steps_done,
        steps=row.steps,
        waits=waits,
        problem=problem,
        report=row.report,
        run=row.run_id,
    )


def _task(row: Upload) -> tuple[bool, str]:
    """Whether the step still waits for the worker, and why it died if it did."""
    if row.status not in BUSY or not row.task:
        return False, ""
    return jobs.course(row.task)


def rejects_file(run_id: int) -> str:
    """The rejected rows of an import as CSV, by file and line: file, line, column, reason, and the row as it reads.

    Refuses with `NotFound`. Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    queries.run(run_id)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["file", "line", "column", "reason", "row"])
    cursor: str | None = None
    while True:
        page = queries.rejects(run_id, cursor=cursor, limit=PAGE)
        writer.writerows(map(harmless, (r.file, r.line, r.column, r.reason, r.raw)) for r in page.rejects)
        if page.next is None:
            return text.getvalue()
        cursor = page.next
