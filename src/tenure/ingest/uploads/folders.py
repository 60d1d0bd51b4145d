"""Where uploaded files lie, under names that are safe on this machine."""

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from tenure.base import paths
from tenure.base.refusals import Problem
from tenure.ingest import reading
from tenure.ingest.contracts import CannotImport

FILES = 30
TOTAL_BYTES = 2 * 1024**3
_UNSAFE = re.compile(r"[^\w.\- ()]+")


def folder(slug: str, uid: UUID) -> Path:
    """The folder of an upload."""
    return paths.home() / "uploads" / slug / str(uid)


def keep(slug: str, uid: UUID, given: Sequence["UploadedFile[Any]"]) -> list[dict[str, object]]:
    """Write the files down; what they are called and their bytes. Refuses them all with `CannotImport`."""
    names = _names(given)
    target = folder(slug, uid)
    target.mkdir(parents=True)
    try:
        return [
            {"name": name, "bytes": _write(target / name, file.chunks())}
            for name, file in zip(names, given, strict=True)
        ]
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def drop(slug: str, uid: UUID) -> None:
    """Delete the files of an upload."""
    shutil.rmtree(folder(slug, uid), ignore_errors=True)


def _names(given: Sequence["UploadedFile[Any]"]) -> list[str]:
    if not given:
        raise CannotImport("Choose at least one file: CSV, JSON lines or Parquet.")
    if len(given) > FILES:
        raise CannotImport(f"{len(given)} files at once are too many: at most {FILES}. Import the rest afterwards.")
    if sum(file.size or 0 for file in given) > TOTAL_BYTES:
        raise CannotImport("These files are larger than 2 GB together. Import them with `tenure import` instead.")
    names = [safe(file.name or "") for file in given]
    wrong = [Problem("is not CSV, JSON lines or Parquet", name) for name in names if not reading.format_of(Path(name))]
    wrong += [Problem("is there twice", name) for name in sorted({n for n in names if names.count(n) > 1})]
    if wrong:
        raise CannotImport("Nothing was uploaded: some of the files cannot be imported.", wrong)
    return names


def safe(name: str) -> str:
    """A file's own name without folders, without what a shell or a file system could misread."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _UNSAFE.sub("_", last).lstrip(".- ")[-120:] or "file"


def _write(path: Path, chunks: Iterable[bytes]) -> int:
    written = 0
    with path.open("xb") as file:
        for chunk in chunks:
            written += file.write(chunk)
    return written
