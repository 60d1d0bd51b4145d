"""Days that are over, each with the files that the present day has, in a folder of its own.

What a page reads of all customers is worked out of the whole log: seconds, and minutes of many. Of the present day the
cycle keeps it; of a day that is over it is worked out once, and stands until something comes that was known by then.
A folder is filled beside, then a link to it is swapped in: readers see all of it or nothing. It can be thrown away.
"""

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tenure.base import kept

ABANDONED_S = 6 * 3600.0
"""A folder that was not finished in this time has nobody who fills it."""
GRACE_S = 60.0
"""So long a folder stands after its link is gone: somebody may be about to open its files, or to set the link."""


def _always(_slug: str, _day: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """What a domain keeps of a day: `make` writes it, `stands` says whether it still fits the configuration."""

    name: str
    make: Callable[[str, date], None]
    stands: Callable[[str, date], bool] = _always


def days(slug: str) -> dict[date, float]:
    """The days that are kept, with the moment each was made (seconds)."""
    links = (path for path in _root(slug).glob("????-??-??") if path.is_symlink())
    return {date.fromisoformat(path.name): path.lstat().st_mtime for path in links}


@contextmanager
def made(slug: str, day: date) -> Iterator[None]:
    """Fill the folder of a day inside; at the end it takes the place of the one before. What breaks off leaves
    nothing."""
    root = _root(slug)
    name = f"{day.isoformat()}.{uuid.uuid4().hex[:12]}"
    part = root / f".{name}.part"
    part.mkdir(parents=True)
    try:
        with kept.filling(slug, day, part):
            yield
        part.rename(root / name)
        kept.replace(root / day.isoformat(), lambda link: link.symlink_to(name))
    finally:
        shutil.rmtree(part, ignore_errors=True)
    sweep(slug)


def drop(slug: str, day: date) -> None:
    """Keep a day no longer. Who reads its files goes on reading them."""
    (_root(slug) / day.isoformat()).unlink(missing_ok=True)


def drop_all(slug: str) -> None:
    """Keep no day any longer."""
    for day in days(slug):
        drop(slug, day)


def sweep(slug: str) -> None:
    """Delete the folders that no link leads to: those of days dropped or made anew, and what was abandoned."""
    folders = [path for path in _root(slug).glob("*") if not path.is_symlink()]
    linked = {path.readlink().name for path in _root(slug).glob("????-??-??") if path.is_symlink()}
    for path in folders:
        age = time.time() - path.lstat().st_ctime
        if path.name not in linked and age > (ABANDONED_S if path.name.startswith(".") else GRACE_S):
            shutil.rmtree(path, ignore_errors=True)


def _root(slug: str) -> Path:
    return kept.folder(slug) / kept.PAST
