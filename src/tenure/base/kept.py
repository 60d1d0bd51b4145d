"""Small files of what can be computed again: swapped whole, and read once for each change."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from tenure.base import paths

REMEMBERED = 64
_read: dict[Path, tuple[tuple[int, int], object]] = {}
_lock = threading.Lock()


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Put a file in the place of `path`: `write` fills another one beside it, then the name moves. Readers see the old
    one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read[T](path: Path, parse: Callable[[Path], T]) -> T | None:
    """What `parse` makes of the file, made once for each file that was put there; None where there is none. Costs a
    stat while nothing changes."""
    try:
        found = path.stat()
        mark = found.st_ino, found.st_mtime_ns
        known = _read.get(path)
        if known is None or known[0] != mark:
            with _lock:
                known = _read[path] = (mark, parse(path))
                while len(_read) > REMEMBERED:
                    del _read[next(iter(_read))]
    except FileNotFoundError:
        return None
    return known[1]  # type: ignore[return-value]


class Document[T]:
    """A value of one type in a file of JSON beside the current state of each workspace."""

    def __init__(self, name: str, form: type[T]) -> None:
        self.name, self.form = name, form

    def get(self, slug: str) -> T | None:
        """What was put last; None where nothing was, or by a version of the product that wrote it otherwise."""
        return read(self._path(slug), self._parsed)

    def put(self, slug: str, value: T) -> None:
        """Put a value in the place of the last."""
        replace(self._path(slug), lambda path: path.write_bytes(msgspec.json.encode(value)))

    def _path(self, slug: str) -> Path:
        return paths.home() / "current" / slug / self.name

    def _parsed(self, path: Path) -> T | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=self.form)
        except msgspec.DecodeError:
            return None
