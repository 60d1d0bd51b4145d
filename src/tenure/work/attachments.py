"""Files at entries: which are taken, where they lie, how they come back.

What is in a file decides, not what it is called: a page or a program with the name of a picture is refused.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tenure.base import clock, paths, tenancy
from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.refusals import Forbidden, Invalid, NotFound, Problem
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission
from tenure.work.contracts import AttachmentView
from tenure.work.models import Attachment, Entry

MOST_BYTES = 10 * 1024**2
"""Of one file."""
MOST_FILES = 10
"""At one entry."""
MOST_REQUEST_BYTES = 32 * 1024**2
"""Of everything that is sent at once; more is refused before it is read."""
LEFT_S = 86_400.0
"""Bytes that belong to nothing lie this long."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".odt": f"{_OPEN}text",
    ".ods": f"{_OPEN}spreadsheet",
    ".odp": f"{_OPEN}presentation",
}
"""Files whose content tells what they are, by the ending that goes with it."""
TEXTS = {".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".log": "text/plain"}
"""Files that are plain text."""
ACCEPTED = ",".join((*TYPES, *TEXTS))
LISTED = "PDF, pictures (PNG, JPEG, GIF, WebP), Office documents (DOCX, XLSX, PPTX, ODT, ODS, ODP), text and CSV"

_UNSAFE = re.compile(r"[^\w.\- ()]+")
_MARKUP = re.compile(rb"<(!doctype|html|head|body|script|svg|\?xml|iframe|object|embed)\b", re.IGNORECASE)
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on disk, for an answer."""

    path: Path
    view: AttachmentView


def add(*, entry: int, files: Sequence["UploadedFile[Any]"], by: MemberView) -> list[int]:
    """Keep the files at the entry; their ids. Refuses them all with `Invalid` when one of them is not taken."""
    if not files:
        return []
    checked = check(files)
    kept = [(name, media_type, *_keep(file)) for (name, media_type), file in zip(checked, files, strict=True)]
    with transaction.atomic():
        row = Entry.objects.select_for_update().filter(pk=entry).first()
        if row is None:
            raise NotFound("There is no such entry.")
        if Attachment.objects.filter(entry=row).count() + len(kept) > MOST_FILES:
            raise Invalid(f"An entry holds at most {MOST_FILES} files.", [Problem("too many files", "files")])
        now = clock.now()
        made = [
            Attachment.objects.create(
                entry=row, name=name, media_type=media_type, sha256=sha256, bytes=size, added_by_id=by.id, added_at=now
            )
            for name, media_type, sha256, size in kept
        ]
    return [each.pk for each in made]


def check(files: Sequence["UploadedFile[Any]"]) -> list[tuple[str, str]]:
    """The safe name and the media type of each; refuses with `Invalid`, saying of each file what is wrong with it."""
    found, wrong = [], []
    if len(files) > MOST_FILES:
        raise Invalid(f"An entry holds at most {MOST_FILES} files.", [Problem("too many files", "files")])
    for file in files:
        name = safe_name(file.name or "")
        try:
            found.append((name, _type_of(name, file)))
        except ValueError as error:
            wrong.append(Problem(f"{name} {error}", "files"))
    if wrong:
        raise Invalid(f"Nothing was attached. {'; '.join(problem.message for problem in wrong)}.", wrong)
    return found


def remove(*, attachment: int, by: MemberView) -> None:
    """Take a file away from its entry: what one has added oneself or, with the permission, another's. Audited.
    Its bytes go from the disk with the next `sweep` a day later, unless another entry has them."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update().filter(pk=attachment).first()
        if row is None:
            raise NotFound("There is no such file.")
        if row.added_by_id != by.id and not by.may(Permission.EDIT_ENTRIES):
            raise Forbidden("Only who attached a file, or who may edit others' entries, can remove it.")
        row.delete()
        record_audit(
            by=by, action="attachment.removed", object=f"entry {row.entry_id}",
            before={"name": row.name, "bytes": row.bytes, "sha256": row.sha256},
        )  # fmt: skip


def sweep() -> int:
    """Delete what lies in the workspace's folder for a day or longer and belongs to no entry: files that were taken
    away, whose entry is gone, or that were written down for an entry that was then refused. How many."""
    gone = 0
    for lying in batched(_old(), 500):
        names = {path.name for path in lying}
        wanted = set(Attachment.objects.filter(sha256__in=names).values_list("sha256", flat=True))
        gone += sum(_delete(path) for path in lying if path.name not in wanted)
    return gone


def _old() -> Iterator[Path]:
    edge = clock.now().timestamp() - LEFT_S
    return (path for path in _folder().rglob("*") if path.is_file() and path.stat().st_mtime < edge)


def _delete(path: Path) -> bool:
    """Delete a file, unless the same content was put in its place in this moment."""
    aside = path.with_name(f"old-{path.name}")
    path.rename(aside)
    if aside.stat().st_mtime >= clock.now().timestamp() - LEFT_S:
        aside.rename(path)
        return False
    aside.unlink()
    return True


def stage(run: StageRun) -> StageReport:
    """Sweep, once a day."""
    folder = _folder()
    if not folder.exists():
        return StageReport()
    mark = folder / ".swept"
    if mark.exists() and mark.stat().st_mtime > clock.now().timestamp() - LEFT_S and not run.full:
        return StageReport()
    mark.touch()
    return StageReport(sweep())


def entry_of(attachment: int) -> int:
    """The entry that a file is at; refuses with `NotFound`. One query."""
    found = Attachment.objects.filter(pk=attachment).values_list("entry_id", flat=True).first()
    if found is None:
        raise NotFound("There is no such file.")
    return int(found)


def stored(attachment: int) -> Stored:
    """The file with its name; refuses with `NotFound`. One query."""
    row = Attachment.objects.filter(pk=attachment).first()
    if row is None or not (path := _path(row.sha256)).exists():
        raise NotFound("There is no such file.")
    return Stored(path, AttachmentView(row.pk, row.name, row.media_type, row.bytes))


def safe_name(name: str) -> str:
    """A file's own name without folders, without what a shell or a file system could misread."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = _UNSAFE.sub("_", last).lstrip(".- ").rpartition(".")
    return f"{stem[:100]}{dot}{ending[:20]}" or "file"


def _type_of(name: str, file: "UploadedFile[Any]") -> str:
    """The media type; raises `ValueError` with the rest of a sentence that begins with the file's name."""
    size, ending = file.size or 0, Path(name).suffix.lower()
    if not size:
        raise ValueError("is empty")
    if size > MOST_BYTES:
        raise ValueError(f"is {size / 1024**2:.0f} MB large; at most {MOST_BYTES // 1024**2} MB are taken")
    if ending not in TYPES and ending not in TEXTS:
        raise ValueError(f"is of a kind that is not taken: {LISTED} are")
    file.seek(0)
    content = file.read(MOST_BYTES)
    file.seek(0)
    if ending in TEXTS:
        _check_text(content)
        return TEXTS[ending]
    wanted = TYPES[ending]
    said = _guessed(content)
    if wanted not in said:
        raise ValueError(f"is not what its name says{f': it looks like {said[0]}' if said else ''}")
    return wanted


def _guessed(content: bytes) -> list[str]:
    """What the content looks like, the likeliest first."""
    try:
        return [match.mime_type for match in puremagic.magic_string(content) if match.mime_type]
    except (puremagic.PureError, ValueError):
        return []


def _check_text(content: bytes) -> None:
    head = content[:_HEAD_BYTES]
    if b"\0" in content or head.startswith((b"MZ", b"\x7fELF", b"#!", b"%PDF")):
        raise ValueError("is not plain text")
    if _MARKUP.search(head):
        raise ValueError("holds a web page or a drawing (HTML, SVG), which a browser could run")


def _keep(file: "UploadedFile[Any]") -> tuple[str, int]:
    """Write the content down under its SHA-256, unless it lies there already; the hash and the bytes."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, new = tempfile.mkstemp(dir=folder, prefix="new-")
    try:
        with os.fdopen(descriptor, "wb") as out:
            for chunk in file.chunks():
                digest.update(chunk)
                size += out.write(chunk)
        target = _path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(new).replace(target)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def _folder() -> Path:
    return paths.home() / "attachments" / str(tenancy.current_workspace_id())


def _path(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256


STAGE = Stage("attachments", stage)
