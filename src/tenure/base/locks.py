"""Locks of this machine that the kernel gives back when their holder dies: after a kill the next starts at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tenure.base import paths


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else on this machine holds `name`; it is ours for as long as the block lasts. Never waits."""
    with (paths.home() / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
