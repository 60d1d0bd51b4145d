"""One import at a time in a workspace.

On one machine a lock on a file. Between machines that share a lake on an object store, a lease of the database in the
machine's name.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tenure.base import leases, locks, paths

LEASE_SECONDS = 3_600.0


@contextmanager
def alone(slug: str) -> Iterator[bool]:
    """Whether we are the only import of this workspace, for as long as the block lasts."""
    shared, holder = "://" in paths.lake_root(), socket.gethostname()
    with locks.alone(f"import-{slug}") as free:
        if not free or (shared and leases.claim(f"import:{slug}", holder=holder, seconds=LEASE_SECONDS) is None):
            yield False
            return
        try:
            yield True
        finally:
            if shared:
                leases.release(f"import:{slug}", holder=holder)
