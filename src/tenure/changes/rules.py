"""Which accounts a change is for, in few bytes, and a mark of them."""

import hashlib
import json
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping

AT_ONCE = 1_000
"""Accounts that are changed while the page waits, and in one transaction of the worker."""
EXAMPLES = 20
KINDS_OF_BEFORE = 6
"""Different values that a preview tells of what there is before."""


def packed(ids: Iterable[int]) -> bytes:
    """Ids in their order."""
    return zlib.compress(array("q", ids).tobytes(), 1)


def unpacked(held: bytes | memoryview) -> list[int]:
    """The ids that were packed."""
    found = array("q")
    found.frombytes(zlib.decompress(bytes(held)))
    return found.tolist()


def mark(ids: Collection[int], edit: Mapping[str, object]) -> str:
    """What a preview was of: other accounts, one more or one fewer, or another change have another mark."""
    said = json.dumps(edit, sort_keys=True)
    return hashlib.sha256(array("q", sorted(ids)).tobytes() + said.encode()).hexdigest()[:16]
