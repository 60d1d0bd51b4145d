"""Hashes of message ids, as the duplicate window keeps them. Without any database, for the process that only reads."""

import hashlib
from collections.abc import Iterable

SIZE = 16
"""Bytes of a hash."""


def digests(workspace: int, message_ids: Iterable[str]) -> list[bytes]:
    """The 128-bit hash of each message of a workspace."""
    start = hashlib.blake2b(f"{workspace}\0".encode(), digest_size=SIZE)
    found = []
    for each in message_ids:
        begun = start.copy()
        begun.update(each.encode())
        found.append(begun.digest())
    return found
