"""Writes of uploads: each step of a person; what takes time runs in the background (`jobs`)."""

import fnmatch
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Conflict, NotFound
from tenure.ingest.maps import SourceMap, parse_map
from tenure.ingest.models import Upload
from tenure.ingest.uploads import folders, jobs, queries
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, WorkspaceView

MAP = "map.yaml"


class NotNow(Conflict):
    """The upload is not at this step."""

    code = "not_now"


def begin(*, files: Sequence["UploadedFile[Any]"], workspace: WorkspaceView, by: MemberView) -> int:
    """Keep the files and have their map guessed; the upload's id. Refuses with `CannotImport`."""
    uid = uuid.uuid4()
    kept = folders.keep(workspace.slug, uid, files)
    now = clock.now()
    with transaction.atomic():
        row = Upload.objects.create(uid=uid, by_id=by.id, created_at=now, changed_at=now, files=kept)
        earlier = _earlier_map([str(file["name"]) for file in kept])
        if earlier:
            Upload.objects.filter(pk=row.pk).update(status="mapping", map=earlier, map_from="earlier")
        record_audit(by=by, action="upload.begun", object=f"upload {row.pk}", after={"files": kept})
    if not earlier:
        _enqueue(row.pk, jobs.read, workspace)
    return row.pk


def edit(*, upload: int, text: str) -> SourceMap:
    """Keep the map as it is being written; answers it, or refuses with `WrongMap` and keeps the text all the same."""
    row = _at(upload, "mapping", "checked")
    text = text.replace("\r\n", "\n")
    Upload.objects.filter(pk=row.pk).update(
        map=text, status="mapping", report=None, problem=None, changed_at=clock.now()
    )
    return parse_map(text.encode(), where=MAP)


def check(*, upload: int, workspace: WorkspaceView) -> None:
    """Find out what an import would do, in the background; nothing is written."""
    row = _at(upload, "mapping", "checked")
    parse_map(row.map.encode(), where=MAP)
    _move(row, "checking")
    _enqueue(row.pk, jobs.check, workspace)


def start(*, upload: int, workspace: WorkspaceView, by: MemberView) -> None:
    """Import what was checked, in the background."""
    row = _at(upload, "checked")
    _move(row, "importing")
    record_audit(by=by, action="upload.imported", object=f"upload {row.pk}", after={"map": row.map})
    _enqueue(row.pk, jobs.load, workspace)


def discard(*, upload: int, workspace: WorkspaceView, by: MemberView) -> None:
    """Delete the files; what an import has written stays."""
    row = _at(upload, "mapping", "checked")
    _move(row, "discarded")
    folders.drop(workspace.slug, row.uid)
    record_audit(by=by, action="upload.discarded", object=f"upload {row.pk}")


def _at(upload: int, *statuses: str) -> Upload:
    """The upload, at one of these steps. One whose step died counts as standing before it."""
    row = Upload.objects.filter(pk=upload).first()
    if row is None:
        raise NotFound("There is no such upload.")
    if queries.upload(upload).status not in statuses:
        raise NotNow(f"This upload is {row.status} now. Load the page again.")
    return row


def _move(row: Upload, status: str) -> None:
    """To a step, unless somebody else was faster."""
    moved = Upload.objects.filter(pk=row.pk, status=row.status).update(
        status=status, step="", steps_done=0, steps=0, problem=None, task="", changed_at=clock.now()
    )
    if not moved:
        raise NotNow("Somebody else went on with this upload. Load the page again.")


def _enqueue(upload: int, task: jobs.Job, workspace: WorkspaceView) -> None:
    queued = task.enqueue(workspace.id, upload)
    Upload.objects.filter(pk=upload).update(task=queued.id)


def _earlier_map(names: Sequence[str]) -> str:
    """The newest map that took in files called like all of these; empty when there is none."""
    for text in Upload.objects.filter(status="done").order_by("-id").values_list("map", flat=True)[:5]:
        patterns = [entry.file for entry in parse_map(text.encode(), where=MAP).files.values()]
        if all(any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns) for name in names):
            return text
    return ""
