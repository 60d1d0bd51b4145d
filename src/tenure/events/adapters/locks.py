"""One writer a table.

A local table is guarded by an advisory lock on a file beside its log: the kernel gives it back when the holder
dies, so nobody waits for a lease to run out after a crash. Tables on object stores use the database's leases.
"""

import fcntl
import os
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenure.events.adapters import storage

_threads: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
_depth: defaultdict[str, int] = defaultdict(int)
LEASE_SECONDS = 120.0


@contextmanager
def one_writer(uri: str) -> Iterator[None]:
    """Wait until nobody else writes the table at `uri`, here or in another process, and keep others out."""
    with _threads[uri]:
        _depth[uri] += 1
        try:
            if _depth[uri] > 1:
                yield
            elif storage.is_url(uri):
                with _leased(uri):
                    yield
            else:
                with _locked(Path(uri)):
                    yield
        finally:
            _depth[uri] -= 1


@contextmanager
def _locked(table: Path) -> Iterator[None]:
    table.mkdir(parents=True, exist_ok=True)
    with (table / ".writer").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _leased(uri: str) -> Iterator[None]:
    from tenure.base import leases

    holder = f"{socket.gethostname()}:{os.getpid()}"
    while leases.claim(f"lake:{uri}", holder=holder, seconds=LEASE_SECONDS) is None:
        time.sleep(0.2)
    try:
        yield
    finally:
        leases.release(f"lake:{uri}", holder=holder)
