"""Files of packs: made once, kept under the workspace's folder, handed out only as they were made."""

import hashlib
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from tenure.base import paths, tenancy
from tenure.base.refusals import Conflict, NotFound
from tenure.base.typesetting import Typeset
from tenure.packs.document import Document

PDF = "pack.pdf"


def keep(pack: int, made: Typeset) -> str:
    """Put the document down as a pack's, all of it or nothing; its SHA-256."""
    folder = _folder(pack)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent, prefix="new-"))
    try:
        (new / PDF).write_bytes(made.pdf)
        for number, page in enumerate(made.pages, 1):
            (new / _page(number)).write_bytes(page)
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return digest(made.pdf)


def pdf(pack: int, sha256: str) -> bytes:
    """The document. Refuses one that is gone, or is not what was made."""
    content = _read(_folder(pack) / PDF)
    if digest(content) != sha256:
        raise Conflict("The file of this pack is not what was made: its SHA-256 differs. Make the pack again.")
    return content


def digest(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def page(pack: int, number: int) -> bytes:
    """The picture of a page, from 1."""
    return _read(_folder(pack) / _page(number))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("The file of this pack is gone from the server. Make the pack again.") from None


def _page(number: int) -> str:
    return f"page-{number:03}.png"


def _folder(pack: int) -> Path:
    return paths.home() / "packs" / str(tenancy.current_workspace_id()) / str(pack)


def data(made: Document) -> dict[str, object]:
    """As the template reads it."""
    return asdict(made)
