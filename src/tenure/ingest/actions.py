"""Writes of ingest: imports."""

import fnmatch
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import batched
from pathlib import Path

from django.db import transaction

from tenure.base import clock, paths
from tenure.base.refusals import Conflict, Problem, Refusal
from tenure.events.queries import open_lake
from tenure.ingest import reading
from tenure.ingest.adapters.locks import alone
from tenure.ingest.contracts import CannotImport, FileReport, ImportReport
from tenure.ingest.maps import SourceMap
from tenure.ingest.models import Delivery, ImportFile, ImportRun, Reject
from tenure.ingest.pipeline import Files, Import
from tenure.ingest.reports import file_reports, rejects
from tenure.ingest.staging.store import Bench, Progress
from tenure.tenants import queries as tenants

CHUNK = 1_000


class AnotherImport(Conflict):
    """One import at a time in a workspace."""

    code = "another_import"


def dry_run[T](
    path: Path, source_map: SourceMap, *, look: Callable[[Bench], T], progress: Progress = lambda _: None
) -> tuple[ImportReport, T]:
    """What `import_path` would answer, and what `look` sees on the bench afterwards. Nothing is written."""
    view = tenants.here()
    files, missing, unmapped = _match(path, source_map)
    begun = clock.now()
    with _scratch(f"dry-{view.slug}-") as scratch, Bench(scratch, zone=view.timezone) as bench:
        Import(bench, view, source_map, open_lake(view.slug), tenants.as_of_day(view), None, progress).run(files)
        seen = look(bench)
        reports = file_reports(bench)
    seconds = (clock.now() - begun).total_seconds()
    return ImportReport(source_map.source, reports, missing, unmapped, None, seconds), seen


def import_path(
    path: Path, source_map: SourceMap, *, progress: Progress = lambda _: None, named: str = ""
) -> ImportReport:
    """Import the files under `path` (a folder or one file) as the map says, into the ambient workspace.

    read = created + updated + unchanged + rejected for every file. A second import of the same files changes
    nothing, and one that was killed comes to the same end when it is run again. Commits in chunks.
    Refuses with `CannotImport` when files and map do not fit, `AnotherImport` while another one runs.
    The history calls it `named`, else by its path.
    """
    view = tenants.here()
    files, missing, unmapped = _match(path, source_map)
    today = tenants.as_of_day(view)
    begun = clock.now()
    with alone(view.slug) as free:
        if not free:
            raise AnotherImport("Another import runs in this workspace. Wait until it has ended.")
        for left in (paths.home() / "tmp").glob(f"import-{view.slug}-*"):
            shutil.rmtree(left, ignore_errors=True)
        ImportRun.objects.filter(status="running").update(status="interrupted", finished_at=begun)
        run = ImportRun.objects.create(source=source_map.source, path=(named or str(path))[:1000], started_at=begun)
        try:
            with _scratch(f"import-{view.slug}-") as scratch, Bench(scratch, zone=view.timezone) as bench:
                work = Import(bench, view, source_map, open_lake(view.slug), today, str(run.uid), progress)
                work.run(files)
                reports = file_reports(bench)
                _keep(run, bench, reports)
                record_delivery(source=source_map.source, kinds=work.delivered)
        except BaseException as error:
            told = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
            ImportRun.objects.filter(pk=run.pk).update(status="failed", finished_at=clock.now(), error=told[:2000])
            raise
        ImportRun.objects.filter(pk=run.pk).update(status="done", finished_at=clock.now())
    return ImportReport(source_map.source, reports, missing, unmapped, run.pk, (clock.now() - begun).total_seconds())


def record_delivery(*, source: str, kinds: Mapping[str, tuple[date | None, date | None]]) -> None:
    """Note that a source delivered data of these kinds, from the first day to the last. Spans only grow."""
    now = clock.now()
    with transaction.atomic():
        known = {row.kind: row for row in Delivery.objects.select_for_update().filter(source=source)}
        for kind, (first, last) in kinds.items():
            row = known.get(kind) or Delivery(source=source, kind=kind)
            row.first_day = min((day for day in (row.first_day, first) if day is not None), default=None)
            row.last_day = max((day for day in (row.last_day, last) if day is not None), default=None)
            row.received_at = now
            row.save()


def _keep(run: ImportRun, bench: Bench, reports: tuple[FileReport, ...]) -> None:
    ImportFile.objects.bulk_create(
        ImportFile(
            run=run, file=r.file[:500], read=r.read, created=r.created, updated=r.updated, unchanged=r.unchanged,
            rejected=r.rejected, warnings=dict(r.warnings),
        )
        for r in reports
    )  # fmt: skip
    for chunk in batched(rejects(bench), CHUNK):
        Reject.objects.bulk_create(
            Reject(run=run, file=r.file[:500], line=r.line, column=r.column[:300], reason=r.reason[:500], raw=r.raw)
            for r in chunk
        )


def _match(path: Path, source_map: SourceMap) -> tuple[Files, tuple[str, ...], tuple[str, ...]]:
    """The files of each entry, the entries without a file, and the files without an entry."""
    if not path.exists():
        raise CannotImport(f"There is no file or folder {path}.")
    folder = path if path.is_dir() else path.parent
    present = sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
    names = {found.relative_to(folder).as_posix(): found for found in present}
    files: Files = {}
    for entry_name, entry in source_map.files.items():
        hits = [(name, found) for name, found in names.items() if fnmatch.fnmatchcase(name, entry.file)]
        if hits:
            files[entry_name] = hits
    if not files:
        wanted = [
            Problem(f"expected `{entry.file}`", where=f"files.{name}") for name, entry in source_map.files.items()
        ]
        raise CannotImport(f"None of the map's files is at {path}.", wanted)
    taken = {name for hits in files.values() for name, _ in hits}
    unmapped = tuple(name for name, found in names.items() if name not in taken and reading.format_of(found))
    missing = tuple(source_map.files[name].file for name in source_map.files if name not in files)
    return files, missing, unmapped


@contextmanager
def _scratch(prefix: str) -> Iterator[Path]:
    parent = paths.home() / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
