"""The steps of an upload that take time: reading the files, checking, importing. They run in the worker."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.tasks import Task, task

from tenure.base import clock, tenancy
from tenure.base.refusals import Refusal
from tenure.ingest.actions import dry_run, import_path
from tenure.ingest.contracts import ImportReport
from tenure.ingest.guess import guess_map
from tenure.ingest.maps import SourceMap, parse_map
from tenure.ingest.models import Upload
from tenure.ingest.staging.store import Bench
from tenure.ingest.uploads import folders
from tenure.ingest.uploads.preview import FilePreview, previews
from tenure.tenants import queries as tenants

type Job = Task[[int, int], None]

SOURCE = "files"
"""The source that guessed maps name: the same for every upload, so that rows are recognised when they come again."""


@task
def read(workspace: int, upload: int) -> None:
    """Guess the map of the files."""
    _step(workspace, upload, _Step("reading", back="mapping", work=_read))


@task
def check(workspace: int, upload: int) -> None:
    """Run the import dry, and keep what it would do with some rows as examples."""
    _step(workspace, upload, _Step("checking", back="mapping", work=_check))


@task
def load(workspace: int, upload: int) -> None:
    """Import, then delete the files."""
    _step(workspace, upload, _Step("importing", back="checked", work=_load))


def _read(row: Upload, files: Path) -> None:
    _set(row, map=guess_map(files, source=SOURCE).yaml, status="mapping")


def _check(row: Upload, files: Path) -> None:
    source_map = parse_map(row.map.encode(), where="map.yaml")
    report, examples = dry_run(files, source_map, look=_examples, progress=_progress(row, source_map))
    _set(row, status="checked", report=_report(report) | {"previews": [asdict(each) for each in examples]})


def _load(row: Upload, files: Path) -> None:
    source_map = parse_map(row.map.encode(), where="map.yaml")
    report = import_path(files, source_map, progress=_progress(row, source_map), named=_named(row))
    _set(row, status="done", report=_report(report), run_id=report.run)
    shutil.rmtree(files, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Step:
    """A status while `work` is done on the files, and the one to go back to when it is refused."""

    status: str
    back: str
    work: Callable[[Upload, Path], None]


def _step(workspace: int, upload: int, step: _Step) -> None:
    with tenancy.workspace(workspace):
        row = Upload.objects.get(pk=upload)
        if row.status != step.status:
            return
        try:
            step.work(row, folders.folder(tenants.workspace_by_id(workspace).slug, row.uid))
        except Refusal as refusal:
            problems = [str(problem) for problem in refusal.problems]
            _set(row, status=step.back, problem={"message": refusal.message, "problems": problems[:50]})


def _examples(bench: Bench) -> list[FilePreview]:
    return list(previews(bench))


def _progress(row: Upload, source_map: SourceMap) -> Callable[[str], None]:
    """Notes each step; how many there are follows from the map."""
    expected = 5 + 4 * len(source_map.files)
    begun: list[str] = []

    def told(step: str) -> None:
        if ":" in step and step.rsplit(":", 1)[0] in begun:
            return
        begun.append(step)
        _set(row, step=step[:300], steps_done=min(len(begun), expected), steps=expected)

    return told


def _set(row: Upload, **values: Any) -> None:
    Upload.objects.filter(pk=row.pk).update(changed_at=clock.now(), **values)


def _report(report: ImportReport) -> dict[str, object]:
    return {
        "files": [asdict(file) | {"samples": []} for file in report.files],
        "missing": list(report.missing),
        "unmapped": list(report.unmapped),
        "seconds": round(report.seconds, 1),
    }


def _named(row: Upload) -> str:
    names = [file["name"] for file in row.files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
