"""Which accounts a change is for, in few bytes, and a mark of them."""

import hashlib
import zlib
from array import array
from collections.abc import Collection, Iterable

AT_ONCE = 1_000
"""Accounts that are changed while the page waits, and in one transaction of the worker."""
EXAMPLES = 20


def packed(ids: Iterable[int]) -> bytes:
    """Ids in their order."""
    return zlib.compress(array("q", ids).tobytes(), 1)


def unpacked(held: bytes | memoryview) -> list[int]:
    """The ids that were packed."""
    found = array("q")
    found.frombytes(zlib.decompress(bytes(held)))
    return found.tolist()


def mark(ids: Collection[int], owner: int | None) -> str:
    """What a preview was of: other accounts, one more or one fewer, or another owner have another mark."""
    return hashlib.sha256(array("q", sorted(ids)).tobytes() + repr(owner).encode()).hexdigest()[:16]
