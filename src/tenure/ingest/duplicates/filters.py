"""Bloom filters over 128-bit hashes: most ids are new, and a filter says so without asking the disk.

A filter never denies what it holds; what it affirms has to be looked up. With 20 bits a hash and eight probes one in
7,000 is affirmed in vain (Bloom 1970; Kirsch and Mitzenmacher 2006 for the two-hash probes).
"""

import numpy as np
from numpy.typing import NDArray

PROBES = 8
BITS_A_HASH = 20
SMALLEST = 4_096
"""Hashes that the smallest filter has room for."""

SIZE = 16
"""Bytes of a hash."""

type Hashes = NDArray[np.uint64]
"""One row a hash, its two halves; ordered by them it is ordered by its bytes."""

_HALF = np.uint64(32)


def halves(hashes: bytes) -> Hashes:
    """Hashes one after the other as numbers."""
    return np.frombuffer(hashes, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def ordered(hashes: Hashes) -> Hashes:
    """Ascending."""
    return hashes[np.lexsort((hashes[:, 1], hashes[:, 0]))]


def joined(hashes: Hashes) -> bytes:
    """The bytes that `halves` was given."""
    return hashes.astype(">u8").tobytes()


class Filter:
    """Holds hashes; `room` is how many it takes before it affirms too much."""

    def __init__(self, room: int) -> None:
        self.room = max(room, SMALLEST)
        self._bytes = np.zeros(self.room * BITS_A_HASH // 8 + 1, np.uint8)
        self._bits = np.uint64(self.room * BITS_A_HASH)

    def add(self, hashes: Hashes) -> None:
        """Hold these too."""
        for probe in range(PROBES):
            np.bitwise_or.at(self._bytes, *self._places(hashes, probe))

    def affirms(self, hashes: Hashes) -> NDArray[np.intp]:
        """The rows that may be held; all others are not."""
        left = np.arange(len(hashes))
        for probe in range(PROBES):
            place, bit = self._places(hashes[left] if probe else hashes, probe)
            left = left[(self._bytes[place] & bit) != 0]
            if not len(left):
                break
        return left

    def _places(self, hashes: Hashes, probe: int) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """Byte and bit: 32 bits of the hash, scaled to the filter's size."""
        mixed = hashes[:, 0] + np.uint64(probe) * (hashes[:, 1] | np.uint64(1))
        position = ((mixed >> _HALF) * self._bits) >> _HALF
        bit = np.left_shift(np.uint8(1), (position & np.uint64(7)).astype(np.uint8))
        return (position >> np.uint64(3)).astype(np.intp), bit
