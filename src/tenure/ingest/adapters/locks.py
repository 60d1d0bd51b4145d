"""One import at a time in a workspace, and one request with facts.

On one machine a lock on a file. Between machines that share a lake on an object store, a lease of the database in the
machine's name.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tenure.base import leases, locks, paths

LEASE_SECONDS = 3_600.0


@contextmanager
def alone(slug: str, *, at: str = "import", seconds: float = LEASE_SECONDS) -> Iterator[bool]:
    """Whether nobody else is `at` it in this workspace, for as long as the block lasts. Never waits."""
    shared, holder = "://" in paths.lake_root(), socket.gethostname()
    with locks.alone(f"{at}-{slug}") as free:
        if not free or (shared and leases.claim(f"{at}:{slug}", holder=holder, seconds=seconds) is None):
            yield False
            return
        try:
            yield True
        finally:
            if shared:
                leases.release(f"{at}:{slug}", holder=holder)
