"""Sets of account ids in few bytes, and what moved between two of them."""

import zlib

import numpy as np
from numpy.typing import NDArray

type Ids = NDArray[np.int64]

NOBODY: Ids = np.zeros(0, np.int64)


def packed(ids: Ids) -> bytes:
    """Ascending ids in few bytes: differences in 64 bits, compressed."""
    return zlib.compress(np.diff(ids, prepend=np.int64(0)).astype("<i8").tobytes(), 1)


def unpacked(held: bytes | memoryview | None) -> Ids:
    """The ids that were packed; nobody where there is nothing."""
    if held is None:
        return NOBODY
    found: Ids = np.cumsum(np.frombuffer(zlib.decompress(bytes(held)), dtype="<i8")).astype(np.int64)
    return found


def kept_still(now: Ids, before: Ids, still: Ids) -> Ids:
    """`now`, but those that stand `still` are in it when they were `before`."""
    return np.union1d(np.setdiff1d(now, still, assume_unique=True), np.intersect1d(before, still, assume_unique=True))


def began(now: Ids, before: Ids, had: Ids | None) -> Ids:
    """Who is in it now and was not before; of those only who `had` what had to hold before, where that is asked."""
    fresh = np.setdiff1d(now, before, assume_unique=True)
    return fresh if had is None else np.intersect1d(fresh, had, assume_unique=True)
