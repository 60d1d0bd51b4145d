"""What-ifs as they are kept: one file a draft and day, written piece by piece by the job, read by the page.

`what-if/<workspace>/<digest>.json` in the home folder, where the digest names the version in force, the draft, the
measures and the day: whoever changes one of them asks anew.
Nothing here cannot be computed again, so it is not in the database.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from django.tasks import TaskResultStatus, default_task_backend
from django.tasks.exceptions import TaskResultDoesNotExist
from pydantic import TypeAdapter

from tenure.base import kept, paths, tenancy
from tenure.base.refusals import Forbidden
from tenure.health import belief
from tenure.health.studio.drafting import Draft
from tenure.health.studio.whatif import WhatIf
from tenure.tenants.contracts import MemberView, Permission
from tenure.tenants.queries import as_of_day, here

KEPT = 6  # files a workspace, two a what-if
type Status = Literal["none", "waiting", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a what-if is: `done` of `steps`, the present one in words, what is known so far, what went wrong."""

    status: Status
    step: str = ""
    done: int = 0
    steps: int = 0
    problem: str = ""
    found: WhatIf = field(default_factory=WhatIf)

    @property
    def busy(self) -> bool:
        """Whether something works on it, or will."""
        return self.status in ("waiting", "running")


_form: TypeAdapter[Progress] = TypeAdapter(Progress)


def start(draft: Draft, *, by: MemberView) -> None:
    """Have the worker compute the what-if of the draft; nothing where one is under way. Refuses without the right."""
    from tenure.health.studio.jobs import compute

    if not by.may(Permission.CONFIGURE):
        raise Forbidden("Your role may not change the scorecard. Ask an owner, admin or manager of the workspace.")
    if progress(draft).busy:
        return
    digest = digest_of(draft)
    folder = _folder()
    _tidy(folder)
    write(digest, Progress("waiting"))
    result = compute.enqueue(tenancy.current_workspace_id(), digest)
    kept.replace(folder / f"{digest}.task", lambda path: path.write_text(str(result.id)))


def progress(draft: Draft) -> Progress:
    """How far the what-if of the draft is. A query while it is under way."""
    digest = digest_of(draft)
    found = _read(digest)
    if not found.busy:
        return found
    died = _died(_folder() / f"{digest}.task")
    return Progress("failed", problem=died, found=found.found) if died else found


def _died(task: Path) -> str:
    """Why the task that computes it ended before it was done; empty while it has not."""
    if not task.exists():
        return ""
    try:
        result = default_task_backend.get_result(task.read_text())
    except TaskResultDoesNotExist:
        return "Its task is gone. Start it again."
    if result.status != TaskResultStatus.FAILED:
        return ""
    name = result.errors[-1].exception_class_path.rsplit(".", 1)[-1] if result.errors else "error"
    return f"It ended before it was done ({name}). Start it again."


def digest_of(draft: Draft) -> str:
    """The name of a draft against the version in force, by today's measures, on the workspace's day."""
    return _named(draft, draft.body)


def _named(draft: Draft, *more: object) -> str:
    view = here()
    measures = sorted(belief.shown(view.slug).known.versions.items())
    said = json.dumps([draft.key, draft.version, as_of_day(view).isoformat(), measures, *more], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def write(digest: str, found: Progress) -> None:
    """Keep how far it is; readers see the file before or this one, never half."""
    kept.replace(_folder() / f"{digest}.json", lambda path: path.write_bytes(_form.dump_json(found)))


def _read(digest: str) -> Progress:
    return kept.read(_folder() / f"{digest}.json", _parsed) or Progress("none")


def _parsed(path: Path) -> Progress:
    try:
        return _form.validate_json(path.read_bytes())
    except ValueError:
        return Progress("none")  # written by another version of the product


def _tidy(folder: Path) -> None:
    """Drop all but the newest files."""
    if not folder.exists():
        return
    by_age = sorted(folder.glob("[0-9a-f]*.*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT - 2 :]:
        old.unlink(missing_ok=True)


def _folder() -> Path:
    return paths.home() / "what-if" / here().slug
