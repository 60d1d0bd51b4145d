"""Files of what can be computed again: swapped whole, and read once for each change.

They stand in one folder a workspace, of the day that the last cycle stands at. Days that are over have the same files
in folders of their own (`tenure.base.past`).
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from tenure.base import paths

REMEMBERED = 64
_read: dict[Path, tuple[tuple[int, int], object]] = {}
_lock = threading.Lock()
_filled: ContextVar[tuple[str, date, Path] | None] = ContextVar("filled", default=None)
PAST = "past"


class Dated(Protocol):
    """What is kept of one day."""

    @property
    def as_of(self) -> date:
        """The day."""


def folder(slug: str, day: date | None = None) -> Path:
    """Where files are kept: of the day that the last cycle stands at, or of a `day` that is over."""
    now, filled = paths.home() / "current" / slug, _filled.get()
    if day is None:
        return now
    return filled[2] if filled is not None and filled[:2] == (slug, day) else now / PAST / day.isoformat()


@contextmanager
def filling(slug: str, day: date, into: Path) -> Iterator[None]:
    """Inside, what is kept of that day is written into this folder, and read from there."""
    token = _filled.set((slug, day, into))
    try:
        yield
    finally:
        _filled.reset(token)


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


def of_day[T: Dated](slug: str, day: date, name: str, parse: Callable[[Path], T | None]) -> T | None:
    """What is kept of a day: by the last cycle where it stands at that day, else of that day by itself."""
    newest = read(folder(slug) / name, parse)
    return newest if newest is not None and newest.as_of == day else read(folder(slug, day) / name, parse)


class Document[T]:
    """A value of one type in a file of JSON beside the current state of each workspace."""

    def __init__(self, name: str, form: type[T]) -> None:
        self.name, self.form = name, form

    def get(self, slug: str, day: date | None = None) -> T | None:
        """What was put last, of a day that is over or of the present; None where nothing was, or by a version of the
        product that wrote it otherwise."""
        return read(folder(slug, day) / self.name, self._parsed)

    def put(self, slug: str, value: T, day: date | None = None) -> None:
        """Put a value in the place of the last."""
        replace(folder(slug, day) / self.name, lambda path: path.write_bytes(msgspec.json.encode(value)))

    def _parsed(self, path: Path) -> T | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=self.form)
        except msgspec.DecodeError:
            return None


class DayDocument[T: Dated](Document[T]):
    """Such a value of one day."""

    def of_day(self, slug: str, day: date) -> T | None:
        """What is kept of a day."""
        return of_day(slug, day, self.name, self._parsed)
